/* Scans beside a storm of a thousand forks, unshares and exits a second: each one ends, nothing
 * leaks, and no process is shown in a namespace that it was never in.
 *
 * CHURN_SECONDS: how long, 5; CHURN_RATE: how many a second, 1000. */
#include "model/base/util.h"
#include "model/graph/history.h"
#include "tests/kernel/churn.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <malloc.h>
#include <time.h>

enum {
	DEAD_GRACE_MS = 1000,
	CALM_SWEEPS = 5,
	GROWTH_MAX_BYTES = 256 * 1024,
};

struct tally {
	size_t scans, incremental, processes, vanished;
	double longest_ms;
	struct churn_verdict verdict;
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static unsigned setting(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);
	unsigned value = text ? (unsigned)strtoul(text, NULL, 10) : 0;

	return value ? value : otherwise;
}

/* How many have not ended, nor are about to: on a busy machine others wait long for a processor to end on, and for
 * the room's init to reap them. */
static size_t count_running(const struct graph *graph)
{
	size_t count = 0;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		count += !process->life.ended_ms && process->state != 'Z' &&
		         process->state != 'X' && !churn_has_left(&process->id);
	}
	return count;
}

static void context(
    struct scan *scan, struct history *history, bool incremental, struct tally *tally)
{
	double begun_ms = now_ms(), took_ms;
	size_t events = churn_events();
	const struct graph *graph;
	int r = incremental ? scan_begin_incremental(scan, history_now(history))
	                    : scan_begin(scan, history_now(history));

	while (r == 0)
		r = scan_step(scan, 3000);
	assert_int_equal(r, 1);
	took_ms = now_ms() - begun_ms;
	graph = history_push(history, scan_take(scan), (uint64_t)now_ms(), NULL);
	/* Who started in mid-scan comes to those who lived when it began; a scan that runs behind the PIDs
	 * has more, if it ends. */
	events = churn_events() - events;
	assert_in_range(count_running(graph), 0, CHURN_LIVE_MAX + 50 + events);
	tally->scans++;
	tally->incremental += scan_is_incremental(graph);
	tally->processes += graph->living_count;
	tally->vanished += graph->stats.vanished;
	tally->longest_ms = took_ms > tally->longest_ms ? took_ms : tally->longest_ms;
	churn_compare(graph, &tally->verdict);
}

/* A scan that knows nothing from before, as a report's. */
static void scan_anew(struct tally *tally)
{
	const struct scan_options options = {0};
	struct graph *graph;
	struct scan *scan;

	assert_int_equal(scan_new(&options, &scan), 0);
	graph = sweep_now(scan, NULL);
	tally->scans++;
	tally->processes += graph->living_count;
	tally->vanished += graph->stats.vanished;
	churn_compare(graph, &tally->verdict);
	graph_unref(graph);
	scan_free(scan);
}

/* Scans for @seconds, whole and brief, with a history that is thrown away at the end. */
static void sweep_for(struct scan *scan, unsigned seconds, struct tally *tally)
{
	struct history *history = history_new(DEAD_GRACE_MS);
	double until_ms = now_ms() + seconds * 1e3;

	do {
		context(scan, history, false, tally);
		for (int i = 0; i < 2; i++)
			context(scan, history, true, tally);
		scan_anew(tally);
	} while (now_ms() < until_ms && !churn_is_full());
	/* One that was begun as brief becomes a whole one where the feed lost something, as it does when the
	 * whole machine is busy. */
	while (!tally->incremental && scan_news_fd(scan) >= 0)
		context(scan, history, true, tally);
	history_free(history);
}

/* After the storm: until it is forgotten. */
static void sweep_calmly(struct scan *scan)
{
	struct graph *graph = sweep_now(scan, NULL);

	for (int i = 0; i < CALM_SWEEPS; i++) {
		struct graph *next = sweep_now(scan, graph);

		graph_unref(graph);
		graph = next;
	}
	graph_unref(graph);
}

static struct churn churn;
static bool storms;

static void end_storm(void)
{
	if (storms)
		churn_end(&churn);
	storms = false;
}

/* After a failure. */
static int calm(void **state)
{
	(void)state;
	end_storm();
	return 0;
}

static void no_sweep_is_led_astray(void **state)
{
	const struct scan_options options = {
	    .perf_events = true, .fds = true, .fds_budget_us = 10000};
	unsigned seconds = setting("CHURN_SECONDS", 5), rate = setting("CHURN_RATE", 1000);
	struct tally warm_up = {0}, tally = {0};
	size_t bytes, events, descriptors;
	struct scan *scan;
	double begun_ms;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(scan_new(&options, &scan), 0);
	churn_start(&churn, rate, seconds + 2);
	storms = true;
	sweep_for(scan, 2, &warm_up);
	bytes = mallinfo2().uordblks;
	descriptors = open_descriptors();
	events = churn_events();
	begun_ms = now_ms();
	sweep_for(scan, seconds, &tally);
	print_message("%.0f forks, unshares and exits a second\n",
	    (double)(churn_events() - events) * 1e3 / (now_ms() - begun_ms));
	print_message(
	    "%zu sweeps, %zu brief, over %zu processes, the longest %.0f ms; %zu vanished\n",
	    tally.scans, tally.incremental, tally.processes, tally.longest_ms, tally.vanished);
	print_message("%zu links, %zu never so, %zu by number only; %zu processes unknown\n",
	    tally.verdict.links, tally.verdict.strangers, tally.verdict.mistaken,
	    tally.verdict.unknown);
	assert_int_equal(open_descriptors(), descriptors);
	assert_true(tally.verdict.links > 0);
	assert_int_equal(tally.verdict.unknown, 0);
	assert_int_equal(tally.verdict.strangers, 0);
	assert_int_equal(tally.verdict.mistaken, 0);
	end_storm();

	/* What happens between two scans takes room, on a busy machine much; not for good. */
	sweep_calmly(scan);
	print_message("%zu bytes before, %zu bytes after\n", bytes, mallinfo2().uordblks);
	assert_true(mallinfo2().uordblks < bytes + GROWTH_MAX_BYTES);
	scan_free(scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(no_sweep_is_led_astray, calm),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
