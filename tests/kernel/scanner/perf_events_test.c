/* The feed tells who changes, and a scan that reads only those gives the graph of one that reads
 * all. */
#include "model/base/util.h"
#include "scanner/scan/changes.h"
#include "scanner/scan/source.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/same_graph.h"
#include "tests/kernel/skip.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

enum {
	STORM_FORKS = 4000, /* more than the ring of one processor holds */
	RECORDS_MAX = 1000,
};

static const struct scan_options with_perf_events = {.perf_events = true},
                                 without = {.perf_events = false};

/* Skips where this user gets no feed. */
static struct perf_events *need_perf_events(void)
{
	struct perf_events *perf_events;
	int r;

	need_test_machine();
	r = perf_events_new(&perf_events);
	if (r < 0)
		skip_because("the kernel gives no feed here: %s", strerror(-r));
	return perf_events;
}

static void drain(struct perf_events *perf_events)
{
	struct perf_record record;
	int r;

	while ((r = perf_events_next(perf_events, &record)) == 1)
		;
	assert_int_equal(r, 0);
}

/* How many records of @kind there are of (pid, tid); all are taken. */
static int count(struct perf_events *perf_events, enum perf_record_kind kind, pid_t pid)
{
	struct perf_record record;
	int found = 0, r;

	while ((r = perf_events_next(perf_events, &record)) == 1)
		found += record.kind == kind && record.pid == pid;
	assert_int_equal(r, 0);
	return found;
}

static bool is_readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, 0) == 1 && poll_fd.revents == POLLIN;
}

static void each_change_has_its_record(void **state)
{
	static const struct {
		enum order order;
		enum perf_record_kind kind;
	} steps[] = {{MOVE_UTS, PERF_NAMESPACES}, {MOVE_TIME, PERF_NAMESPACES},
	    {MOVE_EXEC, PERF_EXEC}, {MOVE_NAME, PERF_COMM}, {MOVE_THREAD, PERF_NAMESPACES},
	    {MOVE_THREAD_IPC, PERF_NAMESPACES}, {MOVE_THREAD_END, PERF_EXIT},
	    {MOVE_EXIT, PERF_EXIT}};
	struct perf_events *perf_events = need_perf_events();
	struct mover mover;

	(void)state;
	drain(perf_events);
	mover = mover_start();
	assert_int_equal(count(perf_events, PERF_FORK, mover.pid), 1);
	for (size_t i = 0; i < array_len(steps); i++) {
		mover_do(&mover, steps[i].order, 0);
		assert_true(is_readable(perf_events_fd(perf_events)));
		assert_true(count(perf_events, steps[i].kind, mover.pid) >= 1);
	}
	mover_end(&mover);
	perf_events_free(perf_events);
}

static void a_record_says_who_forked_and_when(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct perf_record record;
	uint64_t last_ns = 0;
	bool found = false;
	struct mover mover;

	(void)state;
	drain(perf_events);
	mover = mover_start();
	while (perf_events_next(perf_events, &record) == 1) {
		if (record.pid != mover.pid)
			continue;
		assert_true(record.time_ns >= last_ns && record.time_ns != 0);
		last_ns = record.time_ns;
		if (record.kind != PERF_FORK)
			continue;
		found = true;
		assert_int_equal(record.tid, mover.pid);
		assert_int_equal(record.forked_from, getpid());
	}
	assert_true(found);
	mover_end(&mover);
	perf_events_free(perf_events);
}

/* A scan with the feed and what it saw last, beside one without. */
struct pair {
	struct scan *scan, *plain;
	struct graph *seen;
};

/* Scans with both, and they must agree.  Returns how many were not read again. */
static uint32_t agree(struct pair *pair, const char *after)
{
	struct graph *now = sweep_now(pair->scan, pair->seen);
	struct graph *all = sweep_now(pair->plain, pair->seen);
	uint32_t unchanged = now->stats.unchanged;

	if (graph_differences(now, all, getpid()) != 0)
		fail_msg("the graphs differ after %s", after);
	assert_int_equal(all->stats.unchanged, 0);
	graph_unref(pair->seen);
	graph_unref(all);
	pair->seen = now;
	return unchanged;
}

static void pair_open(struct pair *pair)
{
	*pair = (struct pair){.seen = NULL};
	assert_int_equal(scan_new(&with_perf_events, &pair->scan), 0);
	assert_int_equal(scan_new(&without, &pair->plain), 0);
}

static void pair_close(struct pair *pair)
{
	graph_unref(pair->seen);
	scan_free(pair->scan);
	scan_free(pair->plain);
}

/* Two movers, each of whom does what the other one did before. */
static const struct {
	enum order order;
	int who;
} churn[] = {
    {MOVE_UTS, 0},
    {MOVE_TO, 1},
    {MOVE_UTS, 0},
    {MOVE_TO, 0},
    {MOVE_TO, 1},
    {MOVE_MNT, 1},
    {MOVE_ALL_TO, 0},
    {MOVE_TIME, 0},
    {MOVE_EXEC, 0},
    {MOVE_TIME, 0},
    {MOVE_CHILD, 0},
    {MOVE_PID, 1},
    {MOVE_CHILD, 1},
    {MOVE_NAME, 1},
    {MOVE_WRITE_ARGS, 0},
    {MOVE_THREAD, 0},
    {MOVE_THREAD_IPC, 0},
    {MOVE_THREAD_END, 0},
    {MOVE_SETUID, 0},
    {MOVE_USER, 0},
    {MOVE_STOP, 1},
    {MOVE_EXIT, 0},
};

/* Also where there is no feed: everything is read then. */
static void sweeps_with_and_without_agree(void **state)
{
	struct pair pair;
	struct mover movers[2];
	struct perf_events *perf_events = NULL;
	bool has_perf_events;

	(void)state;
	need_test_machine();
	has_perf_events = perf_events_new(&perf_events) == 0;
	perf_events_free(perf_events);
	pair_open(&pair);
	movers[0] = mover_start();
	movers[1] = mover_start();
	agree(&pair, "nothing");
	for (size_t i = 0; i < array_len(churn); i++) {
		int who = churn[i].who;
		autofree char *what = xasprintf("step %zu", i);
		uint32_t unchanged;

		if (churn[i].order == MOVE_SETUID && !room_has_users())
			continue;
		mover_do(&movers[who], churn[i].order, movers[1 - who].pid);
		unchanged = agree(&pair, what);
		/* The room's init and the other mover at least. */
		if (has_perf_events && i < 11)
			assert_true(unchanged >= 2);
		else if (!has_perf_events)
			assert_int_equal(unchanged, 0);
		agree(&pair, "no step");
	}
	mover_end(&movers[0]);
	mover_end(&movers[1]);
	agree(&pair, "the end");
	pair_close(&pair);
}

/* No record tells of that one. */
static void an_orphan_has_its_new_parent(void **state)
{
	struct mover mover;
	struct pair pair;
	pid_t child = 0;

	(void)state;
	need_test_machine();
	pair_open(&pair);
	mover = mover_start();
	mover_do(&mover, MOVE_CHILD, 0);
	agree(&pair, "a fork");
	for (size_t i = 0; i < pair.seen->process_count; i++)
		if (pair.seen->processes[i]->ppid == mover.pid)
			child = pair.seen->processes[i]->id.pid;
	assert_true(child > 0);
	mover_end(&mover);
	agree(&pair, "the end of the parent");
	assert_int_equal(graph_process_by_pid(pair.seen, child)->ppid, 1);
	kill(child, SIGKILL);
	while (kill(child, 0) == 0) /* until the room's init has reaped it */
		sched_yield();
	pair_close(&pair);
}

/* What an earlier scan took from the feed is not lost with it. */
static void a_dropped_sweep_loses_nothing(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct mover mover;
	struct pair pair;

	(void)state;
	perf_events_free(perf_events);
	pair_open(&pair);
	mover = mover_start();
	agree(&pair, "nothing");
	agree(&pair, "nothing");
	mover_do(&mover, MOVE_UTS, 0);
	assert_int_equal(scan_begin(pair.scan, pair.seen), 0);
	agree(&pair, "a sweep that was dropped");
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(scan_news(pair.scan).moved);
	agree(&pair, "a look at the news");
	/* In the middle of one. */
	assert_int_equal(scan_begin(pair.scan, pair.seen), 0);
	mover_do(&mover, MOVE_UTS, 0);
	scan_news(pair.scan);
	agree(&pair, "news in mid-sweep");
	mover_end(&mover);
	pair_close(&pair);
}

/* The record of an end comes before the end, so the scan after it may see the thread still: as if it
 * were, a graph from before the end is given the number of the scan that took the record. */
static void a_thread_that_ends_after_its_record_is_gone(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	const struct process *process;
	struct mover mover;
	struct graph *seen;
	struct pair pair;

	(void)state;
	perf_events_free(perf_events);
	pair_open(&pair);
	mover = mover_start();
	mover_do(&mover, MOVE_THREAD, 0);
	agree(&pair, "a thread's leaving");
	process = graph_process_by_pid(pair.seen, mover.pid);
	assert_non_null(process);
	assert_non_null(process->first_thread);
	seen = sweep_now(pair.plain, pair.seen);
	mover_do(&mover, MOVE_THREAD_END, 0);
	graph_unref(sweep_now(pair.scan, pair.seen));
	seen->stats.serial = scan_last_serial();
	graph_unref(pair.seen);
	pair.seen = seen;
	assert_true(agree(&pair, "the end of the thread") >= 2);
	process = graph_process_by_pid(pair.seen, mover.pid);
	assert_non_null(process);
	assert_null(process->first_thread);
	mover_end(&mover);
	pair_close(&pair);
}

/* A graph of another scan is as good, and one that is older than the feed's memory is read anew. */
static void any_graph_may_be_the_one_before(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct graph *old, *others;
	struct mover mover;
	struct pair pair;

	(void)state;
	perf_events_free(perf_events);
	pair_open(&pair);
	mover = mover_start();
	agree(&pair, "nothing");
	old = graph_ref(pair.seen);
	mover_do(&mover, MOVE_UTS, 0);
	scan_news(pair.scan);
	others = sweep_now(pair.plain, NULL);
	mover_do(&mover, MOVE_UTS, 0);
	graph_unref(pair.seen);
	pair.seen = others;
	assert_true(agree(&pair, "the graph of another scan") > 0);
	graph_unref(pair.seen);
	pair.seen = old;
	assert_int_equal(agree(&pair, "an old graph"), 0);
	mover_end(&mover);
	pair_close(&pair);
}

/* Takes news, of which there must be none, until nothing is left to be read.  Others on the machine
 * leave records too, without a number that is known in the room: those can't be told from outside,
 * but each wakes who waits. */
static void become_quiet(struct scan *scan)
{
	do {
		struct news news = scan_news(scan);

		assert_false(news.any || news.moved);
	} while (is_readable(scan_news_fd(scan)));
}

static void news_tell_moves_from_the_rest(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct mover mover;
	struct pair pair;
	struct news news;

	(void)state;
	perf_events_free(perf_events);
	pair_open(&pair);
	agree(&pair, "nothing");
	become_quiet(pair.scan);
	mover = mover_start();
	assert_true(is_readable(scan_news_fd(pair.scan)));
	/* Our own child, as helpers are. */
	become_quiet(pair.scan);
	mover_do(&mover, MOVE_CHILD, 0);
	news = scan_news(pair.scan);
	assert_true(news.any && !news.moved);
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(is_readable(scan_news_fd(pair.scan)));
	assert_true(scan_news(pair.scan).moved);
	mover_do(&mover, MOVE_NAME, 0);
	news = scan_news(pair.scan);
	assert_true(news.any && !news.moved);
	mover_end(&mover);
	pair_close(&pair);
}

/* A helper is told of when it lives already; what it has done and will do is ours, however late we hear. */
static void helpers_are_no_news(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct mover mover;
	struct pair pair;

	(void)state;
	perf_events_free(perf_events);
	pair_open(&pair);
	agree(&pair, "nothing");
	mover = mover_start();
	become_quiet(pair.scan);
	scan_leave_out(pair.scan, mover.pid);
	mover_do(&mover, MOVE_UTS, 0);
	become_quiet(pair.scan);
	mover_do(&mover, MOVE_CHILD, 0);
	become_quiet(pair.scan);
	scan_leave_out(pair.scan, 0);
	mover_end(&mover);
	become_quiet(pair.scan);
	/* The next one is another. */
	mover = mover_start();
	become_quiet(pair.scan);
	mover_do(&mover, MOVE_UTS, 0);
	assert_true(scan_news(pair.scan).moved);
	mover_end(&mover);
	pair_close(&pair);
}

static void fork_much(void)
{
	for (int i = 0; i < STORM_FORKS; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		require(pid > 0);
		waitpid(pid, NULL, 0);
	}
}

/* More than the ring holds: that is said, and all is read again. */
static void a_loss_is_told_and_made_good(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	struct perf_record record;
	cpu_set_t all, one;
	struct mover mover;
	struct pair pair;
	int r;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	pair_open(&pair);
	mover = mover_start();
	agree(&pair, "nothing");
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	fork_much();
	mover_do(&mover, MOVE_UTS, 0);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
	assert_int_equal(agree(&pair, "a loss"), 0);
	/* The kernel says it too, with the next record of that processor; and of others, where others
	 * on the machine have done as much meanwhile. */
	while (agree(&pair, "nothing more") == 0)
		;
	while ((r = perf_events_next(perf_events, &record)) == 1)
		;
	assert_int_equal(r, -EOVERFLOW);
	while ((r = perf_events_next(perf_events, &record)) != 0)
		assert_true(r == 1 || r == -EOVERFLOW);
	mover_end(&mover);
	pair_close(&pair);
	perf_events_free(perf_events);
}

static void nothing_stays_open(void **state)
{
	struct perf_events *perf_events = need_perf_events();
	size_t before;
	struct pair pair;

	(void)state;
	perf_events_free(perf_events);
	before = open_descriptors();
	pair_open(&pair);
	agree(&pair, "nothing");
	agree(&pair, "nothing");
	pair_close(&pair);
	assert_int_equal(open_descriptors(), before);
}

static int get_no_perf_events(void)
{
	struct scan *scan;
	struct perf_events *perf_events;
	struct graph *first, *again;

	require(perf_events_new(&perf_events) == -EACCES);
	require(scan_new(&with_perf_events, &scan) == 0);
	require(scan_news_fd(scan) == -1);
	require(!scan_news(scan).any);
	first = sweep_now(scan, NULL);
	again = sweep_now(scan, first);
	require(again->stats.unchanged == 0 && again->process_count == first->process_count);
	graph_unref(first);
	graph_unref(again);
	scan_free(scan);
	return 0;
}

static void nobody_reads_everything(void **state)
{
	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("needs root");
	as_nobody(get_no_perf_events);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_change_has_its_record),
	    cmocka_unit_test(a_record_says_who_forked_and_when),
	    cmocka_unit_test(sweeps_with_and_without_agree),
	    cmocka_unit_test(an_orphan_has_its_new_parent),
	    cmocka_unit_test(a_dropped_sweep_loses_nothing),
	    cmocka_unit_test(a_thread_that_ends_after_its_record_is_gone),
	    cmocka_unit_test(any_graph_may_be_the_one_before),
	    cmocka_unit_test(news_tell_moves_from_the_rest),
	    cmocka_unit_test(helpers_are_no_news),
	    cmocka_unit_test(a_loss_is_told_and_made_good),
	    cmocka_unit_test(nothing_stays_open),
	    cmocka_unit_test(nobody_reads_everything),
	};

	mover_main(argc, argv);
	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
