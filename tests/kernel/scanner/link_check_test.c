/* A glance between two scans: it tells a process that moved or ended, and no other. */
#include "model/base/util.h"
#include "scanner/events/link_check.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

/* Leaves its uts namespace when it is given a byte, answers with one, and waits for the next. */
_Noreturn static void leave_when_told(int command, int answer)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(command, &byte, 1) != 1 || unshare(CLONE_NEWUTS) < 0 ||
	    write(answer, &byte, 1) != 1 || read(command, &byte, 1) != 0)
		_exit(1);
	_exit(0);
}

static void a_glance_tells_who_moved_or_ended(void **state)
{
	const struct scan_options plain = {.hostnames = false};
	struct graph *graph, *moved;
	int command[2], answer[2];
	struct scan *scan;
	char byte = 0;
	pid_t pid;

	(void)state;
	need_test_machine();
	assert_int_equal(pipe(command), 0);
	assert_int_equal(pipe(answer), 0);
	pid = fork();
	if (pid == 0) {
		close(command[1]);
		leave_when_told(command[0], answer[1]);
	}
	assert_int_equal(scan_new(&plain, &scan), 0);
	graph = sweep_now(scan, NULL);
	assert_non_null(graph_process_by_pid(graph, pid));
	for (size_t i = 0; i < graph->process_count; i++)
		assert_false(links_differ(graph->processes[i]));
	assert_int_equal(write(command[1], &byte, 1), 1);
	assert_int_equal(read(answer[0], &byte, 1), 1);
	assert_true(links_differ(graph_process_by_pid(graph, pid)));
	moved = sweep_now(scan, graph);
	assert_false(links_differ(graph_process_by_pid(moved, pid)));
	close(command[1]);
	assert_int_equal(wait_status(pid), 0);
	assert_true(links_differ(graph_process_by_pid(moved, pid)));
	close(command[0]);
	close(answer[0]);
	close(answer[1]);
	graph_unref(graph);
	graph_unref(moved);
	scan_free(scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_glance_tells_who_moved_or_ended),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
