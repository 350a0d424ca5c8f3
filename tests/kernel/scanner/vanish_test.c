/* Processes that come and go at any moment of a scan. */
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

enum { SWEEPS = 100 };

static const struct scan_options with_names = {.hostnames = true};

/* Forks and reaps for ever, every child in a uts namespace of its own; some of them fork, too. */
static _Noreturn void rage(void)
{
	signal(SIGCHLD, SIG_DFL);
	for (;;) {
		pid_t child = fork();

		if (child == 0) {
			if (unshare(CLONE_NEWUTS) == 0 && fork() == 0)
				unshare(CLONE_NEWIPC);
			_exit(0);
		}
		if (child > 0)
			waitpid(child, NULL, 0);
	}
}

/* In a PID namespace of its own: it ends with its first process. */
static int start_storm(const void *arg)
{
	(void)arg;
	signal(SIGCHLD, SIG_IGN); /* orphans are not to pile up as zombies */
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid == 0)
			rage();
	}
	return 0;
}

/* Everything in a graph is whole, whatever happened while it was read. */
static void check_process(const struct process *process)
{
	assert_true(process->id.pid > 0);
	assert_int_equal(process->pids[0], process->id.pid);
	assert_non_null(process->comm);
	assert_non_null(strchr("RSDZTtIX", process->state));
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		assert_int_equal(process->ns[link] != NULL, process->read_status[link] == READ_OK);
		assert_int_not_equal(process->read_status[link], READ_NEVER);
		assert_int_not_equal(process->read_status[link], READ_DENIED);
		if (process->read_status[link] == READ_EMPTY)
			assert_int_equal(link, LINK_PID_FOR_CHILDREN);
		if (process->read_status[link] == READ_OK)
			assert_int_equal(process->ns[link]->id.type, ns_link_type(link));
	}
}

static void a_storm_of_forks_harms_no_sweep(void **state)
{
	struct graph *graph = NULL;
	struct member storm;
	struct scan *scan;
	size_t before, came_or_went = 0;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(scan_new(&with_names, &scan), 0);
	storm = member_start(CLONE_NEWPID, start_storm, NULL);
	before = open_descriptors();
	/* Some scans, and as many as it takes to see that it was a storm. */
	for (int i = 0; i < SWEEPS || came_or_went <= SWEEPS / 4; i++) {
		struct graph *next = sweep_now(scan, graph);

		for (size_t at = 0; at < next->process_count; at++) {
			const struct process *process = next->processes[at];

			check_process(process);
			came_or_went += graph && !graph_process(graph, &process->id);
		}
		came_or_went += next->stats.vanished;
		assert_non_null(graph_process_by_pid(next, getpid()));
		assert_non_null(graph_process_by_pid(next, storm.pid));
		graph_unref(graph);
		graph = next;
	}
	assert_int_equal(open_descriptors(), before);
	graph_unref(graph);
	member_end(&storm);
	scan_free(scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_storm_of_forks_harms_no_sweep),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
