/* Search, filter, and where a selection goes. */
#include "model/base/util.h"
#include "model/view/outline.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const machine =
    "1 init login=root; 40 nginx cmd=\"/usr/sbin/nginx|-g|daemon off\" login=www;"
    "41 worker parent=40 pids=41,17,1 pid=300 uts=210 net=777; 42 x parent=41 pids=42,18,2 pid=300;"
    "50 \"a\\x1b)\" login=joe;"
    "ns uts 210 hostname=Blue name=green; ns pid 300 parent=initial";

static bool finds(const struct graph *graph, const char *what, const char *needle)
{
	const struct outline_options options = {
	    .grouping = GROUP_BY_TYPE, .kernel_threads = true, .search = needle};
	struct outline outline = {0};
	bool matched;

	outline_build(&outline, graph, &options);
	matched = outline.rows[outline_row(&outline, what)].matched;
	outline_done(&outline);
	return matched;
}

static void what_is_looked_through(void **state)
{
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	assert_true(finds(graph, "40", "nginx"));
	assert_true(finds(graph, "40", "NgInX"));
	assert_true(finds(graph, "40", "-g daemon OFF"));
	assert_true(finds(graph, "40", "www"));
	assert_true(finds(graph, "40", "40"));
	assert_false(finds(graph, "40", "41"));
	assert_false(finds(graph, "40", "nginxx"));
	assert_false(finds(graph, "40", "daemon off "));
	assert_true(finds(graph, "41", "41"));
	assert_true(finds(graph, "41", "17"));
	assert_true(finds(graph, "50", "\x1b)"));
	assert_false(finds(graph, "50", "uts"));
	assert_true(finds(graph, "uts:210", "uts:210"));
	assert_true(finds(graph, "uts:210", "UTS"));
	assert_true(finds(graph, "uts:210", "210"));
	assert_true(finds(graph, "uts:210", "blue"));
	assert_true(finds(graph, "uts:210", "green"));
	assert_false(finds(graph, "uts:210", "red"));
	assert_true(finds(graph, "uts", "ut"));
	assert_false(finds(graph, "uts", "net"));
	graph_unref(graph);
}

static void ns_letters_and_counts(void **state)
{
	struct folds *folds = folds_new();
	struct graph *graph = fixture_graph(NULL, machine);
	struct outline_options options = {
	    .grouping = GROUP_BY_PID, .folds = folds, .search = "worker"};
	struct outline outline = {0};

	(void)state;
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 nginx\n"
	    "      pid:300\n"
	    "        41 worker *\n"
	    "          42 x\n"
	    "    50 a\x1b)\n");
	/* Below a fold it is counted all the same. */
	folds_set(folds,
	    &(struct row_key){.kind = ROW_PROCESS, .process = fixture_process(graph, 40)->id},
	    true);
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.matched, 1);
	assert_int_equal(outline_next_match(&outline, 0, 1), ROW_NONE);
	options.search = "";
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.matched, 0);
	/* By type it stands under each of the eight. */
	options = (struct outline_options){.grouping = GROUP_BY_TYPE, .search = "worker"};
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.matched, 8);
	outline_done(&outline);
	graph_unref(graph);
	folds_free(folds);
}

static void next_match(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID, .search = "m"};
	struct graph *graph = fixture_graph(NULL, "1 init; 40 m; 41 x; 42 m; 43 x");
	struct outline outline = {0};

	(void)state;
	outline_build(&outline, graph, &options);
	uint32_t first = outline_row(&outline, "40"), second = outline_row(&outline, "42");
	assert_int_equal(outline_next_match(&outline, 0, 1), first);
	assert_int_equal(outline_next_match(&outline, first, 1), second);
	assert_int_equal(outline_next_match(&outline, second, 1), first);
	assert_int_equal(outline_next_match(&outline, first, -1), second);
	assert_int_equal(outline_next_match(&outline, second, -1), first);
	assert_int_equal(outline_next_match(&outline, outline_row(&outline, "43"), -1), second);
	assert_int_equal(outline_next_match(&outline, ROW_NONE, 1), first);
	assert_int_equal(outline_next_match(&outline, ROW_NONE, -1), second);
	outline_build(&outline, graph, &(struct outline_options){.search = "nowhere"});
	assert_int_equal(outline_next_match(&outline, 0, 1), ROW_NONE);
	outline_done(&outline);
	assert_int_equal(outline_next_match(&outline, 0, 1), ROW_NONE);
	graph_unref(graph);
}

/* From row @what of @outline to the next one found: @opened is how @outline looks then. */
static void assert_opens(const struct graph *graph, const struct outline_options *options,
    struct folds *folds, const char *what, int step, const char *opened)
{
	struct outline outline = {0};
	struct row_key key;

	outline_build(&outline, graph, options);
	assert_true(outline_open_match(&outline, outline_row(&outline, what), step, folds, &key));
	outline_build(&outline, graph, options);
	uint32_t at = outline_find(&outline, &key);
	assert_int_not_equal(at, ROW_NONE);
	assert_true(outline.rows[at].matched);
	autofree char *text = outline_text(&outline);
	assert_string_equal(text, opened);
	outline_done(&outline);
}

static void matches_below_folds(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_PID, .folds = folds, .search = "deep"};
	struct graph *graph =
	    fixture_graph(NULL, "1 init; 40 a; 41 b parent=40; 42 deep parent=41; 50 c;"
	                        "51 deep parent=50; 52 d parent=50");
	struct outline outline = {0};
	struct row_key key;

	(void)state;
	for (pid_t pid = 40; pid <= 50; pid++) {
		key = (struct row_key){
		    .kind = ROW_PROCESS, .process = {.pid = pid, .start_ticks = 100}};
		folds_set(folds, &key, true);
	}
	/* Only what hides the one found is opened, and around the end. */
	assert_opens(graph, &options, folds, "1", 1,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 a\n"
	    "      41 b\n"
	    "        42 deep *\n"
	    "    50 c (+2)\n");
	key.process.pid = 41;
	folds_set(folds, &key, true);
	assert_opens(graph, &options, folds, "1", -1,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 a\n"
	    "      41 b (+1)\n"
	    "    50 c\n"
	    "      51 deep *\n"
	    "      52 d\n");
	assert_opens(graph, &options, folds, "51", 1,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 a\n"
	    "      41 b\n"
	    "        42 deep *\n"
	    "    50 c\n"
	    "      51 deep *\n"
	    "      52 d\n");
	/* Only among the rows that there are. */
	options.root_pid = 50;
	assert_opens(graph, &options, folds, "51", 1, "50 c\n  51 deep *\n  52 d\n");
	options.search = "deepest";
	outline_build(&outline, graph, &options);
	assert_false(outline_open_match(&outline, 0, 1, folds, &key));
	outline_done(&outline);
	graph_unref(graph);
	folds_free(folds);
}

/* What another view has selected: only what hides it is opened, in whatever grouping. */
static void subjects_below_folds(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {.grouping = GROUP_BY_PID, .folds = folds};
	struct graph *graph =
	    fixture_graph(NULL, "1 init; 40 a; 41 b parent=40; 42 c parent=41 uts=210; 50 d");
	struct outline outline = {0};
	struct row_key key, found;

	(void)state;
	for (pid_t pid = 40; pid <= 41; pid++) {
		key = (struct row_key){
		    .kind = ROW_PROCESS, .process = fixture_process(graph, pid)->id};
		folds_set(folds, &key, true);
	}
	/* As by type it stands in its namespace. */
	key = (struct row_key){.kind = ROW_PROCESS,
	    .process = fixture_process(graph, 42)->id,
	    .ns = fixture_process(graph, 42)->ns[NS_UTS]->id};
	outline_build(&outline, graph, &options);
	assert_true(outline_open_subject(&outline, &key, folds, &found));
	assert_true(row_key_same_subject(&key, &found));
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 a\n"
	    "      41 b\n"
	    "        42 c\n"
	    "    50 d\n");
	/* By PID namespace there is no row of a uts namespace. */
	key.kind = ROW_NS;
	assert_false(outline_open_subject(&outline, &key, folds, &found));
	/* By type there are several of the process: its own of the key is taken. */
	options.grouping = GROUP_BY_TYPE;
	key.kind = ROW_PROCESS;
	outline_build(&outline, graph, &options);
	assert_true(outline_open_subject(&outline, &key, folds, &found));
	assert_true(row_key_equal(&key, &found));
	outline_build(&outline, graph, &options);
	assert_int_not_equal(outline_find(&outline, &found), ROW_NONE);
	key.process.pid = 4711;
	assert_false(outline_open_subject(&outline, &key, folds, &found));
	outline_done(&outline);
	graph_unref(graph);
	folds_free(folds);
}

static void by_owner(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_OWNER,
	    .folds = folds,
	    .search = "deep",
	    .type_shown = {[NS_USER] = true, [NS_UTS] = true},
	};
	struct graph *graph =
	    fixture_graph(NULL, "1 init; 40 deep user=100 uts=210; ns uts 210 owner=100");

	(void)state;
	assert_opens(graph, &options, folds, "uts:initial", 1,
	    "user:initial\n"
	    "  uts:initial (+1)\n"
	    "  members (+1)\n"
	    "  user:100\n"
	    "    uts:210\n"
	    "      40 deep *\n"
	    "    members\n"
	    "      40 deep *\n");
	folds_clear(folds);
	options.search = NULL;
	/* What hides the ones found is open. */
	options.filter = "deep";
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  user:100\n"
	    "    uts:210\n"
	    "      40 deep\n"
	    "    members\n"
	    "      40 deep\n");
	options.filter = "uts:210";
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  user:100\n"
	    "    uts:210 (+1)\n");
	graph_unref(graph);
	folds_free(folds);
}

static void filter_by_pid(void **state)
{
	struct outline_options options = {.grouping = GROUP_BY_PID, .filter = "worker"};
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 nginx\n"
	    "      pid:300\n"
	    "        41 worker\n");
	/* A namespace that is found keeps all that is in it. */
	options.filter = "pid:300";
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 nginx\n"
	    "      pid:300\n"
	    "        41 worker\n"
	    "          42 x\n");
	options.filter = "nowhere";
	assert_outline(graph, &options, "");
	options.filter = "";
	options.search = "42";
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 nginx\n"
	    "      pid:300\n"
	    "        41 worker\n"
	    "          42 x *\n"
	    "    50 a\x1b)\n");
	/* What the filter took away is not found. */
	options.filter = "nginx";
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 nginx\n");
	graph_unref(graph);
}

static void filter_by_type(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_TYPE, .filter = "worker", .folds = folds};
	struct graph *graph = fixture_graph(NULL, machine);

	(void)state;
	options.type_shown[NS_UTS] = options.type_shown[NS_IPC] = true;
	/* Found in a namespace that is folded by default: then that one is open. */
	assert_outline(graph, &options,
	    "ipc\n"
	    "  ipc:initial\n"
	    "    41 worker\n"
	    "uts\n"
	    "  uts:210\n"
	    "    41 worker\n");
	options.filter = "blue";
	assert_outline(graph, &options,
	    "uts\n"
	    "  uts:210\n"
	    "    41 worker\n");
	/* A type that is found keeps all that is in it, as it was. */
	options.filter = "uts";
	assert_outline(graph, &options,
	    "uts\n"
	    "  uts:initial (+4)\n"
	    "  uts:210\n"
	    "    41 worker\n");
	/* A fold of one's own holds, whatever is found below it. */
	options.filter = "worker";
	folds_set(folds,
	    &(struct row_key){.kind = ROW_NS, .ns = fixture_ns(graph, NS_UTS, 210)->id}, true);
	assert_outline(graph, &options,
	    "ipc\n"
	    "  ipc:initial\n"
	    "    41 worker\n"
	    "uts\n"
	    "  uts:210 (+1)\n");
	graph_unref(graph);
	folds_free(folds);
}

/* The row where the selection goes that was on @what in @from, when @to is shown. */
static void assert_follows(const char *from, const char *what, const char *to,
    const struct folds *folds, const char *where)
{
	struct graph *before = fixture_graph(NULL, from), *after = fixture_graph(before, to);
	const struct outline_options options = {.grouping = GROUP_BY_PID};
	const struct outline_options folded = {.grouping = GROUP_BY_PID, .folds = folds};
	struct outline old = {0}, new = {0};

	outline_build(&old, before, &options);
	outline_build(&new, after, &folded);
	uint32_t at = outline_row(&old, what);
	graph_unref(before); /* the rows of the old one are asked for their keys only */
	assert_int_equal(outline_follow(&old, at, &new), outline_row(&new, where));
	outline_done(&old);
	outline_done(&new);
	graph_unref(after);
}

static void selection_follows(void **state)
{
	const char *from = "1 init; 40 a; 41 b parent=40; 42 c parent=41; 50 d";
	struct folds *folds = folds_new();

	(void)state;
	assert_follows(from, "42", from, NULL, "42");
	/* It has moved. */
	assert_follows(from, "42", "1 init; 30 z; 42 c; 50 d", NULL, "42");
	/* It is gone: the nearest above it. */
	assert_follows(from, "42", "1 init; 30 z; 40 a; 41 b parent=40; 50 d", NULL, "41");
	assert_follows(from, "42", "1 init; 30 z; 40 a; 50 d", NULL, "40");
	/* Another with its pid is another. */
	assert_follows(from, "42", "1 init; 40 a; 42 c start=200; 50 d", NULL, "40");
	/* Its parent was folded. */
	folds_set(folds,
	    &(struct row_key){.kind = ROW_PROCESS, .process = {.pid = 40, .start_ticks = 100}},
	    true);
	assert_follows(from, "42", from, folds, "40");
	assert_follows(from, "50", from, folds, "50");
	folds_free(folds);
}

static void selection_without_kin(void **state)
{
	const struct outline_options by_pid = {.grouping = GROUP_BY_PID};
	const struct outline_options by_type = {.grouping = GROUP_BY_TYPE};
	struct graph *graph = fixture_graph(NULL, "1 init; 40 a");
	struct outline pid = {0}, type = {0}, empty = {0};

	(void)state;
	outline_build(&pid, graph, &by_pid);
	outline_build(&type, graph, &by_type);
	/* The PID namespace has a row in both. */
	assert_int_equal(outline_follow(&pid, 1, &type), outline_row(&type, "pid:initial"));
	/* The last type has not: the place is what remains. */
	assert_int_equal(outline_follow(&type, outline_row(&type, "uts"), &pid), pid.count - 1);
	assert_int_equal(outline_follow(&type, 0, &pid), 0);
	assert_int_equal(outline_follow(&pid, 0, &type), outline_row(&type, "pid:initial"));
	assert_int_equal(outline_follow(&pid, ROW_NONE, &type), type.count - 1);
	assert_int_equal(outline_follow(&empty, 0, &pid), 0);
	assert_int_equal(outline_follow(&pid, 1, &empty), ROW_NONE);
	outline_done(&pid);
	outline_done(&type);
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_looked_through),
	    cmocka_unit_test(ns_letters_and_counts),
	    cmocka_unit_test(next_match),
	    cmocka_unit_test(matches_below_folds),
	    cmocka_unit_test(subjects_below_folds),
	    cmocka_unit_test(by_owner),
	    cmocka_unit_test(filter_by_pid),
	    cmocka_unit_test(filter_by_type),
	    cmocka_unit_test(selection_follows),
	    cmocka_unit_test(selection_without_kin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
