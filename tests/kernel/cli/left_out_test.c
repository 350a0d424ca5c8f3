/* Scans leave out helpers that inspect namespaces, with the processes that these start. */
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/inspect.h"
#include "tests/kernel/inside.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/sources.h"

#include <sched.h>
#include <signal.h>

static struct graph *sweep_but(struct scan *scan, pid_t session)
{
	scan_leave_out(scan, session);
	return sweep_now(scan, NULL);
}

static struct scan *open_scan(void)
{
	struct scan *scan;

	assert_int_equal(scan_new(&(struct scan_options){.hostnames = false}, &scan), 0);
	return scan;
}

static int begin_session(const void *unused)
{
	(void)unused;
	return setsid() < 0 || member_fork(CLONE_NEWUTS, NULL, NULL) < 0;
}

static size_t count_of_session(const struct graph *graph, pid_t leader)
{
	size_t count = 0;

	for (size_t i = 0; i < graph->process_count; i++)
		count +=
		    graph->processes[i]->id.pid == leader || graph->processes[i]->ppid == leader;
	return count;
}

static void a_session_is_left_out(void **state)
{
	(void)state;
	need_test_machine();
	need_source();
	struct scan *scan = open_scan();
	struct member member = member_start(0, begin_session, NULL);
	struct graph *with = sweep_but(scan, 0), *without = sweep_but(scan, member.pid);
	struct graph *again = sweep_but(scan, 0);

	assert_int_equal(count_of_session(with, member.pid), 2);
	assert_int_equal(count_of_session(without, member.pid), 0);
	assert_int_equal(without->living_count, with->living_count - 2);
	assert_int_equal(without->living_ns_count, with->living_ns_count - 1);
	assert_int_equal(count_of_session(again, member.pid), 2);
	member_end(&member);
	graph_unref(with);
	graph_unref(without);
	graph_unref(again);
	scan_free(scan);
}

/* One that has joined, or is about to, is no member, and neither moved nor ended for a scan. */
static void one_that_looks_is_no_member(void **state)
{
	(void)state;
	need_test_machine();
	need_source();
	struct scan *scan = open_scan();
	struct member member = member_start(CLONE_NEWNET, NULL, NULL);
	struct graph *graph = sweep_now(scan, NULL);
	struct inspection *inspection;
	struct inspect *inspect;

	/* The init of the test's PID namespace, this process, the member; zombies of the test before are reaped. */
	while (graph->living_count > 3) {
		graph_unref(graph);
		graph = sweep_now(scan, NULL);
	}
	assert_int_equal(inspect_start(graph, inside_ns(graph, member.pid, NS_NET), &inspect), 0);
	assert_true(inspect_session(inspect) > 0);
	for (int i = 0; i < 20; i++) {
		struct graph *now = sweep_but(scan, inspect_session(inspect));

		assert_int_equal(inside_ns(now, member.pid, NS_NET)->member_count, 1);
		assert_int_equal(now->living_count, graph->living_count);
		graph_unref(now);
	}
	while (!inspect_io(inspect, &inspection))
		;
	assert_int_equal(inspection->error, 0);
	assert_int_equal(inspect_session(inspect), 0);
	inspect_free(inspect);
	inspection_free(inspection);
	member_end(&member);
	graph_unref(graph);
	scan_free(scan);
}

static int know_a_child_by_its_number_in_proc(const void *unused)
{
	char link[16] = "", seen[16] = "";
	int ends[2];
	pid_t pid;

	(void)unused;
	require(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		ssize_t len = readlink("/proc/self", link, sizeof(link));

		_exit(
		    write(ends[1], link, sizeof(link)) != sizeof(link) || len <= 0 || pause() == 0);
	}
	require(read(ends[0], seen, sizeof(seen)) == sizeof(seen));
	require(strtol(seen, NULL, 10) != pid);
	require(helper_proc_pid(pid) == strtol(seen, NULL, 10));
	kill(pid, SIGKILL);
	return wait_status(pid) == 128 + SIGKILL ? 0 : -1;
}

/* /proc is that of the parent PID namespace. */
static void its_number_is_known_in_a_foreign_proc(void **state)
{
	struct member member;

	(void)state;
	need_test_machine();
	need_source();
	assert_int_equal(helper_proc_pid(getpid()), getpid());
	member = member_start(CLONE_NEWPID, know_a_child_by_its_number_in_proc, NULL);
	member_end(&member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_session_is_left_out),
	    cmocka_unit_test(one_that_looks_is_no_member),
	    cmocka_unit_test(its_number_is_known_in_a_foreign_proc),
	};

	test_machine_enter();
	return run_with_each_source(tests, NULL, NULL);
}
