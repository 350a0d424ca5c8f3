/* The timeline: order, bounds, and what its lines are of. */
#include "model/report/timeline.h"

#include "model/base/util.h"
#include "model/view/outline.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void push(
    struct timeline *timeline, struct history *history, uint64_t now_ms, const char *machine)
{
	struct event_context context = {.now_ms = now_ms};
	struct events events = {0};

	context.before = history_now(history) ? graph_ref(history_now(history)) : NULL;
	context.after =
	    history_push(history, fixture_builder(context.before, machine), now_ms, &events);
	timeline_add(timeline, &context, &events);
	events_done(&events);
	graph_unref((struct graph *)context.before);
}

static void newest_first(void **state)
{
	struct timeline *timeline = timeline_new(CHARSET_UTF8, 10);
	struct history *history = history_new(1);
	struct row_key key;

	(void)state;
	push(timeline, history, 1000, "1 init");
	assert_int_equal(timeline_count(timeline), 0);
	assert_int_equal(timeline_last(timeline), 0);
	push(timeline, history, 2000, "1 init; 40 sh");
	push(timeline, history, 3000, "1 init; 40 sh uts=210; 2 kworker kernel");
	assert_int_equal(timeline_count(timeline), 4);
	assert_string_equal(
	    timeline_at(timeline, 3)->words.text, "sh (40) started, child of init (1)");
	assert_int_equal(timeline_at(timeline, 3)->at_ms, 2000);
	assert_string_equal(timeline_at(timeline, 0)->words.text,
	    "sh (40) left uts:4026531838 for a new one, uts:210 (unshare)");
	assert_int_equal(timeline_at(timeline, 0)->number, 4);
	assert_true(line_holds(&timeline_at(timeline, 0)->words, "SH (40) LEFT"));
	assert_false(line_holds(&timeline_at(timeline, 0)->words, "kworker"));
	timeline_entry_key(timeline_at(timeline, 0), &key);
	assert_int_equal(key.kind, ROW_PROCESS);
	assert_int_equal(key.process.pid, 40);
	assert_false(timeline_at(timeline, 0)->of_kernel);
	assert_true(timeline_at(timeline, 1)->of_kernel);
	timeline_entry_key(timeline_at(timeline, 2), &key);
	assert_int_equal(key.kind, ROW_NS);
	assert_int_equal(key.ns.ino, 210);
	timeline_free(timeline);
	history_free(history);
}

static void keeps_the_last(void **state)
{
	struct timeline *timeline = timeline_new(CHARSET_UTF8, 10);
	struct history *history = history_new(1);

	(void)state;
	for (unsigned i = 1; i <= 25; i++) {
		autofree char *machine = xasprintf("1 init; %u p%u", 100 + i, i);

		push(timeline, history, i * 1000, machine);
	}
	assert_int_equal(timeline_count(timeline), 10);
	/* In each scan one started and one ended, but in the first. */
	assert_int_equal(timeline_last(timeline), 48);
	assert_int_equal(timeline_at(timeline, 0)->number, 48);
	assert_string_equal(timeline_at(timeline, 0)->words.text, "p24 (124) exited");
	assert_int_equal(timeline_at(timeline, 9)->number, 39);
	/* More at once than can be kept. */
	push(timeline, history, 99000,
	    "1 init; 2 a; 3 b; 4 c; 5 d; 6 e; 7 f; 8 g; 9 h; 10 i; 11 j; 12 k; 13 l");
	assert_int_equal(timeline_count(timeline), 10);
	assert_string_equal(timeline_at(timeline, 0)->words.text, "p25 (125) exited");
	timeline_free(timeline);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(newest_first),
	    cmocka_unit_test(keeps_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
