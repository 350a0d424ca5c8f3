/* What two processes share, and the sentences about it. */
#include "model/base/util.h"
#include "model/report/compare.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const machine =
    "1 init;"
    "40 sh uid=1000;"
    "41 box parent=40 pids=41,1 pid=300 uts=210 user=500 uid=1000;"
    "42 inner parent=41 pids=42,2,1 pid=310 uts=211 user=510 uid=2000;"
    "43 other parent=40 pids=43,1 pid=320 uts=212;"
    "44 deep parent=43 pids=44,2,1 pid=330 net=600 ipc=601 mnt=602 cgroup=603 time=604;"
    "45 lost parent=1 pids=45,1 pid=340;"
    "46 secret all=denied pids=46,3,1;"
    "ns uts initial hostname=vm; ns uts 210 hostname=blue; ns uts 211 hostname=vm;"
    "ns pid 300 parent=initial; ns pid 310 parent=300; ns pid 320 parent=initial;"
    "ns pid 330 parent=320; ns pid 340 parent=denied;"
    "ns user 500 parent=initial; ns user 510 parent=500";

static void expect_pid(const struct graph *graph, pid_t process, pid_t of, pid_t expected)
{
	assert_int_equal(
	    compare_pid_seen(fixture_process(graph, process), fixture_process(graph, of)),
	    expected);
}

static void a_pid_is_told_as_the_other_sees_it(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	expect_pid(graph, 42, 1, 42);
	expect_pid(graph, 42, 41, 2);
	expect_pid(graph, 42, 42, 1);
	expect_pid(graph, 41, 42, 0);
	expect_pid(graph, 1, 41, 0);
	expect_pid(graph, 42, 43, 0); /* as deep as its parent, but another one */
	expect_pid(graph, 41, 43, 0);
	expect_pid(graph, 44, 42, 0);
	expect_pid(graph, 46, 1, 46);
	expect_pid(graph, 1, 46, 0);
	expect_pid(graph, 46, 41, -1);
	expect_pid(graph, 41, 45, 0);
	graph_unref(graph);
}

/* @sameness and a piece of the meaning, of the processes @a and @b. */
static void expect(const struct graph *graph, pid_t a, pid_t b, enum nstype type,
    enum sameness sameness, const char *meaning)
{
	struct comparison comparisons[NS_TYPE_COUNT];

	compare_processes(fixture_process(graph, a), fixture_process(graph, b),
	    fixture_process(graph, 1), comparisons);
	assert_int_equal(comparisons[type].sameness, sameness);
	if (!strstr(comparisons[type].meaning, meaning))
		fail_msg("no \"%s\" in \"%s\"", meaning, comparisons[type].meaning);
	comparisons_done(comparisons);
}

static void each_type_says_what_it_means(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	expect(graph, 1, 40, NS_UTS, SAME, "share the host name \"vm\"");
	expect(graph, 1, 41, NS_UTS, DIFFERENT, "\"vm\" for A, \"blue\" for B");
	expect(graph, 1, 42, NS_UTS, DIFFERENT, "though both are \"vm\" now");
	expect(graph, 1, 43, NS_UTS, DIFFERENT, "not both could be read");
	expect(graph, 1, 40, NS_PID, SAME, "A is PID 1 and B is PID 40");
	expect(graph, 1, 42, NS_PID, DIFFERENT, "A sees B, as PID 42");
	expect(graph, 42, 41, NS_PID, DIFFERENT, "B sees A, as PID 2");
	expect(graph, 41, 43, NS_PID, DIFFERENT, "Neither sees the other");
	expect(graph, 41, 46, NS_PID, SAMENESS_UNKNOWN, "Not known of B");
	expect(graph, 46, 1, NS_PID, SAMENESS_UNKNOWN, "B sees A, as PID 46");
	expect(graph, 46, 46, NS_NET, SAME, "");
	expect(graph, 1, 40, NS_USER, SAME, "A has user id 0, B has user id 1000");
	expect(graph, 1, 41, NS_USER, DIFFERENT, "A sees B with user id 1000");
	expect(graph, 42, 40, NS_USER, DIFFERENT, "B sees A with user id 2000");
	expect(graph, 41, 42, NS_USER, DIFFERENT, "B's user ids are mapped into a namespace below");
	expect(graph, 42, 41, NS_USER, DIFFERENT, "A's user ids are mapped into a namespace below");
	expect(graph, 1, 44, NS_NET, DIFFERENT, "loopback of its own");
	expect(graph, 1, 40, NS_NET, SAME, "talk over loopback");
	expect(graph, 1, 44, NS_IPC, DIFFERENT, "different objects");
	expect(graph, 1, 44, NS_MNT, DIFFERENT, "propagation");
	expect(graph, 1, 44, NS_CGROUP, DIFFERENT, "different roots");
	expect(graph, 1, 44, NS_TIME, DIFFERENT, "offset");
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pid_is_told_as_the_other_sees_it),
	    cmocka_unit_test(each_type_says_what_it_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
