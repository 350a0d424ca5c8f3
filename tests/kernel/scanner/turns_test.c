/* Where a scan has no time for all descriptors, the next ones go on; and what was found stays. */
#include "model/base/util.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

enum { HOLDERS = 12 };

/* A descriptor on a uts namespace that nobody is in. */
static int hold(const void *arg)
{
	int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int fd;

	(void)arg;
	if (own < 0 || unshare(CLONE_NEWUTS) < 0)
		return -1;
	fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	return fd < 0 || setns(own, CLONE_NEWUTS) < 0 ? -1 : close(own);
}

static size_t count_kept(const struct graph *graph)
{
	size_t kept = 0;

	for (size_t i = 0; i < graph->ns_count; i++)
		kept += graph->namespaces[i]->id.type == NS_UTS &&
		        graph->namespaces[i]->holder_count == 1 &&
		        !graph->namespaces[i]->member_count &&
		        graph->namespaces[i]->holders[0].kind == HOLDER_FD;
	return kept;
}

static void each_process_has_its_turn(void **state)
{
	/* Enough for one process. */
	static const struct scan_options options = {.fds = true, .fds_budget_us = 1};
	struct member members[HOLDERS];
	struct graph *graph = NULL;
	size_t kept = 0, scans = 0;
	struct scan *scan;

	(void)state;
	need_test_machine();
	for (int i = 0; i < HOLDERS; i++)
		members[i] = member_start(0, hold, NULL);
	assert_int_equal(scan_new(&options, &scan), 0);
	/* The room's init may have one turn, too. */
	for (; kept < HOLDERS && scans < 2 * (HOLDERS + 1); scans++) {
		struct graph *before = graph;
		size_t now;

		graph = sweep_now(scan, before);
		graph_unref(before);
		now = count_kept(graph);
		assert_in_range(now, kept, kept + 1);
		kept = now;
	}
	assert_int_equal(kept, HOLDERS);
	assert_true(scans >= HOLDERS);
	/* All are seen in every scan from now on, and gone with their holder. */
	for (int i = 0; i < HOLDERS; i++) {
		struct graph *before = graph;

		member_end(&members[i]);
		graph = sweep_now(scan, before);
		graph_unref(before);
		assert_int_equal(count_kept(graph), HOLDERS - 1 - i);
	}
	graph_unref(graph);
	scan_free(scan);
}

static void without_a_limit_one_sweep_finds_all(void **state)
{
	static const struct scan_options options = {.fds = true};
	struct member members[HOLDERS];
	struct graph *graph;
	struct scan *scan;
	size_t open_before;

	(void)state;
	need_test_machine();
	for (int i = 0; i < HOLDERS; i++)
		members[i] = member_start(0, hold, NULL);
	assert_int_equal(scan_new(&options, &scan), 0);
	open_before = open_descriptors();
	graph = sweep_now(scan, NULL);
	assert_int_equal(count_kept(graph), HOLDERS);
	assert_int_equal(open_descriptors(), open_before);
	graph_unref(graph);
	scan_free(scan);
	for (int i = 0; i < HOLDERS; i++)
		member_end(&members[i]);
}

static void nobody_looks_where_it_is_not_wanted(void **state)
{
	static const struct scan_options options = {.fds = false};
	struct member member;
	struct graph *graph;
	struct scan *scan;

	(void)state;
	need_test_machine();
	member = member_start(0, hold, NULL);
	assert_int_equal(scan_new(&options, &scan), 0);
	graph = sweep_now(scan, NULL);
	assert_int_equal(count_kept(graph), 0);
	assert_int_equal(graph_process_by_pid(graph, member.pid)->fds_status, READ_NEVER);
	graph_unref(graph);
	scan_free(scan);
	member_end(&member);
}

/* Those that a lesson is about are seen at once, and the others still have their turns. */
static void some_are_always_looked_at(void **state)
{
	static const struct scan_options options = {.fds = true, .fds_budget_us = 1};
	struct member members[HOLDERS];
	struct graph *graph;
	struct scan *scan;
	pid_t pids[2];

	(void)state;
	need_test_machine();
	for (int i = 0; i < HOLDERS; i++)
		members[i] = member_start(0, hold, NULL);
	pids[0] = members[HOLDERS - 1].pid;
	pids[1] = members[HOLDERS - 2].pid;
	assert_int_equal(scan_new(&options, &scan), 0);
	scan_always(scan, pids, 2);
	graph = sweep_now(scan, NULL);
	assert_in_range(count_kept(graph), 2, 3);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    process_notes(graph_process_by_pid(graph, pids[i]))->held_count, 1);
	graph_unref(graph);
	scan_always(scan, NULL, 0);
	graph = sweep_now(scan, NULL);
	assert_in_range(count_kept(graph), 0, 1);
	graph_unref(graph);
	scan_free(scan);
	for (int i = 0; i < HOLDERS; i++)
		member_end(&members[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_process_has_its_turn),
	    cmocka_unit_test(without_a_limit_one_sweep_finds_all),
	    cmocka_unit_test(nobody_looks_where_it_is_not_wanted),
	    cmocka_unit_test(some_are_always_looked_at),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
