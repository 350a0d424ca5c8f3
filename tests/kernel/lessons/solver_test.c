/* The solver: a solution's lines run, and nothing of them is left. */
#include "lessons/play/solver.h"
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/troupe.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/nsscope-solver-XXXXXX";
static int told;

/* Through it the lines tell of themselves, so that nobody has to guess when. */
static char *fifo(void)
{
	char *path;

	CHECK(mkdtemp(folder));
	path = xasprintf("%s/fifo", folder);
	CHECK(mkfifo(path, 0600) == 0);
	/* For both, so that neither end waits for the other. */
	told = open(path, O_RDWR | O_CLOEXEC);
	CHECK(told >= 0);
	return path;
}

static void drop_fifo(const char *path)
{
	CHECK(unlink(path) == 0);
	CHECK(rmdir(folder) == 0);
}

/* Reads @count lines. */
static void await_lines(int count)
{
	char byte;

	while (count > 0) {
		CHECK(read(told, &byte, 1) == 1);
		count -= byte == '\n';
	}
}

/* Two lines; one leaves a grandchild whose parents are gone, one ignores SIGTERM. */
static char *lines_of(const char *path)
{
	return xasprintf("echo a >%s; (sleep 1000 & echo b >%s) & sleep 1000\n"
	                 "\n"
	                 "  \n"
	                 "trap '' TERM; setsid sh -c 'echo c >%s; sleep 1000' & wait; wait\n",
	    path, path, path);
}

static void play_and_end(void)
{
	autofree char *path = fifo(), *lines = lines_of(path);
	struct solver *solver = NULL;

	CHECK(solver_new(lines, &solver) == 0);
	CHECK(solver_pid(solver) > 0);
	await_lines(3);
	CHECK(!actors_alone());
	solver_free(solver);
	CHECK(actors_alone());
	solver_free(NULL);
	drop_fifo(path);
}

/* Whoever started it is killed. */
static void play_and_be_killed(void)
{
	autofree char *path = fifo(), *lines = lines_of(path);
	pid_t player = fork();

	if (player == 0) {
		struct solver *solver = NULL;

		CHECK(solver_new(lines, &solver) == 0);
		for (;;)
			pause();
	}
	await_lines(3);
	CHECK(kill(player, SIGKILL) == 0);
	/* This process is a subreaper: all of it must come to its end. */
	CHECK(actors_reap() > 0);
	drop_fifo(path);
}

static void ends_all(void **state)
{
	(void)state;
	assert_true(actors_play(AS_NOBODY, play_and_end));
}

static void ends_all_when_its_caller_is_killed(void **state)
{
	(void)state;
	assert_true(actors_play(AS_NOBODY, play_and_be_killed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ends_all),
	    cmocka_unit_test(ends_all_when_its_caller_is_killed),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
