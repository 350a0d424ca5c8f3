/* nsscope json: the whole graph. */
#include "cli/cli.h"
#include "cli/json_graph.h"
#include "cli/report.h"
#include "model/i18n.h"
#include "model/util.h"

#include <stdio.h>

static const struct option options[] = {
    {.name = "compact", .has_arg = no_argument, .val = 'c'},
    {.name = "pretty", .has_arg = no_argument, .val = 'p'},
    {.name = "help", .has_arg = no_argument, .val = 'h'},
    {.name = NULL},
};

static void print_help(void)
{
	fputs(_("Usage: nsscope json [--pretty | --compact]\n"
	        "\n"
	        "Print the processes of this machine and their namespaces as one JSON object.\n"
	        "\n"
	        "      --pretty    with line breaks and indentation (the default)\n"
	        "      --compact   on one line\n"
	        "  -h, --help      print this and exit\n"
	        "\n"
	        "What is not known is null.  Names are written as UTF-8: \\\\ stands for a\n"
	        "backslash, \\xff for a byte that is no UTF-8, \\u{9b} and \\e \\n \\r \\t \\x07 "
	        "for\n"
	        "control characters.  The arguments of a command line are joined with spaces.\n"),
	    stdout);
}

int cli_json(int argc, char **argv)
{
	struct scan_options scan_options = {.hostnames = false};
	size_t layout = JSON_INDENT(2);
	struct graph *graph;
	json_t *object;
	int got, status;

	opterr = 0;
	optind = 0;
	while ((got = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (got) {
		case 'c':
			layout = JSON_COMPACT;
			break;
		case 'p':
			layout = JSON_INDENT(2);
			break;
		case 'h':
			print_help();
			return report_finish(argv[0], EXIT_DONE);
		default:
			return report_bad_option(argv[0], got, argv, options);
		}
	}
	if (optind < argc)
		return report_surplus(argv[0], argv[optind]);

	json_use_xmalloc();
	status = report_scan(argv[0], &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	object = json_of_graph(graph);
	graph_unref(graph);
	/* A failed write is told by report_finish. */
	json_dumpf(object, stdout, layout | JSON_REAL_PRECISION(6));
	json_decref(object);
	putchar('\n');
	return report_finish(argv[0], EXIT_DONE);
}
