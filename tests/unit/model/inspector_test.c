/* The inspector's lines: the row, what is inside, why each namespace is alive; in full, and quickly. */
#include "model/base/util.h"
#include "model/report/inspection_lines.h"
#include "tests/unit/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const machine =
    "1 init;"
    "40 sh net=600 uts=210;"
    "41 \"a\\x1b\\n\" parent=40 net=600 uts=210;"
    "50 keeper;"
    "ns uts 210 hostname=blue;"
    "fd 50 3 net 600; fd 50 4 net 600; mount net 600 /run/netns/x 4026531832";

struct told {
	struct graph *graph;
	struct lines lines;
	char *text;
};

static void tell(struct told *told, pid_t pid, const struct ns *const *namespaces, size_t count,
    const struct inspection *found, bool whole)
{
	struct rowline_context context = {.graph = told->graph, .cols = 90, .whole = whole};
	struct row row = {.key.kind = ROW_PROCESS, .process = fixture_process(told->graph, pid)};
	struct inspector_ns list[NS_TYPE_COUNT];
	size_t len = 0;
	FILE *out;

	row.key.process = row.process->id;
	for (size_t i = 0; i < count; i++)
		list[i] = (struct inspector_ns){namespaces[i], found};
	lines_done(&told->lines);
	told->lines = (struct lines){0};
	free(told->text);
	inspector_lines(&context, &row, list, count, &told->lines);
	out = open_memstream(&told->text, &len);
	assert_non_null(out);
	for (size_t i = 0; i < told->lines.count; i++) {
		const struct line *line = &told->lines.items[i];

		assert_true(line->cols <= 90);
		fprintf(out, "%s\n", line->text ? line->text : "");
	}
	fclose(out);
}

static void told_done(struct told *told)
{
	lines_done(&told->lines);
	free(told->text);
	graph_unref(told->graph);
}

static void expect(const struct told *told, const char *piece)
{
	if (!strstr(told->text, piece))
		fail_msg("no \"%s\" in:\n%s", piece, told->text);
}

static void each_namespace_says_why_it_is_alive(void **state)
{
	struct told told = {.graph = fixture_graph(NULL, machine)};
	const struct ns *namespaces[] = {
	    fixture_ns(told.graph, NS_NET, 600), fixture_ns(told.graph, NS_IPC, 0)};
	struct inspection *found = inspection_failed(-EACCES);

	(void)state;
	found->id = namespaces[0]->id;
	tell(&told, 40, namespaces, array_len(namespaces), NULL, true);
	expect(&told, "40 sh\n");
	expect(&told, "\nInside net:600\n…being read\nHeld by\n  process 40 sh\n"
	              "  process 41 a\\e\\n\n  descriptor 3 of 50 keeper\n"
	              "  descriptor 4 of 50 keeper\n  a bind mount /run/netns/x\n");
	expect(&told, "Inside ipc:4026531839 (initial)\n…being read\nHeld by\n"
	              "  the kernel (permanent)\n");
	tell(&told, 40, namespaces, 1, found, true);
	assert_null(strstr(told.text, "…being read"));
	expect(&told, "Held by\n  process 40 sh\n");
	inspection_free(found);
	told_done(&told);
}

static void lists_are_told_in_full_where_that_is_wished(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct told told = {0};

	(void)state;
	assert_non_null(out);
	fputs("1 init", out);
	for (int pid = 100; pid < 120; pid++)
		fprintf(out, ";%d member uts=210", pid);
	fclose(out);
	told.graph = fixture_graph(NULL, text);
	free(text);
	const struct ns *uts = fixture_ns(told.graph, NS_UTS, 210);
	tell(&told, 100, &uts, 1, NULL, false);
	expect(&told, "  process 107 member\n  and 12 more\n");
	assert_null(strstr(told.text, "process 108"));
	tell(&told, 100, &uts, 1, NULL, true);
	expect(&told, "  process 119 member\n");
	assert_null(strstr(told.text, "more\n"));
	told_done(&told);
}

/* With ten thousand processes in a namespace it is made within a frame. */
static void a_crowd_takes_less_than_a_frame(void **state)
{
	struct graph_builder *builder = graph_builder_new(NULL);
	struct told told = {0};
	const struct ns *namespaces[NS_TYPE_COUNT];
	double best = 1e9;

	(void)state;
	for (pid_t pid = 1; pid <= 10000; pid++) {
		struct process_id id = {.pid = pid, .start_ticks = (uint64_t)pid};
		struct process *process = graph_add_process(builder, &id);

		process->comm = graph_text_copy(builder, "worker", strlen("worker"));
		process->ppid = pid > 1;
		process->state = 'S';
		for (enum ns_link link = 0; link < NS_LINK_COUNT; link++) {
			process->ns[link] =
			    graph_add_ns(builder, ns_link_type(link), FIXTURE_DEV, 77, NULL);
			process->read_status[link] = READ_OK;
		}
	}
	told.graph = graph_freeze(builder);
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		namespaces[type] = fixture_ns(told.graph, type, 77);
	for (int i = 0; i < 5; i++) {
		struct timespec start, end;

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
		tell(&told, 1, namespaces, NS_TYPE_COUNT, NULL, true);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
		double took = (double)(end.tv_sec - start.tv_sec) * 1e3 +
		              (double)(end.tv_nsec - start.tv_nsec) / 1e6;
		best = took < best ? took : best;
	}
	print_message("[ MESSAGE  ] %zu lines in %.2f ms\n", told.lines.count, best);
	assert_true(told.lines.count < 3000);
	told_done(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_namespace_says_why_it_is_alive),
	    cmocka_unit_test(lists_are_told_in_full_where_that_is_wished),
	    cmocka_unit_test(a_crowd_takes_less_than_a_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
