/* Is a PID namespace alive, and may that be said? */
#include "model/graph/ns.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The state of pid:300 in what @text describes, read on @kernel. */
static enum pid_ns_state state_on(const char *kernel, const char *text)
{
	struct graph_builder *builder = fixture_builder(NULL, text);
	enum pid_ns_state state;
	struct graph *graph;

	graph_set_machine(builder, "machine", kernel, "fixture");
	graph = graph_freeze(builder);
	state = pid_ns_state(graph, fixture_ns(graph, NS_PID, 300));
	graph_unref(graph);
	return state;
}

static enum pid_ns_state state_of(const char *text)
{
	return state_on("6.18.44", text);
}

static void it_lives_as_long_as_its_init(void **state)
{
	(void)state;
	assert_int_equal(
	    state_of("1 init; 5 a pid=300 pids=5,1; 6 b pid=300 pids=6,2"), PID_NS_ALIVE);
	assert_int_equal(
	    state_of("1 init; 5 a pid=300 pids=5,1 exiting; 6 b pid=300 pids=6,2"), PID_NS_ENDING);
	assert_int_equal(state_of("1 init; 5 a pid=300 pids=5,1 state=Z"), PID_NS_DEAD);
	/* Its first thread has ended, and others go on. */
	assert_int_equal(state_of("1 init; 5 a pid=300 pids=5,1 state=Z threads=2"), PID_NS_ALIVE);
	/* Its init has been given another number of this PID namespace than the first one. */
	assert_int_equal(
	    state_of("1 init; 5 b pid=300 pids=5,7; 900 a pid=300 pids=900,1"), PID_NS_ALIVE);
}

#define EMPTY "1 init; 5 a pid_for_children=300; ns pid 300 parent=initial; "

static void without_a_member_it_is_dead(void **state)
{
	(void)state;
	assert_int_equal(state_of(EMPTY), PID_NS_DEAD);
	assert_int_equal(
	    state_of("1 init; 5 a; fd 5 3 pid 300; ns pid 300 parent=initial"), PID_NS_DEAD);
	assert_int_equal(state_on("5.10.0-46-cloud-amd64", EMPTY), PID_NS_DEAD);
	/* Whose links are refused, but whose only PID says that it is in this PID namespace. */
	assert_int_equal(state_of(EMPTY "7 other all=denied"), PID_NS_DEAD);
	/* One that has just ended is no member. */
	assert_int_equal(state_of(EMPTY "7 other all=gone pids=7,2"), PID_NS_DEAD);
}

static void newer_kernels_show_it_before_its_first_process(void **state)
{
	(void)state;
	assert_int_equal(state_on("7.2.13+deb14-cloud-amd64", EMPTY), PID_NS_EMPTY);
	assert_int_equal(state_on("10.0", EMPTY), PID_NS_EMPTY);
	assert_int_equal(state_on("7.1.0", EMPTY), PID_NS_EMPTY);
	assert_int_equal(state_on("7.0.13", EMPTY), PID_NS_DEAD);
	assert_int_equal(state_on("7.2.13", "1 init; 5 a pid=300 pids=5,1 state=Z"), PID_NS_DEAD);
}

/* Who has watched knows more: what had a member has had its init. */
static void what_was_seen_with_a_member_is_dead_without_one(void **state)
{
	struct graph *before = fixture_graph(NULL,
	    "1 init; 5 a pid_for_children=300; 6 b pid=300 pids=6,1; ns pid 300 parent=initial");
	struct graph_builder *builder = fixture_builder(before, EMPTY);
	struct graph *graph;

	(void)state;
	graph_set_machine(builder, "machine", "7.2.13", "fixture");
	graph = graph_freeze(builder);
	assert_int_equal(pid_ns_state(graph, fixture_ns(graph, NS_PID, 300)), PID_NS_DEAD);
	graph_unref(graph);
	graph_unref(before);
}

static enum pid_ns_state state_after(const char *before, const char *text, bool hidden)
{
	struct graph *graphs[2] = {fixture_graph(NULL, before)};
	struct graph_builder *builder = fixture_builder(graphs[0], text);
	enum pid_ns_state state;

	graph_stats(builder)->hidden = hidden;
	graph_set_machine(builder, "machine", "7.2.13", "fixture");
	graphs[1] = graph_freeze(builder);
	state = pid_ns_state(graphs[1], fixture_ns(graphs[1], NS_PID, 300));
	graph_unref(graphs[1]);
	graph_unref(graphs[0]);
	return state;
}

/* Of others' processes in PID namespaces, such as containers of root, a user can't read the links. */
static void who_saw_its_init_end_needs_not_see_every_process(void **state)
{
	const char *others = EMPTY "7 other all=denied pids=7,1",
	           *with_init = "1 init; 5 a pid_for_children=300; 6 b pid=300 pids=6,1; "
	                        "ns pid 300 parent=initial; 7 other all=denied pids=7,1",
	           *with_member = "1 init; 5 a pid_for_children=300; 6 b pid=300 pids=6,2; "
	                          "ns pid 300 parent=initial; 7 other all=denied pids=7,1";

	(void)state;
	assert_int_equal(state_after(with_init, others, false), PID_NS_DEAD);
	assert_int_equal(
	    state_after(with_init, EMPTY "6 b all=denied pids=6,1 state=Z", false), PID_NS_DEAD);
	/* It may have changed its user. */
	assert_int_equal(
	    state_after(with_init, EMPTY "6 b all=denied pids=6,1", false), PID_NS_UNKNOWN);
	assert_int_equal(state_after(with_init, others, true), PID_NS_UNKNOWN);
	assert_int_equal(state_after(with_member, others, false), PID_NS_UNKNOWN);
	assert_int_equal(state_after(others, others, false), PID_NS_UNKNOWN);
}

/* Nothing is said where a member might not be in sight. */
static void what_may_have_unseen_members_is_not_called_dead(void **state)
{
	struct graph_builder *builder = fixture_builder(NULL, EMPTY);
	struct graph *graph;

	(void)state;
	assert_int_equal(
	    state_of("1 init; 5 a; fd 5 3 pid 300; ns pid 300 parent=denied"), PID_NS_UNKNOWN);
	assert_int_equal(state_of(EMPTY "7 other all=denied pids=7,2"), PID_NS_UNKNOWN);
	assert_int_equal(state_of("1 init; 6 b pid=300 pids=6,2"), PID_NS_UNKNOWN);
	graph_stats(builder)->hidden = true;
	graph = graph_freeze(builder);
	assert_int_equal(pid_ns_state(graph, fixture_ns(graph, NS_PID, 300)), PID_NS_UNKNOWN);
	graph_unref(graph);
}

static void only_pid_namespaces_die_so(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init; 5 a; fd 5 3 uts 200");

	(void)state;
	assert_int_equal(pid_ns_state(graph, fixture_ns(graph, NS_UTS, 200)), PID_NS_ALIVE);
	assert_int_equal(pid_ns_state(graph, fixture_ns(graph, NS_PID, 0)), PID_NS_ALIVE);
	assert_null(pid_ns_state_text(PID_NS_ALIVE));
	assert_null(pid_ns_state_text(PID_NS_UNKNOWN));
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_lives_as_long_as_its_init),
	    cmocka_unit_test(without_a_member_it_is_dead),
	    cmocka_unit_test(newer_kernels_show_it_before_its_first_process),
	    cmocka_unit_test(what_was_seen_with_a_member_is_dead_without_one),
	    cmocka_unit_test(who_saw_its_init_end_needs_not_see_every_process),
	    cmocka_unit_test(what_may_have_unseen_members_is_not_called_dead),
	    cmocka_unit_test(only_pid_namespaces_die_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
