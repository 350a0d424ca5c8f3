/* nsscope compare: what two processes share. */
#include "model/report/compare.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/ns_letters.h"
#include "scanner/helper/inspect.h"
#include "scanner/proc/proc_read.h"

const struct cli_usage compare_usage = {
    .command = "compare",
    .forms = N_("nsscope compare [OPTION]... PID PID"),
    .about = N_("Shows, type by type, whether two processes share a namespace, and what that means "
                "for these two; and what each sees of the other: its PID and user ID there, host "
                "names, roots.  The letters are those of the tree."),
    .operands_max = 2,
    .exits = N_("0 done, also when they differ, 1 no such process or not all could be written, 2 "
                "wrong usage, 3 /proc can't be read."),
};

/* What the namespace of @type of @process holds; NULL where its inode is not known. */
static struct inspection *look_into(
    const struct graph *graph, const struct process *process, enum nstype type)
{
	const struct ns *ns = process->ns[type];

	return ns ? inspect_once(graph, ns) : NULL;
}

static void print_all(const struct graph *graph, const struct process *const processes[2])
{
	struct inspection *user[2], *mnt[2];
	struct compare_known known = {0};
	struct lines lines = {0};
	char *root[2] = {NULL, NULL};
	struct rowline_context context;
	struct ns_letters *ns_letters = report_context(graph, &context);

	context.cols = report_text_cols();
	if (!graph->stats.foreign_proc)
		known.viewer = graph_process_by_pid(graph, getpid());
	for (int i = 0; i < 2; i++) {
		known.user[i] = user[i] = look_into(graph, processes[i], NS_USER);
		known.mnt[i] = mnt[i] = look_into(graph, processes[i], NS_MNT);
		if (root_link_read(processes[i], &root[i]) == 0)
			known.root[i] = root[i];
	}
	compare_lines(&context, processes[0], processes[1], &known, &lines);
	report_lines(&lines);
	for (int i = 0; i < 2; i++) {
		inspection_free(user[i]);
		inspection_free(mnt[i]);
		free(root[i]);
	}
	ns_letters_free(ns_letters);
}

/* Returns EXIT_DONE, or EXIT_USAGE after a message. */
static int parse_pids(int count, char *const *words, pid_t ret_pids[2])
{
	if (count < 2) {
		report_error("compare", _("two PIDs are needed; see nsscope compare --help"));
		return EXIT_USAGE;
	}
	for (int i = 0; i < 2; i++) {
		if (options_pid(words[i], &ret_pids[i]) < 0) {
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
	struct graph *graph;
	pid_t pids[2] = {0};
	int status = options_read(&compare_usage, &argc, &argv, NULL);

	if (status != OPTIONS_GO_ON)
		return status;
	status = parse_pids(argc, argv, pids);
	if (status == EXIT_DONE)
		status = report_scan("compare", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	for (int i = 0; i < 2; i++) {
		processes[i] = graph_process_by_pid(graph, pids[i]);
		if (!processes[i]) {
			graph_unref(graph);
			return report_no_process("compare", pids[i]);
		}
	}
	print_all(graph, processes);
	graph_unref(graph);
	return report_finish("compare", EXIT_DONE);
}
