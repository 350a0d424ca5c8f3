/* What several threads read together is what one reads alone. */
#include "model/base/util.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/same_graph.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include "scanner/scan/worker_pool.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

enum { CHILDREN = 400 };

static const struct scan_options together = {.together = true, .fds = true};
static const struct scan_options alone = {.fds = true};

static pid_t children[CHILDREN];
static int hold[2];

/* Each tenth is in namespaces of its own, each seventh has ended and is not reaped. */
static void populate(void)
{
	char byte;
	int ready[2];

	require(pipe2(hold, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0);
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		require(children[i] >= 0);
		if (children[i] == 0) {
			close(hold[1]);
			if (i % 10 == 0 && unshare(CLONE_NEWUTS | CLONE_NEWIPC) < 0)
				_exit(1);
			if (write(ready[1], "", 1) != 1 || i % 7 == 0)
				_exit(1);
			_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		siginfo_t info;

		require(read(ready[0], &byte, 1) == 1);
		if (i % 7 == 0)
			require(waitid(P_PID, (id_t)children[i], &info, WEXITED | WNOWAIT) == 0);
	}
	close(ready[0]);
	close(ready[1]);
}

static void depopulate(void)
{
	close(hold[0]);
	close(hold[1]);
	for (int i = 0; i < CHILDREN; i++)
		waitpid(children[i], NULL, 0);
}

static size_t own_threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	size_t count = 0;

	require(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* . and .. */
}

/* One that was joined is still listed for a moment. */
static void await_end_of_threads(void)
{
	while (own_threads() > 1)
		sched_yield();
}

static void together_they_read_what_one_reads(void **state)
{
	struct scan *both, *one;
	struct graph *a, *b;
	struct mover mover;

	(void)state;
	need_test_machine();
	need_source();
	populate();
	mover = mover_start();
	mover_do(&mover, MOVE_THREAD, 0);
	assert_int_equal(scan_new(&together, &both), 0);
	assert_int_equal(scan_new(&alone, &one), 0);
	a = sweep_now(both, NULL);
	b = sweep_now(one, NULL);
	assert_true(a->process_count >= CHILDREN);
	assert_int_equal(graph_differences(a, b, getpid()), 0);
	assert_int_equal(a->stats.vanished, 0);
	await_end_of_threads();
	graph_unref(a);
	graph_unref(b);
	scan_free(both);
	scan_free(one);
	mover_end(&mover);
	depopulate();
}

/* In the midst of it the scan is dropped. */
static void nothing_is_left_of_a_dropped_sweep(void **state)
{
	struct scan *scan;
	size_t before;
	int r = 0;

	(void)state;
	need_test_machine();
	need_source();
	populate();
	before = open_descriptors();
	for (int steps = 0; r == 0; steps++) {
		assert_int_equal(scan_new(&together, &scan), 0);
		assert_int_equal(scan_begin(scan, NULL), 0);
		r = 0;
		for (int i = 0; i < steps * 20 && r == 0; i++)
			r = scan_step(scan, 1);
		assert_true(r >= 0);
		scan_free(scan);
		assert_int_equal(open_descriptors(), before);
		await_end_of_threads();
	}
	depopulate();
}

static void batches_come_in_order_and_whole(void **state)
{
	struct known_links links;
	struct worker_pool_task *tasks;
	struct worker_pool *worker_pool;
	size_t count, seen = 0;
	int proc, self;

	(void)state;
	need_test_machine();
	populate();
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(proc >= 0 && self >= 0);
	assert_int_equal(read_known_links(self, &links), 0);
	worker_pool = worker_pool_start(proc, children, CHILDREN, &links);
	while ((tasks = worker_pool_next(worker_pool, &count))) {
		for (size_t i = 0; i < count; i++, seen++) {
			assert_int_equal(tasks[i].pid, children[seen]);
			assert_true(tasks[i].dir >= 0);
			assert_int_equal(tasks[i].error, 0);
			assert_int_equal(tasks[i].reading.status.pids[0], children[seen]);
		}
	}
	assert_int_equal(seen, CHILDREN);
	worker_pool_end(worker_pool);
	close(proc);
	close(self);
	depopulate();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest of_sources[] = {
	    cmocka_unit_test(together_they_read_what_one_reads),
	    cmocka_unit_test(nothing_is_left_of_a_dropped_sweep),
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(batches_come_in_order_and_whole),
	};
	int failed;

	mover_main(argc, argv);
	test_machine_enter();
	failed = run_with_each_source(of_sources, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL) + failed;
}
