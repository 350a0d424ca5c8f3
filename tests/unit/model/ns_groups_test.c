/* Rooms: who lives in the same eight namespaces, in every order, and at what cost. */
#include "model/base/util.h"
#include "model/view/ns_groups.h"
#include "model/view/rowline.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const machine = "1 init login=root cmd=/sbin/init;"
                                   "20 kworker kernel;"
                                   "40 sh login=joe;"
                                   "50 web net=600 uts=210;"
                                   "51 worker parent=50 net=600 uts=210;"
                                   "52 worker parent=50 net=600 uts=210;"
                                   "60 box net=601 uts=211;"
                                   "61 side net=600 uts=211;"
                                   "70 secret net=denied;"
                                   "71 dead state=Z all=zombie;"
                                   "thread 40 45 helper uts=210;"
                                   "ns uts 210 hostname=blue; ns net 600 name=lan";

static void those_who_share_all_eight_are_one_room(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);
	const struct outline_options options = {.grouping = GROUP_BY_NS_GROUP};

	(void)state;
	assert_outline(graph, &options,
	    "room of 50 web: 3\n"
	    "  50 web\n"
	    "  51 worker\n"
	    "  52 worker\n"
	    "room of 1 init: 2\n"
	    "  1 init\n"
	    "  40 sh\n"
	    "room of 60 box: 1\n"
	    "  60 box\n"
	    "room of 61 side: 1\n"
	    "  61 side\n"
	    "room of 40 sh: 0+1\n"
	    "  thread 45 helper\n"
	    "note denied\n"
	    "  70 secret\n"
	    "note zombie\n"
	    "  71 dead\n"
	    "note kernel\n");
	graph_unref(graph);
}

static void expect_order(const char *column, bool inverted, const char *expected)
{
	struct graph *graph =
	    fixture_graph(NULL, "1 init; 40 ash; 50 web net=600 uts=210; 51 web net=600 uts=210;"
	                        "52 web net=600 uts=210; 60 box net=601; 61 aside net=600");
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_NS_GROUP, .folds = folds, .ns_groups.inverted = inverted};

	assert_true(ns_groups_column_from_name(column, &options.ns_groups.column));
	assert_outline(graph, &options, expected);
	folds_free(folds);
	graph_unref(graph);
}

static void ns_groups_are_ordered_and_grouped_by_any_column(void **state)
{
	(void)state;
	expect_order("processes", false,
	    "room of 50 web: 3 (+3)\nroom of 1 init: 2 (+2)\n"
	    "room of 60 box: 1 (+1)\nroom of 61 aside: 1 (+1)\n");
	expect_order("processes", true,
	    "room of 60 box: 1 (+1)\nroom of 61 aside: 1 (+1)\n"
	    "room of 1 init: 2 (+2)\nroom of 50 web: 3 (+3)\n");
	expect_order("pid", false,
	    "room of 1 init: 2 (+2)\nroom of 50 web: 3 (+3)\n"
	    "room of 60 box: 1 (+1)\nroom of 61 aside: 1 (+1)\n");
	expect_order("command", false,
	    "room of 61 aside: 1 (+1)\nroom of 60 box: 1 (+1)\n"
	    "room of 1 init: 2 (+2)\nroom of 50 web: 3 (+3)\n");
	expect_order("net", false,
	    "net:initial\n  room of 1 init: 2 (+2)\n"
	    "net:600\n  room of 50 web: 3 (+3)\n  room of 61 aside: 1 (+1)\n"
	    "net:601\n  room of 60 box: 1 (+1)\n");
	expect_order("net", true,
	    "net:601\n  room of 60 box: 1 (+1)\n"
	    "net:600\n  room of 50 web: 3 (+3)\n  room of 61 aside: 1 (+1)\n"
	    "net:initial\n  room of 1 init: 2 (+2)\n");
	expect_order("pidns", false,
	    "pid:initial\n  room of 50 web: 3 (+3)\n  room of 1 init: 2 (+2)\n"
	    "  room of 60 box: 1 (+1)\n  room of 61 aside: 1 (+1)\n");
	for (unsigned column = 0; column < NS_GROUPS_COLUMN_COUNT; column++) {
		unsigned found = NS_GROUPS_COLUMN_COUNT;

		assert_true(ns_groups_column_from_name(ns_groups_column_name(column), &found));
		assert_int_equal(found, column);
	}
	assert_false(ns_groups_column_from_name("inode", &(unsigned){0}));
}

static void search_and_filter_reach_into_rooms(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);
	struct folds *folds = folds_new();
	struct outline_options options = {.grouping = GROUP_BY_NS_GROUP, .folds = folds};
	struct outline outline = {0};
	struct row_key key;

	(void)state;
	options.filter = "worker";
	assert_outline(graph, &options, "room of 50 web: 3\n  51 worker\n  52 worker\n");
	options.filter = "net:601"; /* of a namespace: the whole room */
	assert_outline(graph, &options, "room of 60 box: 1 (+1)\n");
	options.filter = "lan";
	assert_outline(graph, &options, "room of 50 web: 3 (+3)\nroom of 61 side: 1 (+1)\n");
	options.filter = NULL;
	options.search = "worker";
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.matched, 2);
	assert_int_equal(outline_next_match(&outline, 0, 1), ROW_NONE);
	assert_true(outline_open_match(&outline, 0, 1, folds, &key));
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.rows[outline_find(&outline, &key)].process->id.pid, 51);
	outline_done(&outline);
	folds_free(folds);
	graph_unref(graph);
}

static void a_container_is_told_and_found(void **state)
{
	struct graph *graph = fixture_graph(NULL,
	    "1 init; 50 web net=600 mnt=601 "
	    "cgroup_path=/system.slice/docker-"
	    "4f1c2ab3d4e54f1c2ab3d4e54f1c2ab3d4e54f1c2ab3d4e54f1c2ab3d4e5abcd.scope;"
	    "51 other net=602");
	struct outline_options options = {.grouping = GROUP_BY_NS_GROUP, .filter = "docker"};
	struct outline outline = {0};
	struct rowline_context context = {.graph = graph, .ns_groups = &options.ns_groups};
	struct line line;

	(void)state;
	assert_outline(graph, &options, "room of 50 web: 1\n  50 web\n");
	outline_build(&outline, graph, &options);
	line_init(&line, CHARSET_UTF8);
	rowline(&context, &outline, 0, &line);
	assert_non_null(strstr(line.text, "web  docker 4f1c2ab3d4e5"));
	line_done(&line);
	outline_done(&outline);
	graph_unref(graph);
}

/* Folds and the selection stay on a room while others come and go, and its first ends. */
static void a_room_is_known_over_graphs(void **state)
{
	struct history *history = history_new(1000);
	struct outline_options options = {.grouping = GROUP_BY_NS_GROUP, .folds = folds_new()};
	struct outline before = {0}, after = {0};
	const struct graph *graph =
	    fixture_push(history, 1000, "1 init; 50 a net=600; 51 b net=600; 60 c net=601");

	(void)state;
	outline_build(&before, graph, &options);
	uint32_t at = outline_row(&before, "room of 50 a: 2");
	folds_set((struct folds *)options.folds, &before.rows[at].key, false);
	graph = fixture_push(
	    history, 2000, "1 init; 40 x uts=210; 41 y uts=210; 42 z uts=210; 51 b net=600");
	outline_build(&after, graph, &options);
	assert_int_equal(
	    outline_follow(&before, at, &after), outline_row(&after, "room of 51 b: 1"));
	/* The dead stay where they lived, and count no more. */
	assert_int_equal(outline_row(&after, "50"), outline_row(&after, "room of 51 b: 1") + 1);
	outline_row(&after, "room of 60 c: 0");
	outline_done(&before);
	outline_done(&after);
	folds_free((struct folds *)options.folds);
	history_free(history);
}

static void a_type_that_the_kernel_lacks_parts_nobody(void **state)
{
	struct graph *graph = fixture_graph(
	    NULL, "1 init time=unsupported; 40 a time=unsupported; 41 b time=unsupported uts=210");
	struct outline_options options = {.grouping = GROUP_BY_NS_GROUP};

	(void)state;
	assert_outline(
	    graph, &options, "room of 1 init: 2\n  1 init\n  40 a\nroom of 41 b: 1\n  41 b\n");
	options.ns_groups.column = NS_GROUPS_BY_TYPE + NS_TIME;
	assert_outline(
	    graph, &options, "room of 1 init: 2\n  1 init\n  40 a\nroom of 41 b: 1\n  41 b\n");
	graph_unref(graph);
}

/* --- Cost ------------------------------------------------------------------------------------- */

/* @count processes in @count / @each rooms. */
static struct graph *crowd(unsigned count, unsigned each)
{
	struct graph_builder *builder = graph_builder_new(NULL);

	for (unsigned pid = 1; pid <= count; pid++) {
		struct process_id id = {.pid = (pid_t)pid, .start_ticks = pid};
		struct process *process = graph_add_process(builder, &id);

		process->comm = graph_text_copy(builder, "worker", strlen("worker"));
		process->ppid = pid > 1;
		process->state = 'S';
		for (enum ns_link link = 0; link < NS_LINK_COUNT; link++) {
			enum nstype type = ns_link_type(link);

			process->ns[link] = graph_add_ns(builder, type, FIXTURE_DEV,
			    1000 + pid / each * (type == NS_NET || type == NS_MNT), NULL);
			process->read_status[link] = READ_OK;
		}
	}
	return graph_freeze(builder);
}

/* The processor's time of the best of some rounds: what it takes when nobody else disturbs. */
static double cost_ms(unsigned count, unsigned each, unsigned *ret_ns_groups)
{
	struct graph *graph = crowd(count, each);
	const struct ns_groups_order order = {.column = NS_GROUPS_BY_COUNT};
	double best = 1e9;

	for (int i = 0; i < 7; i++) {
		struct timespec start, end;
		struct ns_groups ns_groups;

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
		ns_groups_build(&ns_groups, graph, false, &order);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
		double took = (double)(end.tv_sec - start.tv_sec) * 1e3 +
		              (double)(end.tv_nsec - start.tv_nsec) / 1e6;
		best = took < best ? took : best;
		*ret_ns_groups = (unsigned)ns_groups.count;
		ns_groups_done(&ns_groups);
	}
	graph_unref(graph);
	return best;
}

/* Less than a frame of 60 a second, with as many rooms as processes too; and no quadratic walk. */
static void ten_thousand_processes_take_less_than_a_frame(void **state)
{
	unsigned few, many, tenth;
	double crowded = cost_ms(10000, 100, &few), alone = cost_ms(10000, 1, &many);
	double small = cost_ms(1000, 1, &tenth);

	(void)state;
	print_message("[ MESSAGE  ] 10,000 processes: %u rooms in %.2f ms, %u rooms in %.2f ms\n",
	    few, crowded, many, alone);
	assert_int_equal(few, 101);
	assert_int_equal(many, 10000);
	assert_int_equal(tenth, 1000);
	assert_true(alone < 40 * small + 5);
	assert_true(crowded < 40 * small + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(those_who_share_all_eight_are_one_room),
	    cmocka_unit_test(ns_groups_are_ordered_and_grouped_by_any_column),
	    cmocka_unit_test(search_and_filter_reach_into_rooms),
	    cmocka_unit_test(a_container_is_told_and_found),
	    cmocka_unit_test(a_room_is_known_over_graphs),
	    cmocka_unit_test(a_type_that_the_kernel_lacks_parts_nobody),
	    cmocka_unit_test(ten_thousand_processes_take_less_than_a_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
