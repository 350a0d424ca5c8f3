/* What was seen, over time. */
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_empty_one_has_nothing(void **state)
{
	struct history *history = history_new(3000);

	(void)state;
	assert_null(history_now(history));
	assert_int_equal(history_next_change_ms(history, 1), 0);
	history_free(history);
	history_free(NULL);
}

static void the_first_graph_is_not_news(void **state)
{
	struct history *history = history_new(3000);
	struct events events = {0};
	const struct graph *graph =
	    history_push(history, fixture_builder(NULL, "1 init"), 100, &events);

	(void)state;
	assert_ptr_equal(history_now(history), graph);
	assert_int_equal(events.count, 0);
	assert_false(history_is_new(history, &graph->processes[0]->life, 100));
	assert_int_equal(history_next_change_ms(history, 100), 0);
	history_free(history);
}

static void newness_ends(void **state)
{
	struct history *history = history_new(3000);
	const struct graph *graph;
	const struct life *life;

	(void)state;
	fixture_push(history, 100, "1 init");
	graph = fixture_push(history, 200, "1 init; 5 a uts=9");
	life = &fixture_process(graph, 5)->life;
	assert_true(history_is_new(history, life, 200));
	assert_true(history_is_new(history, life, 3199));
	assert_false(history_is_new(history, life, 3200));
	assert_int_equal(history_next_change_ms(history, 200), 3200);
	assert_int_equal(history_next_change_ms(history, 3199), 3200);
	assert_int_equal(history_next_change_ms(history, 3200), 0);

	graph = fixture_push(history, 300, "1 init");
	life = &graph_process(graph, &(struct process_id){5, 100})->life;
	assert_false(history_is_new(history, life, 300)); /* it is dead */
	assert_int_equal(history_next_change_ms(history, 300), 3300);
	history_free(history);
}

static void changes_come_in_order(void **state)
{
	struct history *history = history_new(1000);

	(void)state;
	fixture_push(history, 100, "1 init");
	fixture_push(history, 200, "1 init; 9 a");
	fixture_push(history, 300, "1 init; 9 a; 8 b");
	fixture_push(history, 400, "1 init; 9 a; 8 b; 7 c uts=5");
	assert_int_equal(history_next_change_ms(history, 400), 1200);
	assert_int_equal(history_next_change_ms(history, 1200), 1300);
	assert_int_equal(history_next_change_ms(history, 1300), 1400);
	assert_int_equal(history_next_change_ms(history, 1400), 0);
	/* Another scan that sees nothing new. */
	fixture_push(history, 1250, "1 init; 9 a; 8 b; 7 c uts=5");
	assert_int_equal(history_next_change_ms(history, 1250), 1300);
	history_free(history);
}

static void events_may_be_left_out(void **state)
{
	struct history *history = history_new(1000);
	struct events events = {0};

	(void)state;
	fixture_push(history, 100, "1 init");
	fixture_push(history, 200, "1 init; 5 a");
	history_push(history, fixture_builder(history_now(history), "1 init; 6 b"), 300, &events);
	assert_int_equal(events.count, 2);
	assert_int_equal(events.items[0].kind, EVENT_PROCESS_STARTED);
	assert_int_equal(events.items[1].kind, EVENT_PROCESS_EXITED);
	events_done(&events);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_one_has_nothing),
	    cmocka_unit_test(the_first_graph_is_not_news),
	    cmocka_unit_test(newness_ends),
	    cmocka_unit_test(changes_come_in_order),
	    cmocka_unit_test(events_may_be_left_out),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
