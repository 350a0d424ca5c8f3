/* nsscope compare: what two processes share. */
#include "model/compare.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/i18n.h"
#include "model/marks.h"
#include "model/util.h"

enum { INDENT_COLS = 8 };

static const struct cli_usage usage = {
    .command = "compare",
    .forms = N_("nsscope compare [OPTION]... PID PID"),
    .about = N_("Tells, type by type, whether two processes share a namespace, and what that means "
                "for these two.  The marks are those of the tree."),
    .exits = N_("0 done, also when they differ, 1 no such process or not all could be written, 2 "
                "wrong usage, 3 /proc can't be read."),
};

static void add_ns(struct line *line, const struct marks *marks, const struct ns *ns)
{
	if (!ns) {
		line_adds(line, STYLE_WARN, "?");
		return;
	}
	line_add_mark(line, marks_label(marks, ns, line->charset), marks_hue(marks, ns));
	line_addf(
	    line, STYLE_NS, " %s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
}

static void print_comparison(struct line *line, const struct marks *marks, enum ns_type type,
    const struct comparison *comparison)
{
	static const char *const words[] = {
	    [SAME] = N_("same"),
	    [DIFFERENT] = N_("different"),
	    [SAMENESS_UNKNOWN] = N_("not known"),
	};

	line_adds(line, STYLE_STRONG, ns_types[type].name);
	line_pad(line, INDENT_COLS);
	line_adds(line, STYLE_PLAIN, _(words[comparison->sameness]));
	line_pad(line, INDENT_COLS + 11);
	add_ns(line, marks, comparison->ns[0]);
	if (comparison->sameness != SAME) {
		line_adds(line, STYLE_PLAIN, " | ");
		add_ns(line, marks, comparison->ns[1]);
	}
	report_line(line, 0);
	line_clear(line);
	line_pad(line, INDENT_COLS);
	line_adds(line, STYLE_PLAIN, comparison->meaning);
	report_wrapped(line, INDENT_COLS);
}

static void print_all(const struct graph *graph, const struct process *const processes[2])
{
	struct comparison comparisons[NS_TYPE_COUNT];
	const struct process *viewer = NULL;
	struct marks *marks = marks_new();
	struct line line;

	marks_update(marks, graph);
	if (!graph->stats.foreign_proc)
		viewer = graph_process_by_pid(graph, getpid());
	compare_processes(processes[0], processes[1], viewer, comparisons);
	line_init(&line, report_charset());
	for (int i = 0; i < 2; i++) {
		line_addf(&line, STYLE_PID, "%c  %d", "AB"[i], (int)processes[i] -> id.pid);
		line_adds(&line, STYLE_PLAIN, "  ");
		line_adds(&line, STYLE_STRONG, processes[i]->comm);
		report_line(&line, 0);
		line_clear(&line);
	}
	report_line(&line, 0);
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++)
		print_comparison(&line, marks, type, &comparisons[type]);
	line_done(&line);
	comparisons_done(comparisons);
	marks_free(marks);
}

/* Returns EXIT_DONE, or EXIT_USAGE after a message. */
static int parse_pids(int count, char *const *words, pid_t ret_pids[2])
{
	if (count > 2)
		return report_surplus("compare", words[2]);
	if (count < 2) {
		report_error("compare", _("two PIDs are needed; see nsscope compare --help"));
		return EXIT_USAGE;
	}
	for (int i = 0; i < 2; i++) {
		if (report_pid(words[i], &ret_pids[i]) < 0) {
			report_error(
			    "compare", _("\"%s\" is not the number of a process"), words[i]);
			return EXIT_USAGE;
		}
	}
	return EXIT_DONE;
}

int cli_compare(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true};
	const struct process *processes[2];
	struct options options;
	struct graph *graph;
	pid_t pids[2] = {0};
	int status;

	options_begin(&options, &usage, argc, argv);
	if (options_next(&options) == OPTIONS_STOP)
		return options.status;
	status = parse_pids(argc - optind, argv + optind, pids);
	if (status == EXIT_DONE)
		status = report_scan("compare", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	for (int i = 0; i < 2; i++) {
		processes[i] = graph_process_by_pid(graph, pids[i]);
		if (!processes[i]) {
			report_error("compare", _("there is no process %d"), (int)pids[i]);
			graph_unref(graph);
			return EXIT_FAILED;
		}
	}
	print_all(graph, processes);
	graph_unref(graph);
	return report_finish("compare", EXIT_DONE);
}
