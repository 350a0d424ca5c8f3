/* nsscope inspect: what is in a namespace, or in those of a process. */
#include "scanner/helper/inspect.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/inspection_lines.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct inspect_options {
	bool all;
	pid_t pid; /* 0: the namespace */
	enum nstype type;
	uint64_t ino;
};

enum option_value { OPTION_ALL = 0x100 };

static const struct cli_option option_table[] = {
    {"all", 0, NULL,
        N_("of a process, look into all eight namespaces; without it, into those that are not "
           "the initial ones"),
        OPTION_ALL},
    {0},
};

const struct cli_usage inspect_usage = {
    .command = "inspect",
    .forms = N_("nsscope inspect [OPTION]... PID\nnsscope inspect [OPTION]... TYPE:INODE"),
    .about = N_("Tells what is known of a process or of a namespace, such as uts:4026531838, and "
                "looks inside: names, interfaces, mounts, IPC objects, PIDs, maps of IDs, clocks, "
                "cgroups.  A helper process joins the namespace for that; nothing is changed."),
    .options = option_table,
    .exits = N_("0 done, 1 no such process or namespace, or not all could be written, 2 wrong "
                "usage, 3 forbidden here."),
};

/* Returns EXIT_DONE and fills @ret_options, or the exit status; *@ret_end: there is nothing more to
 * do, whatever is returned. */
static int parse_options(int argc, char **argv, struct inspect_options *ret_options, bool *ret_end)
{
	struct inspect_options wanted = {0};
	struct options options;
	int got;

	*ret_end = true;
	options_begin(&options, &inspect_usage, argc, argv);
	while ((got = options_next(&options)) != OPTIONS_END) {
		if (got == OPTIONS_STOP)
			return options.status;
		wanted.all = got == OPTION_ALL;
	}
	if (optind == argc) {
		report_error(
		    "inspect", _("which process or namespace?  See nsscope inspect --help"));
		return EXIT_USAGE;
	}
	if (optind + 1 < argc)
		return report_surplus("inspect", argv[optind + 1]);
	if (report_pid(argv[optind], &wanted.pid) < 0 &&
	    report_ns(argv[optind], &wanted.type, &wanted.ino) < 0) {
		report_error("inspect",
		    _("\"%s\" is neither a PID nor a namespace such as uts:4026531838"),
		    argv[optind]);
		return EXIT_USAGE;
	}
	*ret_options = wanted;
	*ret_end = false;
	return EXIT_DONE;
}

/* Prints what is in @ns.  Returns whether anything of it could be read. */
static bool print_inside(const struct rowline_context *context, const struct ns *ns)
{
	struct inspection *inspection = inspect_once(context->graph, ns);
	struct lines lines = {0};
	/* The join alone is none. */
	bool told = !inspection->error && inspection->count > 1;

	inspection_lines(context, ns, inspection, &lines);
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
	inspection_free(inspection);
	return told;
}

static void print_detail(const struct rowline_context *context, const struct row *row)
{
	struct lines lines = {0};

	detail_lines(context, row, &lines);
	for (size_t i = 0; i < lines.count; i++)
		report_line(&lines.items[i], 0);
	lines_done(&lines);
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

static int print_wanted(const struct graph *graph, const struct inspect_options *options)
{
	const struct process *process = graph_process_by_pid(graph, options->pid);
	const struct ns *ns = graph_ns_by_ino(graph, options->type, options->ino);
	struct ns_letters *ns_letters = ns_letters_new();
	struct rowline_context context = {
	    .charset = report_charset(),
	    .graph = graph,
	    .ns_letters = ns_letters,
	    .cols = report_cols(),
	};
	int status = EXIT_FAILED;

	ns_letters_update(ns_letters, graph);
	if (options->pid && process)
		status = print_process(&context, process, options->all);
	else if (options->pid)
		status = report_no_process("inspect", options->pid);
	else if (ns)
		status = print_namespace(&context, ns);
	else
		report_error("inspect", _("there is no namespace %s:%llu in sight"),
		    ns_types[options->type].name, (unsigned long long)options->ino);
	ns_letters_free(ns_letters);
	return status;
}

int cli_inspect(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true, .fds = true};
	struct inspect_options options;
	struct graph *graph;
	bool end;
	int status = parse_options(argc, argv, &options, &end);

	if (end)
		return status;
	status = report_scan("inspect", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	status = print_wanted(graph, &options);
	graph_unref(graph);
	return report_finish("inspect", status);
}
