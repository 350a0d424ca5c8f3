/* Every living process has one place, whatever the graph says of parents, namespaces and levels;
 * and no walk is quadratic or as deep as the tree. */
#include "model/base/util.h"
#include "model/view/outline.h"
#include "tests/unit/fixture.h"
#include "tests/unit/outline_text.h"
#include "tests/unit/random_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 400 };

/* Each process that is not left out stands in one row, and so does each PID namespace. */
static void assert_all_once(
    const struct graph *graph, const struct outline *outline, bool with_kernel_threads)
{
	autofree uint8_t *places = xcalloc(graph->process_count + 1, 1);
	autofree uint8_t *ns_places = xcalloc(graph->ns_count + 1, 1);

	for (size_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];
		if (row->process)
			places[row->process->index]++;
		if (row->ns)
			ns_places[row->ns->index]++;
	}
	for (size_t i = 0; i < graph->process_count; i++) {
		bool shown = with_kernel_threads || !graph->processes[i]->kernel_thread;
		assert_int_equal(places[i], shown);
	}
	for (size_t i = 0; i < graph->ns_count; i++)
		assert_int_equal(ns_places[i], graph->namespaces[i]->id.type == NS_PID);
}

/* A row for each place of each process, and one for each namespace. */
static void assert_all_places(const struct graph *graph, enum grouping grouping)
{
	const struct outline_options options = {.grouping = grouping, .kernel_threads = true};
	autofree uint8_t *ns_places = xcalloc(graph->ns_count + 1, 1);
	size_t places = 0, expected = 0;
	struct outline outline = {0};

	outline_build(&outline, graph, &options);
	assert_outline_sound(&outline, false);
	for (size_t i = 0; i < outline.count; i++) {
		const struct row *row = &outline.rows[i];

		places += row->process != NULL;
		if (row->process)
			assert_ptr_equal(row->ns, outline.rows[row->parent].ns);
		if (row->key.kind == ROW_NS)
			ns_places[row->ns->index]++;
	}
	for (size_t i = 0; i < graph->ns_count; i++)
		assert_int_equal(ns_places[i], 1);
	for (size_t i = 0; i < graph->process_count; i++) {
		for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
			expected += graph->processes[i]->ns[type] != NULL;
	}
	assert_int_equal(places, expected);
	outline_done(&outline);
}

/* By rooms each process stands in one row, but for the dead of whom it is not known where they
 * lived; who is in a room lives where the room is. */
static void assert_ns_groups(const struct graph *graph, unsigned column)
{
	const struct outline_options options = {
	    .grouping = GROUP_BY_NS_GROUP, .kernel_threads = true, .ns_groups.column = column};
	autofree uint8_t *places = xcalloc(graph->process_count + 1, 1);
	struct outline outline = {0};

	outline_build(&outline, graph, &options);
	assert_outline_sound(&outline, false);
	for (size_t i = 0; i < outline.count; i++) {
		const struct row *row = &outline.rows[i];

		if (!row->process)
			continue;
		const struct row *parent = &outline.rows[row->parent];
		places[row->process->index]++;
		assert_true(parent->ns_group || parent->key.kind == ROW_NOTE);
		if (parent->ns_group)
			assert_true(ns_group_has_process(parent->ns_group, row->process));
	}
	for (size_t i = 0; i < graph->process_count; i++)
		assert_true(places[i] == 1 || (!places[i] && graph->processes[i]->life.ended_ms));
	outline_done(&outline);
}

/* With folds and a filter: what is shown and what is hidden make up what the filter keeps. */
static void assert_folds_add_up(const struct graph *graph, uint32_t *seed)
{
	struct outline_options options = {
	    .grouping = (enum grouping)next_random(seed, GROUPING_COUNT),
	    .kernel_threads = true,
	    .filter = next_random(seed, 2) ? "1" : NULL,
	};
	struct folds *folds = folds_new();
	struct outline outline = {0};

	outline_build(&outline, graph, &options);
	size_t all = outline.count;
	for (size_t i = 0; i < outline.count; i++) {
		if (next_random(seed, 3) == 0)
			folds_set(folds, &outline.rows[i].key, next_random(seed, 2));
	}
	options.folds = folds;
	outline_build(&outline, graph, &options);
	assert_outline_sound(&outline, false);
	size_t shown = outline.count;
	for (size_t i = 0; i < outline.count; i++)
		shown += outline.rows[i].hidden;
	assert_int_equal(shown, all);
	outline_done(&outline);
	folds_free(folds);
}

static void every_process_has_one_place(void **state)
{
	uint32_t seed = 20240601;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct history *history = history_new(5000);
		struct outline outline = {0};
		struct outline_options options = {.grouping = GROUP_BY_PID};

		/* The dead of the graphs before are in it too. */
		for (uint64_t push = 1; push <= 3; push++) {
			autofree char *machine = random_machine(&seed);
			const struct graph *graph = fixture_push(history, push * 1000, machine);

			options.kernel_threads = next_random(&seed, 2);
			outline_build(&outline, graph, &options);
			assert_outline_sound(&outline, false);
			assert_all_once(graph, &outline, options.kernel_threads);
			assert_all_places(graph, GROUP_BY_TYPE);
			assert_all_places(graph, GROUP_BY_OWNER);
			assert_ns_groups(graph, next_random(&seed, NS_GROUPS_COLUMN_COUNT));
			assert_folds_add_up(graph, &seed);
		}
		outline_done(&outline);
		history_free(history);
	}
}

static double milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* The first user namespace owns them all. */
static void set_owners(struct graph_builder *builder)
{
	const struct ns *owner = graph_add_ns(builder, NS_USER, FIXTURE_DEV, 1000, NULL);

	for (size_t i = 0; i < graph_builder_ns_count(builder); i++) {
		struct ns *ns = graph_builder_ns(builder, i);

		ns->parent_status = ns->owner_status = READ_OK;
		ns->owner = ns == owner ? NULL : owner;
		ns->parent = ns->id.type == NS_USER ? ns->owner : NULL;
	}
}

/* Processes @from to @to, each the child of the one before (@deep) or of the first. */
static struct graph *large_graph(pid_t count, bool deep, uint64_t namespaces)
{
	struct graph_builder *builder = graph_builder_new(NULL);

	for (pid_t pid = 1; pid <= count; pid++) {
		struct process_id id = {.pid = pid, .start_ticks = (uint64_t)pid};
		struct process *process = graph_add_process(builder, &id);
		char text[64];
		int len = snprintf(text, sizeof(text), "/usr/bin/worker --number=%d", (int)pid);

		process->comm = graph_text_copy(builder, "worker", strlen("worker"));
		process->cmdline = graph_text_copy(builder, text, (size_t)len);
		process->cmdline_len = (size_t)len;
		process->ppid = deep ? pid - 1 : pid > 1;
		process->state = 'S';
		for (enum ns_link link = 0; link < NS_LINK_COUNT; link++) {
			enum nstype type = ns_link_type(link);
			uint64_t ino = type == NS_PID ? 0 : (uint64_t)pid % namespaces;
			process->ns[link] =
			    graph_add_ns(builder, type, FIXTURE_DEV, 1000 + ino, NULL);
			process->read_status[link] = READ_OK;
		}
	}
	set_owners(builder);
	return graph_freeze(builder);
}

/* A chain of 10,000 is no deeper a recursion than a flat one, and takes no longer. */
static void deep_chain(void **state)
{
	const struct outline_options options = {.grouping = GROUP_BY_PID, .filter = "worker"};
	struct graph *graph = large_graph(100000, true, 1);
	struct outline outline = {0};

	(void)state;
	outline_build(&outline, graph, &options);
	assert_int_equal(outline.count, 100001);
	assert_int_equal(outline.rows[100].depth, 100);
	assert_int_equal(outline.rows[100000].depth, UINT16_MAX);
	assert_int_equal(outline.rows[100000].parent, 99999);
	assert_int_equal(outline_follow(&outline, 100000, &outline), 100000);
	outline_done(&outline);
	graph_unref(graph);
}

/* Ten times as much takes about ten times as long: a quadratic walk would take a hundred. */
static double cost_ms(pid_t count, enum grouping grouping)
{
	const struct outline_options options = {.grouping = grouping, .search = "number=77"};
	struct graph *graph = large_graph(count, false, (uint64_t)count / 8);
	struct outline outline = {0};
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		struct timespec start;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
		outline_build(&outline, graph, &options);
		double took = milliseconds_since(&start);
		best = took < best ? took : best;
	}
	outline_done(&outline);
	graph_unref(graph);
	return best;
}

static void linear(void **state)
{
	(void)state;
	for (enum grouping grouping = 0; grouping < GROUPING_COUNT; grouping++) {
		/* Twenty times as many: 400 times what it cost, were it quadratic.  Only the small
		 * one fits into a processor's caches, which costs the large one up to five times
		 * more where others use them as well. */
		double small = cost_ms(2000, grouping), large = cost_ms(40000, grouping);

		print_message("[ MESSAGE  ] by %s: 2,000 in %.2f ms, 40,000 in %.2f ms\n",
		    grouping_names[grouping], small, large);
		assert_true(large < 200 * small + 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_process_has_one_place),
	    cmocka_unit_test(deep_chain),
	    cmocka_unit_test(linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
