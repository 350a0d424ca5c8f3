#include "lessons/script/terms.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static long members_of(const struct graph *graph, enum nstype type, uint64_t ino)
{
	struct value value = {0};

	term_members(&(struct term_view){.ns = fixture_ns(graph, type, ino)}, &value);
	assert_int_equal(value.kind, VALUE_NUMBER);
	return value.number;
}

/* In a class, many look at one machine: whose helper looks into a lesson's namespace is no member that
 * the lesson speaks of. */
static void who_only_looks_is_not_counted(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init\n"
	                                          "40 sh uts=210\n"
	                                          "41 nsscope-probe uts=210\n"
	                                          "42 nsscope-inspect uts=210\n"
	                                          "43 nsscope-stage uts=210\n"
	                                          "44 nsscope-probe uts=211\n");

	(void)state;
	assert_int_equal(members_of(graph, NS_UTS, 210), 2);
	assert_int_equal(members_of(graph, NS_UTS, 211), 0);
	graph_unref(graph);
}

/* Another one's dead helper is not taken away twice. */
static void the_dead_are_not_counted(void **state)
{
	struct history *history = history_new(1000);
	const struct graph *graph;

	(void)state;
	fixture_push(history, 1, "1 init\n40 sh uts=210\n41 nsscope-probe uts=210\n");
	graph = fixture_push(history, 2, "1 init\n40 sh uts=210\n");
	assert_int_equal(members_of(graph, NS_UTS, 210), 1);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_only_looks_is_not_counted),
	    cmocka_unit_test(the_dead_are_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
