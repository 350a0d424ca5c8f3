/* The past in memory: which moments are there, what they take, and how they are read. */
#include "model/base/util.h"
#include "model/record/history_log.h"
#include "tests/unit/fixture.h"
#include "tests/unit/twins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { KEEP_MS = 600000, MOST_BYTES = 64 * 1024 * 1024 };

static const struct graph *push_sleeper(struct history *history, uint64_t now_ms, unsigned n)
{
	autofree char *text =
	    xasprintf("1 init; %u sleep uts=%u cmd=\"sleep|%u\"", 100 + n % 7, 210 + n % 3, n);

	return fixture_push(history, now_ms, text);
}

/* Each moment is what it was, in whatever order they are read. */
static void any_order(void **state)
{
	enum { MOMENTS = 200 };
	struct history *history = history_new(4000);
	struct history_log *history_log = history_log_new(KEEP_MS, MOST_BYTES);
	struct history_log_reader reader = {.next = 0};
	struct graph *seen[MOMENTS];

	(void)state;
	for (unsigned i = 0; i < MOMENTS; i++) {
		seen[i] = graph_ref(push_sleeper(history, 1000 * (i + 1), i));
		assert_true(history_log_note(history_log, seen[i], 1000 * (i + 1)));
	}
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log), MOMENTS);
	for (unsigned i = 0; i < 3 * MOMENTS; i++) {
		unsigned at = i < MOMENTS ? i : i * 77 % MOMENTS;
		struct graph *graph =
		    history_log_graph(history_log, &reader, history_log_first(history_log) + at);

		assert_non_null(graph);
		assert_twins(seen[at], graph);
		graph_unref(graph);
	}
	for (unsigned i = 0; i < MOMENTS; i++)
		graph_unref(seen[i]);
	history_log_reader_done(&reader);
	history_log_free(history_log);
	history_free(history);
}

static void finds_by_time(void **state)
{
	struct history *history = history_new(1);
	struct history_log *history_log = history_log_new(KEEP_MS, MOST_BYTES);

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		history_log_note(
		    history_log, push_sleeper(history, 1000 * (i + 1), i), 1000 * (i + 1));
	assert_int_equal(history_log_find(history_log, 1), history_log_first(history_log));
	assert_int_equal(history_log_find(history_log, 1000), history_log_first(history_log));
	assert_int_equal(history_log_find(history_log, 3999), history_log_first(history_log) + 2);
	assert_int_equal(history_log_find(history_log, 4000), history_log_first(history_log) + 3);
	assert_int_equal(
	    history_log_find(history_log, UINT64_MAX), history_log_end(history_log) - 1);
	history_log_free(history_log);
	history_free(history);
}

/* Ten minutes are there, and not much more. */
static void drops_the_old(void **state)
{
	struct history *history = history_new(1);
	struct history_log *history_log = history_log_new(KEEP_MS, MOST_BYTES);
	uint64_t now_ms = 0;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		now_ms += 250;
		assert_true(
		    history_log_note(history_log, push_sleeper(history, now_ms, i), now_ms));
	}
	uint64_t oldest_ms =
	    history_log_snapshot(history_log, history_log_first(history_log))->at_ms;

	assert_true(now_ms - oldest_ms >= KEEP_MS);
	assert_true(now_ms - oldest_ms < KEEP_MS + 65 * 250);
	assert_true(history_log_snapshot(history_log, history_log_first(history_log))->whole);
	assert_true(history_log_bytes(history_log) < 1024 * 1024);
	history_log_free(history_log);
	history_free(history);
}

/* Where much changes all the time, moments are left out: the time is kept, and the bound. */
static void keeps_its_bounds(void **state)
{
	enum { SMALL_BYTES = 400 * 1000 };
	struct history *history = history_new(1);
	struct history_log *history_log = history_log_new(KEEP_MS, SMALL_BYTES);
	uint64_t now_ms = 0;
	unsigned left_out = 0;

	(void)state;
	for (unsigned i = 0; i < 8000; i++) {
		autofree char *text = xasprintf(
		    "1 init; %u a%u uts=%u; %u b uts=%u", 2 + i, i, 1000 + i, 20000 + i, 20000 + i);

		now_ms += 200;
		left_out +=
		    !history_log_note(history_log, fixture_push(history, now_ms, text), now_ms);
		assert_true(history_log_bytes(history_log) <= SMALL_BYTES);
	}
	uint64_t oldest_ms =
	    history_log_snapshot(history_log, history_log_first(history_log))->at_ms;

	assert_true(left_out > 0);
	assert_true(now_ms - oldest_ms >= KEEP_MS);
	/* And they are spread over it: no gap is longer than some seconds. */
	for (uint64_t number = history_log_first(history_log) + 1;
	     number < history_log_end(history_log); number++)
		assert_true(history_log_snapshot(history_log, number)->at_ms -
		                history_log_snapshot(history_log, number - 1)->at_ms <
		            10000);
	history_log_free(history_log);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_order),
	    cmocka_unit_test(finds_by_time),
	    cmocka_unit_test(drops_the_old),
	    cmocka_unit_test(keeps_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
