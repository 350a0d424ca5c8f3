/* What changed between two graphs. */
#include "tests/unit/fixture.h"

#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void cleanup_graph(struct graph **graph)
{
	graph_unref(*graph);
}
#define autograph __attribute__((cleanup(cleanup_graph)))

/* The events as text, one after the other, each ended by a blank. */
static void tell(const struct events *events, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");

	assert_non_null(out);
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->items[i];
		const char *type = ns_types[event->ns.type].name;

		switch (event->kind) {
		case EVENT_NS_CREATED:
			fprintf(out, "+%s:%lld ", type, (long long)event->ns.ino);
			break;
		case EVENT_NS_FREED:
			fprintf(out, "-%s:%lld ", type, (long long)event->ns.ino);
			break;
		case EVENT_HOSTNAME:
			fprintf(out, "name:%lld ", (long long)event->ns.ino);
			break;
		case EVENT_PROCESS_STARTED:
			fprintf(out, "+%lld ", (long long)event->process.pid);
			break;
		case EVENT_PROCESS_EXITED:
			fprintf(out, "-%lld ", (long long)event->process.pid);
			break;
		case EVENT_THREAD_STARTED:
			fprintf(out, "+%d/%d ", (int)event->process.pid, (int)event->tid);
			break;
		case EVENT_THREAD_EXITED:
			fprintf(out, "-%d/%d ", (int)event->process.pid, (int)event->tid);
			break;
		case EVENT_THREAD_MOVED:
			fprintf(out, "%d/%d:%s:%lld>%lld ", (int)event->process.pid,
			    (int)event->tid, ns_link_names[event->link], (long long)event->from.ino,
			    (long long)event->ns.ino);
			break;
		case EVENT_PROCESS_MOVED:
			fprintf(out, "%lld:%s:%lld>%lld ", (long long)event->process.pid,
			    ns_link_names[event->link], (long long)event->from.ino,
			    (long long)event->ns.ino);
			break;
		default:
			fail_msg("a graph differs by no event of kind %d", event->kind);
		}
	}
	fclose(out);
}

/* Compares what is told on the way from @first to @second, sealed with or without the dead. */
static void check(const char *first, const char *second, const char *expected)
{
	for (int carry = 0; carry < 2; carry++) {
		autograph struct graph *before = fixture_graph(NULL, first);
		struct graph_builder *builder = fixture_builder(before, second);
		autograph struct graph *after = NULL;
		struct events events = {0};
		char text[512] = "";

		if (carry)
			graph_carry(builder, 1000, 500);
		after = graph_freeze(builder);
		diff_graphs(before, after, &events);
		tell(&events, text, sizeof(text));
		events_done(&events);
		assert_string_equal(text, expected);
		assert_null(events.items);
	}
}

static void nothing_changed(void **state)
{
	(void)state;
	check("1 init; 5 a uts=9", "1 init; 5 a uts=9", "");
	check("", "", "");
}

static void births_and_deaths(void **state)
{
	(void)state;
	check("1 init", "1 init; 5 a uts=9 ipc=8; 6 b uts=9", "+ipc:8 +uts:9 +5 +6 ");
	check("1 init; 5 a uts=9; 6 b uts=9", "1 init", "-5 -6 -uts:9 ");
	check("1 init; 5 a uts=9", "1 init; 5 a uts=9 start=200", "+uts:9 +5 -5 -uts:9 ");
}

static void moves(void **state)
{
	(void)state;
	check(
	    "1 init; 5 a uts=9; 6 b uts=9", "1 init; 5 a uts=10; 6 b uts=9", "+uts:10 5:uts:9>10 ");
	check("1 init; 5 a pid=8 pid_for_children=initial", "1 init; 5 a pid=8 pid_for_children=9",
	    "+pid:9 5:pid_for_children:4026531836>9 ");
	/* Only where both sides could be read. */
	check("1 init; 5 a uts=denied", "1 init; 5 a uts=9", "+uts:9 ");
	check("1 init; 5 a pid_for_children=9", "1 init; 5 a pid_for_children=empty", "-pid:9 ");
}

static void an_inode_used_again_is_a_move(void **state)
{
	(void)state;
	check("1 init; 5 a uts=9; 6 b uts=9; ns uts 9 unique=70",
	    "1 init; 5 a uts=9; 6 b uts=9; ns uts 9 unique=71",
	    "+uts:9 5:uts:9>9 6:uts:9>9 -uts:9 ");
}

static void host_names(void **state)
{
	(void)state;
	check("1 init; 5 a uts=9; ns uts 9 hostname=blue",
	    "1 init; 5 a uts=9; ns uts 9 hostname=red", "name:9 ");
	check("1 init; 5 a uts=9", "1 init; 5 a uts=9; ns uts 9 hostname=red", "");
	check("1 init; 5 a uts=9; ns uts 9 hostname=blue", "1 init; 5 a uts=9", "");
}

static void threads_leave_come_back_and_end(void **state)
{
	static const char house[] = "1 init; 5 a uts=9 threads=3";
	static const char away[] = "1 init; 5 a uts=9 threads=3; thread 5 6 t uts=10";

	(void)state;
	check(house, away, "+uts:10 5/6:uts:9>10 ");
	check(away, away, "");
	check(away, "1 init; 5 a uts=9 threads=3; thread 5 6 t uts=11 ipc=8",
	    "+ipc:8 +uts:11 5/6:ipc:4026531839>8 5/6:uts:10>11 -uts:10 ");
	/* It is told once more, as one that is with its process. */
	check(away, "1 init; 5 a uts=9 threads=3; thread 5 6 t", "5/6:uts:10>9 -uts:10 ");
	check("1 init; 5 a uts=9 threads=3; thread 5 6 t", house, "");
	check(away, house, "-5/6 -uts:10 ");
	/* The process's end is the end of all. */
	check(away, "1 init", "-5 -uts:9 -uts:10 ");
	/* What may not be read any more has not ended. */
	check("1 init; 5 a uts=9 threads=3; thread 5 6 t uts=10; ns uts 9 unique=1; ns uts 10 "
	      "unique=2",
	    "1 init; 5 a all=denied threads=3; ns uts 9 unique=1; ns uts 10 unique=2", "");
}

static void threads_that_did_not_leave(void **state)
{
	(void)state;
	/* One that left made another. */
	check("1 init; 5 a threads=3; thread 5 6 t uts=10",
	    "1 init; 5 a threads=3; thread 5 6 t uts=10; thread 5 7 u uts=10 start=1000", "+5/7 ");
	/* Another one with the same number. */
	check("1 init; 5 a threads=3; thread 5 6 t uts=10; ns uts 10 unique=3",
	    "1 init; 5 a threads=3; thread 5 6 t uts=10 start=1001; ns uts 10 unique=3",
	    "+5/6 -5/6 ");
	/* Not they, but their process. */
	check("1 init; 5 a uts=9 threads=2", "1 init; 5 a uts=10 threads=2; thread 5 6 t uts=9",
	    "+uts:10 5:uts:9>10 ");
	/* Its first thread has ended, so that the others are told apart. */
	check("1 init; 5 a uts=9 threads=2",
	    "1 init; 5 a state=Z threads=2 uts=zombie; thread 5 6 t uts=9", "");
	/* All of it is new. */
	check("1 init", "1 init; 5 a threads=2; thread 5 6 t uts=9", "+uts:9 +5 +5/6 ");
}

static void the_dead_are_told_once(void **state)
{
	struct history *history = history_new(500);
	struct events events = {0};
	char text[64] = "";

	(void)state;
	fixture_push(history, 1000, "1 init; 5 a uts=9");
	fixture_push(history, 1100, "1 init");
	/* Still shown as dead, then left out, then there again. */
	history_push(history, fixture_builder(history_now(history), "1 init"), 1200, &events);
	history_push(history, fixture_builder(history_now(history), "1 init"), 1700, &events);
	assert_int_equal(history_now(history)->process_count, 1);
	assert_int_equal(events.count, 0);
	history_push(
	    history, fixture_builder(history_now(history), "1 init; 5 a uts=9"), 1800, &events);
	tell(&events, text, sizeof(text));
	assert_string_equal(text, "+uts:9 +5 ");
	events_done(&events);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_changed),
	    cmocka_unit_test(births_and_deaths),
	    cmocka_unit_test(moves),
	    cmocka_unit_test(an_inode_used_again_is_a_move),
	    cmocka_unit_test(host_names),
	    cmocka_unit_test(threads_leave_come_back_and_end),
	    cmocka_unit_test(threads_that_did_not_leave),
	    cmocka_unit_test(the_dead_are_told_once),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
