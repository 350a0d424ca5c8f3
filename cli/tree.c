/* nsscope tree: the rows of the outline as plain text, once. */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/tree_print.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdio.h>
#include <string.h>

struct tree_options {
	struct outline_options outline;
	bool by_given, type_given, ns_given, sort_given, folded;
	enum nstype ns_type; /* with outline.only_ino */
};

enum option_value {
	OPTION_BY = 0x100,
	OPTION_TYPE,
	OPTION_PID,
	OPTION_KERNEL_THREADS,
	OPTION_FILTER,
	OPTION_NS,
	OPTION_SORT,
	OPTION_REVERSE,
	OPTION_FOLDED,
};

static const struct cli_option option_table[] = {
    {"by", 0, "pid|type|owner|room",
        N_("group by the hierarchy of PID namespaces (the default), by namespace type and inode, "
           "by owner: user namespaces and what they own, or by room: who lives in the same eight "
           "namespaces"),
        OPTION_BY},
    {"type", 0, "T[,T...]",
        N_("by type or owner, only these, with their members: cgroup ipc mnt net pid time user "
           "uts"),
        OPTION_TYPE},
    {"pid", 0, "PID", N_("by pid, only this process and what is below it"), OPTION_PID},
    {"ns", 0, N_("TYPE:INODE"), N_("by type, only this namespace and its members"), OPTION_NS},
    {"filter", 0, N_("TEXT"),
        N_("only what has this text in it: name, command line, user, PID, inode, host name"),
        OPTION_FILTER},
    {"sort", 0, N_("COLUMN"),
        N_("by room, what they are ordered by: processes (the default), pid, command, or a type "
           "(pidns for pid), whose namespaces then group them"),
        OPTION_SORT},
    {"reverse", 0, NULL, N_("by room, the other way round"), OPTION_REVERSE},
    {"folded", 0, NULL, N_("by room, without their members"), OPTION_FOLDED},
    {"kernel-threads", 0, NULL, N_("show the kernel's threads too"), OPTION_KERNEL_THREADS},
    {0},
};

const struct cli_usage tree_usage = {
    .command = "tree",
    .forms = N_("nsscope tree [OPTION]..."),
    .about = N_("Prints the namespaces of this machine and the processes in them, once."),
    .options = option_table,
    .exits = N_("0 done, 1 no such process or namespace, or not all could be written, 2 wrong "
                "usage, 3 /proc "
                "can't be read."),
};

static int parse_types(const char *value, struct tree_options *options)
{
	const char *names[NS_TYPE_COUNT];

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		names[type] = ns_types[type].name;
	for (;;) {
		size_t len = strcspn(value, ",");
		autofree char *name = xstrndup(value, len);
		enum nstype type;

		if (!ns_type_from_name(name, &type))
			return report_bad_value("tree", "type", name, names, NS_TYPE_COUNT);
		options->outline.type_shown[type] = true;
		options->type_given = true;
		if (!value[len])
			return EXIT_DONE;
		value += len + 1;
	}
}

static int parse_sort(const char *value, struct tree_options *options)
{
	const char *names[NS_GROUPS_COLUMN_COUNT];

	if (!ns_groups_column_from_name(value, &options->outline.ns_groups.column)) {
		for (unsigned column = 0; column < NS_GROUPS_COLUMN_COUNT; column++)
			names[column] = ns_groups_column_name(column);
		return report_bad_value("tree", "sort", value, names, NS_GROUPS_COLUMN_COUNT);
	}
	options->sort_given = true;
	return EXIT_DONE;
}

static int parse_ns(const char *value, struct tree_options *options)
{
	if (report_ns(value, &options->ns_type, &options->outline.only_ino) < 0 ||
	    !options->outline.only_ino) {
		report_error(
		    "tree", _("--ns takes a namespace such as uts:4026531838, not \"%s\""), value);
		return EXIT_USAGE;
	}
	options->ns_given = true;
	return EXIT_DONE;
}

/* Which grouping the options mean together.  Returns EXIT_DONE, or EXIT_USAGE after a message. */
static int settle_grouping(struct tree_options *options)
{
	if (options->ns_given && options->type_given) {
		report_error("tree", _("--ns names the type already; --type says nothing then"));
		return EXIT_USAGE;
	}
	if (options->ns_given && options->by_given && options->outline.grouping != GROUP_BY_TYPE) {
		report_error("tree", _("--ns is for --by type only"));
		return EXIT_USAGE;
	}
	if (options->ns_given) {
		options->outline.type_shown[options->ns_type] = true;
		options->outline.grouping = GROUP_BY_TYPE;
	}
	if (options->type_given && options->by_given && options->outline.grouping == GROUP_BY_PID) {
		report_error("tree",
		    _("--type chooses what --by type and --by owner show; with --by pid it says "
		      "nothing"));
		return EXIT_USAGE;
	}
	if (options->type_given && options->outline.grouping == GROUP_BY_NS_GROUP) {
		report_error("tree", _("--type is for --by type and --by owner only"));
		return EXIT_USAGE;
	}
	if (options->type_given && !options->by_given)
		options->outline.grouping = GROUP_BY_TYPE;
	bool of_ns_groups =
	    options->sort_given || options->folded || options->outline.ns_groups.inverted;

	if (of_ns_groups && !options->by_given && !options->type_given && !options->ns_given)
		options->outline.grouping = GROUP_BY_NS_GROUP;
	if (of_ns_groups && options->outline.grouping != GROUP_BY_NS_GROUP) {
		report_error("tree", _("--sort, --reverse and --folded are for --by room only"));
		return EXIT_USAGE;
	}
	if (options->outline.root_pid && options->outline.grouping != GROUP_BY_PID) {
		report_error("tree", _("--pid is for --by pid only"));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* Returns EXIT_DONE and fills @ret_options, or the exit status; *@ret_end: there is nothing more to
 * do, whatever is returned. */
static int parse_options(int argc, char **argv, struct tree_options *ret_options, bool *ret_end)
{
	struct tree_options options = {0};
	struct options given;
	int option, status = EXIT_DONE;

	*ret_end = true;
	options_begin(&given, &tree_usage, argc, argv);
	while ((option = options_next(&given)) > 0) {
		switch (option) {
		case OPTION_BY:
			options.by_given = true;
			status = report_grouping("tree", optarg, &options.outline.grouping);
			break;
		case OPTION_TYPE:
			status = parse_types(optarg, &options);
			break;
		case OPTION_PID:
			if (report_pid(optarg, &options.outline.root_pid) < 0) {
				report_error("tree",
				    _("--pid takes the number of a process, not \"%s\""), optarg);
				status = EXIT_USAGE;
			}
			break;
		case OPTION_NS:
			status = parse_ns(optarg, &options);
			break;
		case OPTION_FILTER:
			options.outline.filter = optarg;
			break;
		case OPTION_SORT:
			status = parse_sort(optarg, &options);
			break;
		case OPTION_REVERSE:
			options.outline.ns_groups.inverted = true;
			break;
		case OPTION_FOLDED:
			options.folded = true;
			break;
		case OPTION_KERNEL_THREADS:
			options.outline.kernel_threads = true;
			break;
		}
		if (status != EXIT_DONE)
			return status;
	}
	if (option == OPTIONS_STOP)
		return given.status;
	if (optind < argc)
		return report_surplus("tree", argv[optind]);
	status = settle_grouping(&options);
	if (status != EXIT_DONE)
		return status;
	*ret_options = options;
	*ret_end = false;
	return EXIT_DONE;
}

int cli_tree(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true, .fds = true};
	struct tree_options options;
	struct graph *graph;
	struct outline outline = {0};
	struct folds *folds = NULL;
	bool end;
	int status = parse_options(argc, argv, &options, &end);

	if (end)
		return status;
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
		report_error("tree", _("there is no namespace %s:%llu in sight"),
		    ns_types[options.ns_type].name, (unsigned long long)options.outline.only_ino);
		graph_unref(graph);
		return EXIT_FAILED;
	}
	/* Who owns what is the question: without --type the eight lists of members stay counted. */
	if ((options.outline.grouping == GROUP_BY_OWNER && !options.type_given) || options.folded)
		options.outline.folds = folds = folds_new();
	outline_build(&outline, graph, &options.outline);
	tree_print(graph, &outline, &options.outline, NULL, 0);
	outline_done(&outline);
	folds_free(folds);
	graph_unref(graph);
	return report_finish("tree", EXIT_DONE);
}
