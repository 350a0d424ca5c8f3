/* What a saved context keeps of a snapshot: the graph, the actors, their variables. */
#include "lessons/script/check.h"
#include "model/base/util.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct actor_ref first[] = {{20, "A"}, {21, "B"}};
static const struct actor_ref later[] = {{22, "C"}, {20, "A"}};

static const struct actor_state *actor_state(const struct check_context *context, const char *name)
{
	const struct actor_state *found = NULL;

	for (size_t i = 0; i < context->actor_count; i++) {
		if (strcmp(context->actors[i].name, name) != 0)
			continue;
		assert_null(found);
		found = &context->actors[i];
	}
	assert_non_null(found);
	return found;
}

static void who_left_is_remembered(void **state)
{
	struct graph *before =
	    fixture_graph(NULL, "1 init\n20 a start=7 uts=210 ipc=denied\n21 b start=8 uts=220\n");
	struct graph *now = fixture_graph(before, "1 init\n20 a start=7 uts=230 ipc=denied\n");
	struct variables variables = {0};
	struct saved_context memory = {0};
	struct check_context context;

	(void)state;
	saved_context_set(&memory, before, first, array_len(first), &variables);
	graph_unref(before);
	saved_context_set(&memory, now, later, array_len(later), &variables);
	graph_unref(now);
	context = saved_context_get(&memory);
	assert_int_equal(context.actor_count, 3);
	assert_int_equal(actor_state(&context, "A")->id.start_ticks, 7);
	assert_int_equal(actor_state(&context, "B")->id.pid, 21);
	assert_int_equal(actor_state(&context, "B")->id.start_ticks, 8);
	assert_true(actor_state(&context, "B")->known[NS_UTS]);
	assert_int_equal(actor_state(&context, "B")->last[NS_UTS].ino, 220);
	assert_int_equal(actor_state(&context, "A")->last[NS_UTS].ino, 230);
	assert_false(actor_state(&context, "A")->known[NS_IPC]);
	assert_false(actor_state(&context, "C")->known[NS_UTS]);
	/* Too new for the picture. */
	assert_int_equal(actor_state(&context, "C")->id.pid, 22);
	assert_int_equal(actor_state(&context, "C")->id.start_ticks, 0);
	assert_ptr_equal(context.graph, now);
	saved_context_done(&memory);
}

static void a_copy_stays_what_it_was(void **state)
{
	struct graph *before = fixture_graph(NULL, "1 init\n20 a start=7\n21 b\n");
	struct graph *now = fixture_graph(before, "1 init\n20 a start=7\n");
	struct variables variables = {0};
	struct saved_context memory = {0}, copy = {0};
	struct check_context context;

	(void)state;
	variables_set(&variables, "A", "fd", 3, NULL);
	saved_context_copy(&copy, &memory);
	assert_null(saved_context_get(&copy).graph);
	saved_context_set(&memory, before, first, array_len(first), &variables);
	saved_context_copy(&copy, &memory);
	variables_set(&variables, "A", "fd", 4, NULL);
	saved_context_set(&memory, now, later, array_len(later), &variables);
	assert_int_equal(
	    variables_find(saved_context_get(&memory).variables, "A", "fd")->number, 4);
	saved_context_done(&memory);
	context = saved_context_get(&copy);
	assert_ptr_equal(context.graph, before);
	assert_int_equal(context.actor_count, 2);
	assert_int_equal(variables_find(context.variables, "A", "fd")->number, 3);
	saved_context_done(&copy);
	variables_done(&variables);
	graph_unref(before);
	graph_unref(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_left_is_remembered),
	    cmocka_unit_test(a_copy_stays_what_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
