/* nsscope inspect: what is in a namespace, or in those of a process. */
#include "scanner/helper/inspect.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/inspection_lines.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct request {
	bool all;
	pid_t pid; /* 0: the namespace */
	enum nstype type;
	uint64_t ino;
};

static const struct cli_option option_table[] = {
    {"all", 0, NULL,
        N_("of a process, look into all eight namespaces; without it, into those that are not "
           "the initial ones"),
        .offset = offsetof(struct request, all)},
    {0},
};

const struct cli_usage inspect_usage = {
    .command = "inspect",
    .forms = N_("nsscope inspect [OPTION]... PID\nnsscope inspect [OPTION]... TYPE:INODE"),
    .about = N_("Shows what is known about a process or a namespace, such as uts:4026531838, and "
                "looks inside: names, interfaces, mounts, IPC objects, PIDs, maps of IDs, clocks, "
                "cgroups.  A helper process joins the namespace for that; nothing is changed."),
    .options = option_table,
    .operands_max = 1,
    .exits = N_("0 done, 1 no such process or namespace, or not all could be written, 2 wrong "
                "usage, 3 forbidden here."),
};

/* Returns OPTIONS_GO_ON, or the exit status. */
static int parse_request(int argc, char **argv, struct request *request)
{
	int status = options_read(&inspect_usage, &argc, &argv, request);

	if (status != OPTIONS_GO_ON)
		return status;
	if (argc == 0) {
		report_error(
		    "inspect", _("which process or namespace?  See nsscope inspect --help"));
		return EXIT_USAGE;
	}
	if (options_pid(argv[0], &request->pid) < 0 &&
	    options_ns(argv[0], &request->type, &request->ino) < 0) {
		report_error("inspect",
		    _("\"%s\" is neither a PID nor a namespace such as uts:4026531838"), argv[0]);
		return EXIT_USAGE;
	}
	return OPTIONS_GO_ON;
}

/* Prints what is in @ns.  Returns whether something could be read. */
static bool print_inside(const struct rowline_context *context, const struct ns *ns)
{
	struct inspection *inspection = inspect_once(context->graph, ns);
	struct lines lines = {0};
	/* The first item is the join alone. */
	bool readable = !inspection->error && inspection->count > 1;

	inspection_lines(context, ns, inspection, &lines);
	report_lines(&lines);
	inspection_free(inspection);
	return readable;
}

static void print_detail(const struct rowline_context *context, const struct row *row)
{
	struct lines lines = {0};

	detail_lines(context, row, &lines);
	report_lines(&lines);
}

static int print_process(
    const struct rowline_context *context, const struct process *process, bool all)
{
	const struct row row = {.key.kind = ROW_PROCESS, .process = process};
	unsigned readable = 0;

	print_detail(context, &row);
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];

		readable += ns != NULL;
		if (ns && (all || !ns->reference))
			print_inside(context, ns);
	}
	return readable || process->state == 'Z' ? EXIT_DONE : EXIT_FORBIDDEN;
}

static int print_namespace(const struct rowline_context *context, const struct ns *ns)
{
	const struct row row = {.key.kind = ROW_NS, .key.type = ns->id.type, .ns = ns};

	print_detail(context, &row);
	return print_inside(context, ns) ? EXIT_DONE : EXIT_FORBIDDEN;
}

static int print_request(const struct graph *graph, const struct request *request)
{
	const struct process *process = graph_process_by_pid(graph, request->pid);
	const struct ns *ns = graph_ns_by_ino(graph, request->type, request->ino);
	struct rowline_context context;
	struct ns_letters *ns_letters = report_context(graph, &context);
	int status;

	if (request->pid && process)
		status = print_process(&context, process, request->all);
	else if (request->pid)
		status = report_no_process("inspect", request->pid);
	else if (ns)
		status = print_namespace(&context, ns);
	else
		status = report_no_namespace("inspect", request->type, request->ino);
	ns_letters_free(ns_letters);
	return status;
}

int cli_inspect(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true, .fds = true};
	struct request request = {0};
	struct graph *graph;
	int status = parse_request(argc, argv, &request);

	if (status != OPTIONS_GO_ON)
		return status;
	status = report_scan("inspect", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	status = print_request(graph, &request);
	graph_unref(graph);
	return report_finish("inspect", status);
}
