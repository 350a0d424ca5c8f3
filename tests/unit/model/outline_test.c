/* The groupings, by example. */
#include "model/base/util.h"
#include "model/view/outline.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void by_pid(const char *machine, const char *expected)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID, .kernel_threads = true};
	struct graph *graph = fixture_graph(NULL, machine);

	assert_outline(graph, &options, expected);
	graph_unref(graph);
}

static void by_type(const char *machine, enum nstype type, const char *expected)
{
	struct outline_options options = {.grouping = GROUP_BY_TYPE, .kernel_threads = true};
	struct graph *graph = fixture_graph(NULL, machine);

	options.type_shown[type] = true;
	assert_outline(graph, &options, expected);
	graph_unref(graph);
}

static void by_owner(const char *machine, const char *expected)
{
	const struct outline_options options = {
	    .grouping = GROUP_BY_OWNER, .type_shown = {[NS_USER] = true, [NS_UTS] = true}};
	struct graph *graph = fixture_graph(NULL, machine);

	assert_outline(graph, &options, expected);
	graph_unref(graph);
}

static void process_tree(void **state)
{
	(void)state;
	by_pid("1 init; 40 sh; 45 cat parent=41; 41 make parent=40; 9 udevd", "pid:initial\n"
	                                                                      "  1 init\n"
	                                                                      "    9 udevd\n"
	                                                                      "    40 sh\n"
	                                                                      "      41 make\n"
	                                                                      "        45 cat\n");
	by_pid("1 init; 2 kthreadd kernel parent=0; 3 rcu kernel parent=2", "pid:initial\n"
	                                                                    "  1 init\n"
	                                                                    "  2 kthreadd\n"
	                                                                    "    3 rcu\n");
	by_pid("", "");
}

static void child_namespace_stands_at_its_init(void **state)
{
	(void)state;
	by_pid("1 init; 40 unshare; 41 init pids=41,1 pid=300 parent=40;"
	       "42 sh pids=42,2 pid=300 parent=41; 43 sleep pids=43,3 pid=300 parent=42; 50 sh",
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 unshare\n"
	    "      pid:300\n"
	    "        41 init\n"
	    "          42 sh\n"
	    "            43 sleep\n"
	    "    50 sh\n");
}

static void namespaces_nest(void **state)
{
	(void)state;
	by_pid("1 init; 40 box pids=40,1 pid=300; 41 a pids=41,2 pid=300 parent=40;"
	       "42 box pids=42,3,1 pid=310 parent=41; 43 b pids=43,4,2 pid=310 parent=42;"
	       "44 c pids=44,5 pid=300 parent=40; ns pid 310 parent=300",
	    "pid:initial\n"
	    "  1 init\n"
	    "    pid:300\n"
	    "      40 box\n"
	    "        41 a\n"
	    "          pid:310\n"
	    "            42 box\n"
	    "              43 b\n"
	    "        44 c\n");
}

static void joined_members(void **state)
{
	(void)state;
	by_pid("1 init; 40 box pids=40,1 pid=300; 50 nsenter; 51 sh pids=51,7 pid=300 parent=50;"
	       "52 ls pids=52,8 pid=300 parent=51",
	    "pid:initial\n"
	    "  1 init\n"
	    "    pid:300\n"
	    "      40 box\n"
	    "      51 sh joined\n"
	    "        52 ls\n"
	    "    50 nsenter\n");
	/* Into the scanner's own namespace, from outside of it. */
	by_pid("1 init; 9 exec parent=0", "pid:initial\n"
	                                  "  1 init\n"
	                                  "  9 exec joined\n");
}

static void namespaces_without_visible_init(void **state)
{
	(void)state;
	by_pid("1 init; 41 sh pids=41,2 pid=300; ns pid 310 name=blue; ns pid 320 parent=denied;"
	       "ns pid 330 parent=310",
	    "pid:initial\n"
	    "  1 init\n"
	    "  pid:300\n"
	    "    41 sh joined\n"
	    "  pid:310\n"
	    "    pid:330\n"
	    "pid:320\n");
}

static void unread_links(void **state)
{
	(void)state;
	/* With one level it is in the scanner's own namespace for sure. */
	by_pid("1 init all=denied; 40 sh; 41 secret parent=40 all=denied; 42 sh parent=41",
	    "pid:initial\n"
	    "  40 sh\n"
	    "    41 secret\n"
	    "      42 sh\n"
	    "  note denied\n"
	    "    1 init\n");
	/* What can be read comes first, and moves out of what can't; a namespace too. */
	by_pid(
	    "1 init all=denied; 2 d parent=1 all=denied; 30 x parent=2 all=denied; 40 sh parent=2; "
	    "50 box parent=2 pids=50,1 pid=300",
	    "pid:initial\n"
	    "  40 sh\n"
	    "  pid:300\n"
	    "    50 box\n"
	    "  note denied\n"
	    "    1 init\n"
	    "      2 d\n"
	    "        30 x\n");
	/* With more, the parent is all there is. */
	by_pid("1 init; 40 sh; 41 box parent=40 pids=41,1 all=denied; 42 x parent=41 pids=42,2 "
	       "all=gone",
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 sh\n"
	    "      41 box\n"
	    "        42 x\n");
	/* An init that can't be read is told by a child on the same level. */
	by_pid("1 init; 41 box pids=41,1 all=denied; 42 x parent=41 pids=42,2 pid=300",
	    "pid:initial\n"
	    "  1 init\n"
	    "    pid:300\n"
	    "      41 box\n"
	    "        42 x\n");
	/* Nothing at all can be read. */
	by_pid("1 init all=denied; 40 sh all=denied parent=1; 50 x all=denied parent=7", "1 init\n"
	                                                                                 "  40 sh\n"
	                                                                                 "50 x\n");
}

static void torn_data(void **state)
{
	(void)state;
	/* Parents that are missing, or that are each other's, or themselves. */
	by_pid("1 init; 40 a parent=41; 41 b parent=40; 50 c parent=50; 60 d parent=777",
	    "pid:initial\n"
	    "  1 init\n"
	    "  41 b\n"
	    "    40 a\n"
	    "  50 c\n"
	    "  60 d\n");
	/* Two inits, one below the other. */
	by_pid("1 init; 40 a pids=40,1 pid=300; 41 b pids=41,1 pid=300 parent=40",
	    "pid:initial\n"
	    "  1 init\n"
	    "    pid:300\n"
	    "      40 a\n"
	    "        41 b\n");
	/* A namespace below itself. */
	by_pid("1 init; ns pid 300 parent=310; ns pid 310 parent=300", "pid:initial\n"
	                                                               "  1 init\n"
	                                                               "pid:310\n"
	                                                               "  pid:300\n");
	/* The init's parent is within. */
	by_pid("1 init; 40 a pids=40,1 pid=300 parent=41; 41 b pids=41,2 pid=300 parent=40",
	    "pid:initial\n"
	    "  1 init\n"
	    "  pid:300\n"
	    "    40 a\n"
	    "    41 b\n");
}

static void dead_stay_where_they_were(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	struct history *history = history_new(5000);

	(void)state;
	fixture_push(history, 1000,
	    "1 init; 40 sh; 41 box parent=40 pids=41,1 pid=300;"
	    "42 x parent=41 pids=42,2 pid=300; 50 y");
	assert_outline(fixture_push(history, 2000, "1 init; 50 y"), &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 sh\n"
	    "      pid:300\n"
	    "        41 box\n"
	    "          42 x\n"
	    "    50 y\n");
	assert_outline(fixture_push(history, 8000, "1 init; 50 y"), &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    50 y\n");
	history_free(history);
}

static void kernel_threads(void **state)
{
	struct outline_options options = {.grouping = GROUP_BY_PID};
	struct graph *graph = fixture_graph(
	    NULL, "1 init; 2 kthreadd kernel parent=0; 3 rcu kernel parent=2; 4 helper parent=3");

	(void)state;
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "  4 helper\n"
	    "  note kernel\n");
	options.root_pid = 2;
	assert_outline(graph, &options,
	    "2 kthreadd\n"
	    "  3 rcu\n"
	    "    4 helper\n");
	options = (struct outline_options){.grouping = GROUP_BY_TYPE, .type_shown[NS_UTS] = true};
	assert_outline(graph, &options,
	    "uts\n"
	    "  uts:initial\n"
	    "    1 init\n"
	    "    4 helper\n"
	    "note kernel\n");
	graph_unref(graph);
}

static void one_process_and_what_is_below(void **state)
{
	struct outline_options options = {.grouping = GROUP_BY_PID, .root_pid = 40};
	struct graph *graph = fixture_graph(
	    NULL, "1 init; 39 a; 40 sh; 41 box parent=40 pids=41,1 pid=300; 42 x parent=40; 50 y");

	(void)state;
	assert_outline(graph, &options,
	    "40 sh\n"
	    "  pid:300\n"
	    "    41 box\n"
	    "  42 x\n");
	options.root_pid = 50;
	assert_outline(graph, &options, "50 y\n");
	options.root_pid = 51;
	assert_outline(graph, &options, "");
	graph_unref(graph);
}

static void type_members(void **state)
{
	(void)state;
	by_type("1 init; 50 b uts=210; 40 a uts=210; 60 c; 45 d uts=205; ns uts 300 name=blue",
	    NS_UTS,
	    "uts\n"
	    "  uts:initial\n"
	    "    1 init\n"
	    "    60 c\n"
	    "  uts:210\n"
	    "    40 a\n"
	    "    50 b\n"
	    "  uts:205\n"
	    "    45 d\n"
	    "  uts:300\n");
	by_type("1 init all=denied; 40 a; 41 z state=Z all=zombie; 42 b all=denied", NS_NET,
	    "net\n"
	    "  net:initial\n"
	    "    40 a\n"
	    "  note denied\n"
	    "  note zombie\n");
	by_type("1 init", NS_PID, "pid\n  pid:initial\n    1 init\n");
}

static void all_types(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_TYPE};
	struct graph *graph = fixture_graph(NULL, "1 init; 40 a uts=210 net=77 time=unsupported");
	struct outline outline = {0};

	(void)state;
	outline_build(&outline, graph, &options);
	assert_outline_sound(&outline, false);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		outline_row(&outline, ns_types[type].name);
	/* 8 types, 10 namespaces, 15 places, and a note. */
	assert_int_equal(outline.count, 8 + 10 + 15 + 1);
	assert_string_equal(outline.rows[outline_row(&outline, "note unsupported")].note,
	    "1 process not shown: This kernel does not report it.");
	/* The namespace that a process stands in is part of what its row is. */
	assert_ptr_equal(outline.rows[2].ns, fixture_ns(graph, NS_CGROUP, 0));
	assert_true(ns_id_equal(&outline.rows[2].key.ns, &fixture_ns(graph, NS_CGROUP, 0)->id));
	outline_done(&outline);
	graph_unref(graph);
}

static void owners_nest(void **state)
{
	(void)state;
	by_owner("1 init; 40 a user=100 uts=200; 41 b user=110 uts=210; 42 c uts=220;"
	         "ns user 110 parent=100; ns uts 200 owner=100; ns uts 210 owner=110;"
	         "ns uts 300 owner=100; ns user 120 parent=110",
	    "user:initial\n"
	    "  uts:initial\n"
	    "    1 init\n"
	    "  uts:220\n"
	    "    42 c\n"
	    "  members\n"
	    "    1 init\n"
	    "    42 c\n"
	    "  user:100\n"
	    "    uts:200\n"
	    "      40 a\n"
	    "    uts:300\n"
	    "    members\n"
	    "      40 a\n"
	    "    user:110\n"
	    "      uts:210\n"
	    "        41 b\n"
	    "      members\n"
	    "        41 b\n"
	    "      user:120\n");
	by_owner("", "");
	/* Threads stand where their process is not. */
	by_owner("1 init; 40 a; thread 40 41 t uts=200", "user:initial\n"
	                                                 "  uts:initial\n"
	                                                 "    1 init\n"
	                                                 "    40 a\n"
	                                                 "  uts:200\n"
	                                                 "    thread 41 t\n"
	                                                 "  members\n"
	                                                 "    1 init\n"
	                                                 "    40 a\n");
}

static void owners_out_of_sight(void **state)
{
	(void)state;
	by_owner("1 init user=100 uts=200; 40 a user=100 uts=initial; 41 b all=denied; "
	         "2 k kernel all=denied; 42 z state=Z all=zombie user=100;"
	         "ns user 100 parent=denied owner=denied; ns uts 200 owner=100;"
	         "ns uts initial owner=denied; ns uts 220 owner=unsupported",
	    "user:initial\n"
	    "unknown denied\n"
	    "  uts:initial\n"
	    "    40 a\n"
	    "  user:100\n"
	    "    uts:200\n"
	    "      1 init\n"
	    "    members\n"
	    "      1 init\n"
	    "      40 a\n"
	    "      42 z\n"
	    "unknown unsupported\n"
	    "  uts:220\n"
	    "note denied\n"
	    "note zombie\n"
	    "note kernel\n");
	/* Nothing is above the initial one, though the kernel says EPERM. */
	by_owner("1 init; ns user initial initial parent=denied owner=denied", "user:initial\n"
	                                                                       "  uts:initial\n"
	                                                                       "    1 init\n"
	                                                                       "  members\n"
	                                                                       "    1 init\n");
	/* Owners that are each other's. */
	by_owner("1 init; ns user 100 parent=110; ns user 110 parent=100", "user:initial\n"
	                                                                   "  uts:initial\n"
	                                                                   "    1 init\n"
	                                                                   "  members\n"
	                                                                   "    1 init\n"
	                                                                   "unknown gone\n"
	                                                                   "  user:110\n"
	                                                                   "    user:100\n");
}

static void owners_of_some_types(void **state)
{
	struct outline_options options = {.grouping = GROUP_BY_OWNER, .type_shown[NS_NET] = true};
	struct graph *graph = fixture_graph(NULL,
	    "1 init; 40 a user=100 net=200 uts=210; ns net 200 owner=100; ns uts 210 owner=100");

	(void)state;
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  net:initial\n"
	    "    1 init\n"
	    "  user:100\n"
	    "    net:200\n"
	    "      40 a\n");
	graph_unref(graph);
}

static void grouping_names_are_known(void **state)
{
	enum grouping grouping = GROUPING_COUNT;

	(void)state;
	assert_true(grouping_from_name("owner", &grouping));
	assert_int_equal(grouping, GROUP_BY_OWNER);
	assert_false(grouping_from_name("own", &grouping));
	assert_int_equal(grouping, GROUP_BY_OWNER);
}

/* Room is used again, and what was there before leaves no trace. */
static void built_again(void **state)
{
	const struct outline_options by_pid_options = {.grouping = GROUP_BY_PID};
	const struct outline_options by_type_options = {.grouping = GROUP_BY_TYPE};
	struct graph *graph = fixture_graph(NULL, "1 init; 40 a uts=210; 41 b all=denied");
	struct outline outline = {0};

	(void)state;
	outline_build(&outline, graph, &by_type_options);
	autofree char *first = outline_text(&outline);
	const struct row *rows = outline.rows;
	outline_build(&outline, graph, &by_pid_options);
	assert_ptr_equal(outline.rows, rows);
	outline_build(&outline, graph, &by_type_options);
	autofree char *again = outline_text(&outline);
	assert_string_equal(first, again);
	outline_done(&outline);
	assert_null(outline.rows);
	outline_done(&outline);
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(process_tree),
	    cmocka_unit_test(child_namespace_stands_at_its_init),
	    cmocka_unit_test(namespaces_nest),
	    cmocka_unit_test(joined_members),
	    cmocka_unit_test(namespaces_without_visible_init),
	    cmocka_unit_test(unread_links),
	    cmocka_unit_test(torn_data),
	    cmocka_unit_test(dead_stay_where_they_were),
	    cmocka_unit_test(kernel_threads),
	    cmocka_unit_test(one_process_and_what_is_below),
	    cmocka_unit_test(type_members),
	    cmocka_unit_test(all_types),
	    cmocka_unit_test(owners_nest),
	    cmocka_unit_test(owners_out_of_sight),
	    cmocka_unit_test(owners_of_some_types),
	    cmocka_unit_test(grouping_names_are_known),
	    cmocka_unit_test(built_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
