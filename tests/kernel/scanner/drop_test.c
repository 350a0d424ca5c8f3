/* A scan that is dropped before its end leaves no descriptor open. */
#include "model/base/util.h"
#include "tests/kernel/mover.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

enum { CHILDREN = 400 };

static const struct scan_options options = {.fds = true};

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

static void nothing_is_left_of_a_dropped_scan(void **state)
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
		assert_int_equal(scan_new(&options, &scan), 0);
		assert_int_equal(scan_begin(scan, NULL), 0);
		r = 0;
		for (int i = 0; i < steps * 20 && r == 0; i++)
			r = scan_step(scan, 1);
		assert_true(r >= 0);
		scan_free(scan);
		assert_int_equal(open_descriptors(), before);
	}
	depopulate();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest of_sources[] = {
	    cmocka_unit_test(nothing_is_left_of_a_dropped_scan),
	};

	mover_main(argc, argv);
	test_machine_enter();
	return run_with_each_source(of_sources, NULL, NULL);
}
