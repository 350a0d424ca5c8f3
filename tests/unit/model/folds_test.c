/* Folds: by key, by default, and what they do to rows. */
#include "model/base/util.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct row_key process_key(pid_t pid)
{
	return (struct row_key){.kind = ROW_PROCESS, .process = {.pid = pid, .start_ticks = 100}};
}

static void kept_by_key(void **state)
{
	struct folds *folds = folds_new();

	(void)state;
	assert_true(folds_get(folds, &(struct row_key){.kind = ROW_TYPE, .type = NS_UTS}, true));
	/* Enough to make the table grow some times. */
	for (pid_t pid = 1; pid <= 1000; pid++) {
		struct row_key key = process_key(pid);
		folds_set(folds, &key, pid % 3 == 0);
	}
	for (pid_t pid = 1; pid <= 1000; pid++) {
		struct row_key key = process_key(pid);
		assert_true(folds_get(folds, &key, true) == (pid % 3 == 0));
		assert_true(folds_get(folds, &key, false) == (pid % 3 == 0));
		key.process.start_ticks++;
		assert_true(folds_get(folds, &key, true));
		assert_false(folds_get(folds, &key, false));
		folds_set(folds, &key, true);
		key = process_key(pid);
		folds_set(folds, &key, pid % 3 != 0);
	}
	for (pid_t pid = 1; pid <= 1000; pid++) {
		struct row_key key = process_key(pid);
		assert_true(folds_get(folds, &key, false) == (pid % 3 != 0));
	}
	folds_clear(folds);
	assert_true(folds_get(folds, &(struct row_key){.kind = ROW_PROCESS}, true));
	folds_free(folds);
	folds_free(NULL);
}

static void keys(void **state)
{
	const struct row_key all[] = {
	    {.kind = ROW_TYPE, .type = NS_UTS},
	    {.kind = ROW_TYPE, .type = NS_NET},
	    {.kind = ROW_NS, .ns = {.type = NS_UTS, .dev = 4, .ino = 9}},
	    {.kind = ROW_NS, .ns = {.type = NS_UTS, .dev = 4, .ino = 9, .generation = 1}},
	    {.kind = ROW_PROCESS, .process = {.pid = 9, .start_ticks = 1}},
	    {.kind = ROW_PROCESS, .process = {.pid = 9, .start_ticks = 2}},
	    {.kind = ROW_PROCESS,
	        .process = {.pid = 9, .start_ticks = 2},
	        .ns = {.type = NS_UTS, .dev = 4, .ino = 9}},
	    {.kind = ROW_NOTE, .type = NS_UTS, .why = READ_DENIED},
	    {.kind = ROW_NOTE, .type = NS_UTS, .why = READ_GONE},
	    {.kind = ROW_NOTE, .type = NS_NET, .why = READ_GONE},
	    {.kind = ROW_MEMBERS, .ns = {.type = NS_UTS, .dev = 4, .ino = 9}},
	    {.kind = ROW_MEMBERS, .ns = {.type = NS_UTS, .dev = 4, .ino = 10}},
	    {.kind = ROW_UNKNOWN, .why = READ_DENIED},
	    {.kind = ROW_UNKNOWN, .why = READ_GONE},
	};

	(void)state;
	for (size_t i = 0; i < array_len(all); i++) {
		for (size_t j = 0; j < array_len(all); j++) {
			assert_true(row_key_equal(&all[i], &all[j]) == (i == j));
			assert_true((row_key_hash(&all[i]) == row_key_hash(&all[j])) == (i == j));
		}
	}
}

static const char *const machine =
    "1 init; 2 kthreadd kernel parent=0; 3 rcu kernel parent=2; 4 net kernel parent=2;"
    "40 sh; 41 box parent=40 pids=41,1 pid=300 uts=210; 42 x parent=41 pids=42,2 pid=300 uts=210;"
    "50 y";

static void hidden_rows(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {.grouping = GROUP_BY_PID, .folds = folds};
	struct graph *graph = fixture_graph(NULL, machine);
	struct row_key key = process_key(40);

	(void)state;
	folds_set(folds, &key, true);
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 sh (+3)\n"
	    "    50 y\n"
	    "  note kernel\n");
	folds_set(folds, &key, false);
	key = (struct row_key){.kind = ROW_NS, .ns = fixture_ns(graph, NS_PID, 300)->id};
	folds_set(folds, &key, true);
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 sh\n"
	    "      pid:300 (+2)\n"
	    "    50 y\n"
	    "  note kernel\n");
	/* What has nothing below it is not folded, whatever was said of it. */
	key = process_key(50);
	folds_clear(folds);
	folds_set(folds, &key, true);
	options.root_pid = 50;
	assert_outline(graph, &options, "50 y\n");
	graph_unref(graph);
	folds_free(folds);
}

static void defaults(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_PID, .folds = folds, .kernel_threads = true};
	struct graph *graph = fixture_graph(NULL, machine);
	struct row_key key = process_key(2);

	(void)state;
	assert_outline(graph, &options,
	    "pid:initial\n"
	    "  1 init\n"
	    "    40 sh\n"
	    "      pid:300\n"
	    "        41 box\n"
	    "          42 x\n"
	    "    50 y\n"
	    "  2 kthreadd (+2)\n");
	folds_set(folds, &key, false);
	options.root_pid = 2;
	assert_outline(graph, &options, "2 kthreadd\n  3 rcu\n  4 net\n");

	options = (struct outline_options){
	    .grouping = GROUP_BY_TYPE, .folds = folds, .type_shown[NS_UTS] = true};
	assert_outline(graph, &options,
	    "uts\n"
	    "  uts:initial (+3)\n"
	    "  uts:210\n"
	    "    41 box\n"
	    "    42 x\n"
	    "note kernel\n");
	key = (struct row_key){.kind = ROW_NS, .ns = fixture_ns(graph, NS_UTS, 0)->id};
	folds_set(folds, &key, false);
	assert_outline(graph, &options,
	    "uts\n"
	    "  uts:initial\n"
	    "    1 init\n"
	    "    40 sh\n"
	    "    50 y\n"
	    "  uts:210\n"
	    "    41 box\n"
	    "    42 x\n"
	    "note kernel\n");
	graph_unref(graph);
	folds_free(folds);
}

static void fold_type(struct folds *folds, enum nstype type)
{
	folds_set(folds, &(struct row_key){.kind = ROW_TYPE, .type = type}, true);
}

static void cast_shows_in_folded_namespaces(void **state)
{
	const pid_t pids[] = {42, 50};
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_TYPE,
	    .folds = folds,
	    .actors = {.pids = pids, .count = 2},
	    .type_shown = {[NS_IPC] = true, [NS_UTS] = true},
	};
	struct graph *graph = fixture_graph(NULL, machine);
	struct row_key key = {.kind = ROW_NS, .ns = fixture_ns(graph, NS_UTS, 210)->id};

	(void)state;
	fold_type(folds, NS_IPC);
	folds_set(folds, &key, true);
	assert_outline(graph, &options,
	    "ipc (+6)\n"
	    "uts\n"
	    "  uts:initial (+2)\n"
	    "    50 y\n"
	    "  uts:210 (+1)\n"
	    "    42 x\n"
	    "note kernel\n");
	/* Where nobody else is in it, there is nothing to fold. */
	options.actors.pids = (const pid_t[]){41, 42};
	assert_outline(graph, &options,
	    "ipc (+6)\n"
	    "uts\n"
	    "  uts:initial (+3)\n"
	    "  uts:210\n"
	    "    41 box\n"
	    "    42 x\n"
	    "note kernel\n");
	graph_unref(graph);
	folds_free(folds);
}

static const char *const owned =
    "1 init; 40 sh; 41 box user=100 uts=210; 42 x user=100 uts=210; 43 y user=100; 50 z;"
    "51 w uts=220; ns uts 210 owner=100";

/* By owner each process outside of the usual user namespace stands in one open row. */
static void defaults_by_owner(void **state)
{
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_OWNER,
	    .folds = folds,
	    .type_shown = {[NS_USER] = true, [NS_UTS] = true},
	};
	struct graph *graph = fixture_graph(NULL, owned);
	struct row_key key = {.kind = ROW_NS, .ns = fixture_ns(graph, NS_UTS, 210)->id};

	(void)state;
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  uts:initial (+4)\n"
	    "  uts:220 (+1)\n"
	    "  members (+4)\n"
	    "  user:100\n"
	    "    uts:210 (+2)\n"
	    "    members\n"
	    "      41 box\n"
	    "      42 x\n"
	    "      43 y\n");
	folds_set(folds, &key, false);
	key = (struct row_key){.kind = ROW_MEMBERS, .ns = fixture_ns(graph, NS_USER, 100)->id};
	folds_set(folds, &key, true);
	/* Its members are one thing, it is another. */
	key = (struct row_key){.kind = ROW_NS, .ns = fixture_ns(graph, NS_USER, 100)->id};
	folds_set(folds, &key, false);
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  uts:initial (+4)\n"
	    "  uts:220 (+1)\n"
	    "  members (+4)\n"
	    "  user:100\n"
	    "    uts:210\n"
	    "      41 box\n"
	    "      42 x\n"
	    "    members (+3)\n");
	graph_unref(graph);
	folds_free(folds);
}

/* The cast shows where it is somewhere else, and once in its user namespace. */
static void cast_by_owner(void **state)
{
	const pid_t pids[] = {40, 41, 51};
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_OWNER,
	    .folds = folds,
	    .actors = {.pids = pids, .count = 3},
	    .type_shown = {[NS_NET] = true, [NS_USER] = true, [NS_UTS] = true},
	};
	struct graph *graph = fixture_graph(NULL, owned);
	struct row_key key = {.kind = ROW_NS, .ns = fixture_ns(graph, NS_USER, 0)->id};

	(void)state;
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  net:initial (+7)\n"
	    "  uts:initial (+4)\n"
	    "  uts:220\n"
	    "    51 w\n"
	    "  members (+2)\n"
	    "    40 sh\n"
	    "    51 w\n"
	    "  user:100\n"
	    "    uts:210 (+1)\n"
	    "      41 box\n"
	    "    members\n"
	    "      41 box\n"
	    "      42 x\n"
	    "      43 y\n");
	/* As a lesson folds it; the initial ones, which hide the cast, are not on the way to it. */
	folds_set(folds, &key, true);
	assert_outline(graph, &options,
	    "user:initial (+18)\n"
	    "  uts:220\n"
	    "    51 w\n"
	    "  members (+2)\n"
	    "    40 sh\n"
	    "    51 w\n"
	    "  user:100 (+3)\n"
	    "    uts:210 (+1)\n"
	    "      41 box\n"
	    "    members (+2)\n"
	    "      41 box\n");
	/* Opened by hand, they show all. */
	folds_clear(folds);
	key.ns = fixture_ns(graph, NS_UTS, 0)->id;
	folds_set(folds, &key, false);
	options.type_shown[NS_NET] = options.type_shown[NS_USER] = false;
	assert_outline(graph, &options,
	    "user:initial\n"
	    "  uts:initial\n"
	    "    1 init\n"
	    "    40 sh\n"
	    "    43 y\n"
	    "    50 z\n"
	    "  uts:220\n"
	    "    51 w\n"
	    "  user:100\n"
	    "    uts:210 (+1)\n"
	    "      41 box\n");
	graph_unref(graph);
	folds_free(folds);
}

static void the_way_to_the_cast(void **state)
{
	const pid_t pids[] = {42};
	struct folds *folds = folds_new();
	struct outline_options options = {
	    .grouping = GROUP_BY_PID, .folds = folds, .actors = {.pids = pids, .count = 1}};
	struct graph *graph = fixture_graph(NULL,
	    "1 init; 40 sh; 41 a parent=40; 42 x parent=41; 43 y parent=41; 44 z parent=40; 50 w");
	struct row_key key = {.kind = ROW_NS, .ns = fixture_ns(graph, NS_PID, 0)->id};

	(void)state;
	folds_set(folds, &key, true);
	assert_outline(graph, &options,
	    "pid:initial (+3)\n"
	    "  1 init (+3)\n"
	    "    40 sh (+2)\n"
	    "      41 a (+1)\n"
	    "        42 x\n");
	/* A row on the way can be opened by itself. */
	key = process_key(40);
	folds_set(folds, &key, false);
	assert_outline(graph, &options,
	    "pid:initial (+1)\n"
	    "  1 init (+1)\n"
	    "    40 sh\n"
	    "      41 a\n"
	    "        42 x\n"
	    "        43 y\n"
	    "      44 z\n");
	/* Of one that is gone there is nothing to show. */
	options.actors.pids = (const pid_t[]){99};
	assert_outline(graph, &options, "pid:initial (+7)\n");
	graph_unref(graph);
	folds_free(folds);
}

/* The same folds serve the next graph. */
static void survive_a_new_graph(void **state)
{
	struct folds *folds = folds_new();
	const struct outline_options options = {.grouping = GROUP_BY_PID, .folds = folds};
	struct graph *before = fixture_graph(NULL, "1 init; 40 sh; 41 x parent=40");
	struct row_key key = process_key(40);

	(void)state;
	folds_set(folds, &key, true);
	struct graph *after =
	    fixture_graph(before, "1 init; 30 a; 40 sh; 41 x parent=40; 42 y parent=40");
	graph_unref(before);
	assert_outline(after, &options, "pid:initial\n  1 init\n    30 a\n    40 sh (+2)\n");
	graph_unref(after);
	/* Another process with the same pid is not meant. */
	after = fixture_graph(NULL, "1 init; 40 sh start=200; 41 x parent=40 start=201");
	assert_outline(after, &options, "pid:initial\n  1 init\n    40 sh\n      41 x\n");
	graph_unref(after);
	folds_free(folds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kept_by_key),
	    cmocka_unit_test(keys),
	    cmocka_unit_test(hidden_rows),
	    cmocka_unit_test(defaults),
	    cmocka_unit_test(cast_shows_in_folded_namespaces),
	    cmocka_unit_test(defaults_by_owner),
	    cmocka_unit_test(cast_by_owner),
	    cmocka_unit_test(the_way_to_the_cast),
	    cmocka_unit_test(survive_a_new_graph),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
