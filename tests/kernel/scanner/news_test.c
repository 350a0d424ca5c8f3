/* When the explorer scans: soon where somebody moved, in time where something happened, and late
 * where the kernel tells of nothing.  The clock is the test's own. */
#include "model/base/util.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"
#include "tui/core/live.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

struct watch {
	struct live *live;
	uint64_t now_ms;
	unsigned pause_ms; /* after its first scan */
	struct mover mover;
	bool has_mover;
};

/* Goes on until the scan that is due, or under way, is shown.  Time stands still. */
static void finish_scan(struct watch *watch)
{
	live_step(watch->live, watch->now_ms);
	assert_int_not_equal(watch->live->phase, LIVE_RESTING);
	while (watch->live->phase != LIVE_RESTING)
		live_step(watch->live, watch->now_ms);
}

/* After its first scan. */
static struct watch watch_open(unsigned interval_ms)
{
	struct watch watch = {.now_ms = 1000000};

	need_test_machine();
	assert_int_equal(live_new(CHARSET_UTF8, GROUP_BY_PID, interval_ms, &watch.live), 0);
	finish_scan(&watch);
	watch.pause_ms = watch.live->plan.pause_ms;
	return watch;
}

static void watch_close(struct watch *watch)
{
	live_free(watch->live);
	if (watch->has_mover)
		mover_end(&watch->mover);
	scan_prefer(SCAN_PROC);
}

/* Beside a process that can be moved.  The test is skipped where the kernel reports no events. */
static struct watch watch_a_mover(void)
{
	struct mover mover = mover_start();
	struct watch watch = watch_open(0);

	watch.mover = mover;
	watch.has_mover = true;
	if (scan_news_fd(watch.live->scan) < 0) {
		watch_close(&watch);
		skip_because("the kernel gives no feed here");
	}
	return watch;
}

/* The same by BPF, where scans can be incremental. */
static struct watch watch_a_mover_by_bpf(void)
{
	need_test_machine();
	scan_free(need_bpf((struct scan_options){.perf_events = true}));
	scan_prefer(SCAN_BPF);
	return watch_a_mover();
}

/* Does a scan begin now? */
static bool begins(struct watch *watch)
{
	live_step(watch->live, watch->now_ms);
	return watch->live->phase != LIVE_RESTING;
}

/* Takes the news, where there are any and they are waited for. */
static bool hears(struct watch *watch)
{
	struct pollfd news = {.fd = live_news_fd(watch->live, watch->now_ms), .events = POLLIN};
	bool heard = poll(&news, 1, 0) == 1;

	if (heard)
		live_hear(watch->live, watch->now_ms);
	return heard;
}

static void a_quiet_machine_is_left_alone(void **state)
{
	struct watch watch = watch_a_mover();

	(void)state;
	watch.now_ms += watch.pause_ms;
	hears(&watch); /* the scan's own helper */
	assert_false(begins(&watch));
	assert_int_equal(live_timeout(watch.live, watch.now_ms + 100), 3 * watch.pause_ms - 100);
	watch.now_ms += 3 * watch.pause_ms;
	assert_true(begins(&watch));
	watch_close(&watch);
}

static void a_move_is_seen_soon(void **state)
{
	struct watch watch = watch_a_mover();

	(void)state;
	mover_do(&watch.mover, MOVE_UTS, 0);
	/* Not at once: scans would take all of a processor where there is always something. */
	assert_int_equal(live_news_fd(watch.live, watch.now_ms), -1);
	assert_false(begins(&watch));
	assert_true(live_timeout(watch.live, watch.now_ms) <= (int)watch.pause_ms / 10);
	watch.now_ms += watch.pause_ms / 10;
	assert_true(hears(&watch));
	assert_int_equal(live_timeout(watch.live, watch.now_ms), 0);
	finish_scan(&watch);
	watch.now_ms += watch.pause_ms - watch.pause_ms / 10;
	finish_scan(&watch);
	/* And these made none. */
	watch.now_ms += watch.pause_ms;
	hears(&watch);
	assert_false(begins(&watch));
	watch_close(&watch);
}

static void a_fork_is_seen_in_time(void **state)
{
	struct watch watch = watch_a_mover();

	(void)state;
	mover_do(&watch.mover, MOVE_CHILD, 0);
	watch.now_ms += watch.pause_ms / 2;
	assert_true(hears(&watch));
	assert_false(begins(&watch));
	assert_int_equal(
	    live_timeout(watch.live, watch.now_ms + 25), watch.pause_ms - watch.pause_ms / 2 - 25);
	watch.now_ms += watch.pause_ms - watch.pause_ms / 2;
	assert_true(begins(&watch));
	watch_close(&watch);
}

static bool was_incremental(const struct watch *watch)
{
	return scan_is_incremental(history_now(watch->live->history));
}

static uint64_t uts_of(const struct watch *watch, pid_t pid)
{
	return graph_process_by_pid(watch->live->shown, pid)->ns[NS_UTS]->id.ino;
}

static void a_move_needs_no_whole_sweep(void **state)
{
	struct watch watch = watch_a_mover_by_bpf();

	(void)state;
	mover_do(&watch.mover, MOVE_UTS, 0);
	watch.now_ms += watch.pause_ms / 10;
	assert_true(hears(&watch));
	finish_scan(&watch);
	assert_true(was_incremental(&watch));
	assert_int_equal(uts_of(&watch, watch.mover.pid), link_ino(watch.mover.pid, "uts"));
	/* The whole one comes when it would have come. */
	assert_int_equal(
	    live_timeout(watch.live, watch.now_ms + 30), watch.pause_ms - watch.pause_ms / 10 - 30);
	watch.now_ms += watch.pause_ms - watch.pause_ms / 10;
	finish_scan(&watch);
	assert_false(was_incremental(&watch));
	watch.now_ms += watch.pause_ms;
	assert_false(begins(&watch));
	watch_close(&watch);
}

/* Not behind the full scan that is under way; but that one is put off only once. */
static void a_move_in_mid_sweep_is_seen_at_once(void **state)
{
	struct watch watch = watch_a_mover_by_bpf();

	(void)state;
	watch.now_ms += 4 * watch.pause_ms;
	assert_true(begins(&watch));
	mover_do(&watch.mover, MOVE_UTS, 0);
	assert_true(hears(&watch));
	finish_scan(&watch);
	assert_true(was_incremental(&watch));
	assert_int_equal(uts_of(&watch, watch.mover.pid), link_ino(watch.mover.pid, "uts"));
	assert_true(begins(&watch));
	mover_do(&watch.mover, MOVE_UTS, 0);
	assert_false(hears(&watch));
	while (watch.live->phase != LIVE_RESTING)
		live_step(watch.live, watch.now_ms);
	assert_false(was_incremental(&watch));
	watch.now_ms += 100;
	assert_true(hears(&watch));
	finish_scan(&watch);
	assert_true(was_incremental(&watch));
	watch_close(&watch);
}

static void a_given_interval_is_kept(void **state)
{
	struct watch watch = watch_open(700);

	(void)state;
	assert_int_equal(live_news_fd(watch.live, watch.now_ms + 600), -1);
	assert_int_equal(live_timeout(watch.live, watch.now_ms), 700);
	watch_close(&watch);
}

static void a_frozen_picture_hears_nothing(void **state)
{
	struct watch watch = watch_open(0);

	(void)state;
	live_freeze(watch.live, true, watch.now_ms);
	assert_int_equal(live_news_fd(watch.live, watch.now_ms + 10000), -1);
	assert_int_equal(live_timeout(watch.live, watch.now_ms + 10000), -1);
	watch_close(&watch);
}

/* The scan that is due, as if it had taken @cost_ms of a processor. */
static void sweep_at_cost(struct watch *watch, double cost_ms)
{
	assert_true(begins(watch));
	while (watch->live->phase != LIVE_NOTING)
		live_step(watch->live, watch->now_ms);
	watch->live->work_ms = cost_ms;
	watch->live->helpers_ms = scan_helpers_ms(watch->live->scan);
	live_step(watch->live, watch->now_ms);
	assert_int_equal(watch->live->phase, LIVE_RESTING);
}

/* A lesson waits for a task to be done: it looks again after five times what a scan costs, and after
 * SCAN_PLAN_PAUSE_MAX_MS whatever it costs; also where the kernel tells of nothing. */
static void who_waits_for_a_sweep_gets_it(void **state)
{
	static const struct {
		double cost_ms;
		int most_ms;
	} scans[] = {{1, 250}, {20, 250}, {70, 500}, {150, 1000}, {1e4, SCAN_PLAN_PAUSE_MAX_MS},
	    {1e9, SCAN_PLAN_PAUSE_MAX_MS}};
	struct watch watch = watch_open(0);

	(void)state;
	live_attend(watch.live, true, watch.now_ms);
	for (size_t i = 0; i < array_len(scans); i++) {
		watch.now_ms += SCAN_PLAN_PAUSE_MAX_MS;
		sweep_at_cost(&watch, scans[i].cost_ms);
		assert_in_range(live_timeout(watch.live, watch.now_ms), 1, scans[i].most_ms);
		watch.now_ms += (uint64_t)scans[i].most_ms;
		assert_true(begins(&watch));
		while (watch.live->phase != LIVE_RESTING)
			live_step(watch.live, watch.now_ms);
	}
	/* Who begins to wait while a long pause has begun. */
	live_attend(watch.live, false, watch.now_ms);
	watch.now_ms += SCAN_PLAN_PAUSE_MAX_MS + 4 * SCAN_PLAN_PAUSE_MAX_MS;
	sweep_at_cost(&watch, 20);
	live_attend(watch.live, true, watch.now_ms);
	assert_in_range(live_timeout(watch.live, watch.now_ms), 1, 250);
	watch_close(&watch);
}

/* However often somebody moves, the second scan that begins comes to its end. */
static void moves_without_end_hold_no_sweep_up(void **state)
{
	struct watch watch = watch_a_mover_by_bpf();
	unsigned before, begun = 1;

	(void)state;
	watch.now_ms += 4 * watch.pause_ms;
	before = watch.live->scans;
	assert_true(begins(&watch));
	while (watch.live->scans == before) {
		bool rests;

		mover_do(&watch.mover, MOVE_UTS, 0);
		hears(&watch);
		rests = watch.live->phase == LIVE_RESTING;
		live_step(watch.live, watch.now_ms);
		begun += rests && watch.live->phase != LIVE_RESTING;
	}
	assert_true(begun <= 2);
	watch_close(&watch);
}

/* What those that are this process's children have worked, in milliseconds. */
static double children_ms(void)
{
	autofree char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	FILE *children = fopen(path, "re");
	double sum_ms = 0;
	char pid[16];

	assert_non_null(children);
	while (fscanf(children, "%15s", pid) == 1) {
		autofree char *stat_path = xasprintf("/proc/%s/schedstat", pid);
		FILE *stat = fopen(stat_path, "re");
		uint64_t worked_ns;

		assert_non_null(stat);
		assert_int_equal(fscanf(stat, "%" SCNu64, &worked_ns), 1);
		sum_ms += (double)worked_ns / 1e6;
		fclose(stat);
	}
	fclose(children);
	return sum_ms;
}

/* Else they begin the sooner the more of them is done by helpers. */
static void a_sweep_costs_what_its_helpers_work(void **state)
{
	struct scan_plan plan = {0};
	struct watch watch = watch_open(0);
	double helpers_ms;

	(void)state;
	if (access("/proc/self/schedstat", R_OK) < 0)
		skip_because("kernel: /proc/PID/schedstat is not there (CONFIG_SCHED_INFO)");
	helpers_ms = scan_helpers_ms(watch.live->scan);
	assert_true(helpers_ms > 0);
	assert_true(helpers_ms <= children_ms());
	/* What the scan has spent. */
	scan_plan_end(&plan, watch.live->work_ms, false, false, watch.now_ms);
	assert_true(watch.live->plan.credit_ms < plan.credit_ms);
	watch_close(&watch);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_quiet_machine_is_left_alone),
	    cmocka_unit_test(a_move_is_seen_soon),
	    cmocka_unit_test(a_fork_is_seen_in_time),
	    cmocka_unit_test(a_move_needs_no_whole_sweep),
	    cmocka_unit_test(a_move_in_mid_sweep_is_seen_at_once),
	    cmocka_unit_test(a_given_interval_is_kept),
	    cmocka_unit_test(a_frozen_picture_hears_nothing),
	    cmocka_unit_test(a_sweep_costs_what_its_helpers_work),
	    cmocka_unit_test(who_waits_for_a_sweep_gets_it),
	    cmocka_unit_test(moves_without_end_hold_no_sweep_up),
	};

	mover_main(argc, argv);
	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
