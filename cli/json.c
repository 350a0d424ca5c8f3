/* nsscope json: the whole graph. */
#include "cli/cli.h"
#include "cli/json_graph.h"
#include "cli/options.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdio.h>

enum option_value { OPTION_COMPACT = 0x100, OPTION_PRETTY };

static const struct cli_option option_table[] = {
    {"pretty", 0, NULL, N_("with line breaks and indentation (the default)"), OPTION_PRETTY},
    {"compact", 0, NULL, N_("on one line"), OPTION_COMPACT},
    {0},
};

const struct cli_usage json_usage = {
    .command = "json",
    .forms = N_("nsscope json [--pretty | --compact]"),
    .about = N_("Prints the processes of this machine and their namespaces as one JSON object."),
    .options = option_table,
    .notes = N_("What is not known is null.  Names are what the system has, with the escapes "
                "of JSON; a byte that is no UTF-8 becomes U+FFFD.  The arguments of a command line "
                "are joined with "
                "spaces."
                "  Of one 64 kB are kept at most; cmdline_cut is true where there is more."),
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

int cli_json(int argc, char **argv)
{
	struct scan_options scan_options = {.fds = true};
	size_t layout = JSON_INDENT(2);
	struct graph *graph;
	json_t *object;
	struct options given;
	int option, status;

	options_begin(&given, &json_usage, argc, argv);
	while ((option = options_next(&given)) > 0)
		layout = option == OPTION_COMPACT ? JSON_COMPACT : JSON_INDENT(2);
	if (option == OPTIONS_STOP)
		return given.status;
	if (optind < argc)
		return report_surplus(argv[0], argv[optind]);

	json_use_xmalloc();
	status = report_scan(argv[0], &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	object = json_of_graph(graph);
	graph_unref(graph);
	/* A failed write is told by report_finish. */
	json_print(object, layout | JSON_REAL_PRECISION(6), stdout);
	json_decref(object);
	putchar('\n');
	return report_finish(argv[0], EXIT_DONE);
}
