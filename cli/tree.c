/* nsscope tree: the rows of the outline as plain text, once. */
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/history.h"
#include "model/view/outline.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct tree_options {
	struct outline_options outline;
	bool by_given, type_given, ns_given, sort_given, folded;
	enum nstype ns_type; /* of outline.only_ino */
};

/* --- Options ---------------------------------------------------------------------------------- */

static int take_by(const struct cli_option *option, void *values, const char *argument)
{
	struct tree_options *options = values;

	options->by_given = true;
	if (grouping_from_name(argument, &options->outline.grouping))
		return OPTIONS_GO_ON;
	return options_bad_value("tree", option->name, argument, grouping_names, GROUPING_COUNT);
}

static int take_type(const struct cli_option *option, void *values, const char *argument)
{
	struct tree_options *options = values;
	const char *names[NS_TYPE_COUNT];

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		names[type] = ns_types[type].name;
	for (;;) {
		size_t len = strcspn(argument, ",");
		autofree char *name = xstrndup(argument, len);
		enum nstype type;

		if (!ns_type_from_name(name, &type))
			return options_bad_value("tree", option->name, name, names, NS_TYPE_COUNT);
		options->outline.type_shown[type] = true;
		options->type_given = true;
		if (!argument[len])
			return OPTIONS_GO_ON;
		argument += len + 1;
	}
}

static int take_pid(const struct cli_option *option, void *values, const char *argument)
{
	struct tree_options *options = values;

	(void)option;
	if (options_pid(argument, &options->outline.root_pid) == 0)
		return OPTIONS_GO_ON;
	report_error("tree", _("--pid takes the number of a process, not \"%s\""), argument);
	return EXIT_USAGE;
}

static int take_ns(const struct cli_option *option, void *values, const char *argument)
{
	struct tree_options *options = values;

	(void)option;
	options->ns_given = true;
	if (options_ns(argument, &options->ns_type, &options->outline.only_ino) == 0 &&
	    options->outline.only_ino)
		return OPTIONS_GO_ON;
	report_error(
	    "tree", _("--ns takes a namespace such as uts:4026531838, not \"%s\""), argument);
	return EXIT_USAGE;
}

static int take_sort(const struct cli_option *option, void *values, const char *argument)
{
	struct tree_options *options = values;
	const char *names[NS_GROUPS_COLUMN_COUNT];

	options->sort_given = true;
	if (ns_groups_column_from_name(argument, &options->outline.ns_groups.column))
		return OPTIONS_GO_ON;
	for (unsigned column = 0; column < NS_GROUPS_COLUMN_COUNT; column++)
		names[column] = ns_groups_column_name(column);
	return options_bad_value("tree", option->name, argument, names, NS_GROUPS_COLUMN_COUNT);
}

static const struct cli_option option_table[] = {
    {"by", 0, "pid|type|owner|group",
        N_("group by the hierarchy of PID namespaces (the default), by namespace type and inode, "
           "by owner: user namespaces and what they own, or by group: processes with the same "
           "eight namespaces"),
        .take = take_by},
    {"type", 0, "T[,T...]",
        N_("by type or owner, only these, with their members: cgroup ipc mnt net pid time user "
           "uts"),
        .take = take_type},
    {"pid", 0, "PID", N_("with --by pid: only this process and its descendants"), .take = take_pid},
    {"ns", 0, N_("TYPE:INODE"), N_("by type, only this namespace and its members"),
        .take = take_ns},
    {"filter", 0, N_("TEXT"),
        N_("only what has this text in it: name, command line, user, PID, inode, host name"),
        .offset = offsetof(struct tree_options, outline.filter)},
    {"sort", 0, N_("COLUMN"),
        N_("with --by group: the order: processes (the default), pid, command, or a type (pidns "
           "for pid), whose namespaces then group them"),
        .take = take_sort},
    {"reverse", 0, NULL, N_("with --by group: reverse the order"),
        .offset = offsetof(struct tree_options, outline.ns_groups.inverted)},
    {"folded", 0, NULL, N_("with --by group: without members"),
        .offset = offsetof(struct tree_options, folded)},
    {"kernel-threads", 0, NULL, N_("show the kernel's threads too"),
        .offset = offsetof(struct tree_options, outline.kernel_threads)},
    {0},
};

const struct cli_usage tree_usage = {
    .command = "tree",
    .forms = N_("nsscope tree [OPTION]..."),
    .about = N_("Prints the namespaces of this machine and the processes in them, once."),
    .options = option_table,
    .exits = N_("0 done, 1 no such process or namespace, or not all could be written, 2 wrong "
                "usage, 3 /proc can't be read."),
};

/* Chooses the grouping that the options mean together.  Returns NULL, or the error, translated. */
static const char *choose_grouping(struct tree_options *options)
{
	enum grouping *grouping = &options->outline.grouping;
	bool of_groups =
	    options->sort_given || options->folded || options->outline.ns_groups.inverted;

	if (options->ns_given && options->type_given)
		return _("--ns names the type already; --type says nothing then");
	if (options->ns_given && options->by_given && *grouping != GROUP_BY_TYPE)
		return _("--ns is for --by type only");
	if (options->ns_given) {
		options->outline.type_shown[options->ns_type] = true;
		*grouping = GROUP_BY_TYPE;
	}
	if (options->type_given && options->by_given && *grouping == GROUP_BY_PID)
		return _("--type chooses what --by type and --by owner show; with --by pid it says "
		         "nothing");
	if (options->type_given && *grouping == GROUP_BY_NS_GROUP)
		return _("--type is for --by type and --by owner only");
	if (options->type_given && !options->by_given)
		*grouping = GROUP_BY_TYPE;
	if (of_groups && !options->by_given && !options->type_given && !options->ns_given)
		*grouping = GROUP_BY_NS_GROUP;
	if (of_groups && *grouping != GROUP_BY_NS_GROUP)
		return _("--sort, --reverse and --folded are for --by group only");
	if (options->outline.root_pid && *grouping != GROUP_BY_PID)
		return _("--pid is for --by pid only");
	return NULL;
}

/* --- Printing --------------------------------------------------------------------------------- */

static void print_rows(const struct graph *graph, const struct outline *outline,
    const struct outline_options *options, const struct history *history, uint64_t now_ms)
{
	struct rowline_context context;
	struct ns_letters *ns_letters = report_context(graph, &context);
	size_t terminal_cols = context.cols;
	struct line line;

	context.cols = 0; /* report_line cuts */
	context.ns_groups = options->grouping == GROUP_BY_NS_GROUP ? &options->ns_groups : NULL;
	context.history = history;
	context.now_ms = now_ms;
	rowline_measure(&context, outline);
	line_init(&line, context.charset);
	rowline_heading(&context, &line);
	report_line(&line, terminal_cols);
	for (uint32_t i = 0; i < outline->count; i++) {
		line_clear(&line);
		rowline(&context, outline, i, &line);
		report_line(&line, terminal_cols);
	}
	line_done(&line);
	ns_letters_free(ns_letters);
}

/* The worst reason for which a link of @process could not be read.  A zombie's missing links and
 * those that the kernel doesn't have are as they must be. */
static enum read_status worst_status(const struct process *process)
{
	enum read_status worst = READ_OK;

	for (enum ns_link link = 0; link < NS_LINK_COUNT; link++) {
		enum read_status why = process->read_status[link];

		if (why == READ_DENIED)
			return why;
		if (why == READ_GONE || why == READ_ZOMBIE)
			worst = why;
	}
	return worst;
}

/* Prints @format and @after, both translated. */
__attribute__((format(printf, 2, 3))) static void print_warning(
    const char *after, const char *format, ...)
{
	struct line line;
	va_list args;

	va_start(args, format);
	autofree char *text = xvasprintf(format, args);
	va_end(args);
	line_init(&line, report_charset());
	line_adds(&line, STYLE_WARN, text);
	line_adds(&line, STYLE_WARN, after);
	report_line(&line, 0);
	line_done(&line);
}

static void print_summary(const struct graph *graph)
{
	const struct scan_stats *stats = &graph->stats;
	unsigned counts[READ_NEVER + 1] = {0};
	unsigned processes = (unsigned)graph->living_count;
	unsigned namespaces = (unsigned)graph->living_ns_count;
	uint32_t refused = graph_refused(graph);
	struct line line;

	for (size_t i = 0; i < graph->process_count; i++)
		counts[worst_status(graph->processes[i])]++;

	line_init(&line, report_charset());
	line_addf(&line, STYLE_PLAIN, ngettext("%u process", "%u processes", processes), processes);
	line_adds(&line, STYLE_PLAIN, _(", "));
	line_addf(
	    &line, STYLE_PLAIN, ngettext("%u namespace", "%u namespaces", namespaces), namespaces);
	report_line(&line, 0);
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++)
		if (counts[why])
			print_warning(read_status_text(why),
			    ngettext("%u process could not be read in full: ",
			        "%u processes could not be read in full: ", counts[why]),
			    counts[why]);
	if (stats->fds_denied)
		print_warning(_(" Namespaces held only by these are not shown."),
		    ngettext("The descriptors of %u process could not be read.",
		        "The descriptors of %u processes could not be read.", stats->fds_denied),
		    stats->fds_denied);
	if (refused)
		print_warning("",
		    ngettext("%u process is refused as a whole: /proc is mounted with hidepid=1.",
		        "%u processes are refused as a whole: /proc is mounted with hidepid=1.",
		        refused),
		    refused);
	if (stats->vanished)
		print_warning("",
		    ngettext("%u process ended while it was read.",
		        "%u processes ended while they were read.", stats->vanished),
		    stats->vanished);
	if (stats->hidden)
		print_warning("", "%s",
		    _("/proc hides the processes of other users (hidepid): there may be more."));
	if (stats->foreign_proc)
		print_warning("", "%s",
		    _("/proc belongs to another PID namespace: its numbers are not this one's."));
	if (stats->names_late)
		print_warning("", "%s",
		    _("/run/netns does not answer: names that links give there are missing."));
	line_clear(&line);
	if (ns_columns_note(graph, &line))
		report_line(&line, 0);
	line_done(&line);
}

void tree_print(const struct graph *graph, const struct outline *outline,
    const struct outline_options *options, const struct history *history, uint64_t now_ms)
{
	print_rows(graph, outline, options, history, now_ms);
	print_summary(graph);
}

int cli_tree(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true, .fds = true};
	struct tree_options options = {0};
	struct graph *graph;
	struct outline outline = {0};
	struct folds *folds = NULL;
	const char *error;
	int status = options_read(&tree_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	error = choose_grouping(&options);
	if (error) {
		report_error("tree", "%s", error);
		return EXIT_USAGE;
	}
	status = report_scan("tree", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;

	pid_t root = options.outline.root_pid;
	if (root && !graph_process_by_pid(graph, root)) {
		graph_unref(graph);
		return report_no_process("tree", root);
	}
	if (options.ns_given &&
	    !graph_ns_by_ino(graph, options.ns_type, options.outline.only_ino)) {
		graph_unref(graph);
		return report_no_namespace("tree", options.ns_type, options.outline.only_ino);
	}
	/* By owner, members are only counted unless --type asks for them. */
	if ((options.outline.grouping == GROUP_BY_OWNER && !options.type_given) || options.folded)
		options.outline.folds = folds = folds_new();
	outline_build(&outline, graph, &options.outline);
	tree_print(graph, &outline, &options.outline, NULL, 0);
	outline_done(&outline);
	folds_free(folds);
	graph_unref(graph);
	return report_finish("tree", EXIT_DONE);
}
