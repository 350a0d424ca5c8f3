/* nsscope json: the whole graph. */
#include "model/report/json.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdio.h>
#include <string.h>

/* @values: the flags of json_dumpf. */
static int take_layout(const struct cli_option *option, void *values, const char *argument)
{
	size_t *layout = values;

	(void)argument;
	*layout = strcmp(option->name, "compact") == 0 ? JSON_COMPACT : JSON_INDENT(2);
	return OPTIONS_GO_ON;
}

static const struct cli_option option_table[] = {
    {"pretty", 0, NULL, N_("with line breaks and indentation (the default)"), .take = take_layout},
    {"compact", 0, NULL, N_("on one line"), .take = take_layout},
    {0},
};

const struct cli_usage json_usage = {
    .command = "json",
    .forms = N_("nsscope json [--pretty | --compact]"),
    .about = N_("Prints the processes of this machine and their namespaces as one JSON object."),
    .options = option_table,
    .notes = N_(
        "Unknown values are null.  Names are as the system has them, with the escapes of JSON; a "
        "byte that is not UTF-8 becomes U+FFFD.  The arguments of a command line are joined with "
        "spaces.  At most 64 kB of each are kept; cmdline_cut is true where there is more."),
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

int cli_json(int argc, char **argv)
{
	struct scan_options scan_options = {.fds = true};
	size_t layout = JSON_INDENT(2);
	struct graph *graph;
	int status = options_read(&json_usage, &argc, &argv, &layout);

	if (status != OPTIONS_GO_ON)
		return status;
	status = report_scan("json", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	json_write_graph(graph, layout, stdout);
	graph_unref(graph);
	return report_finish("json", EXIT_DONE);
}
