/* nsscope dot */
#include "model/report/dot.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "model/base/i18n.h"

static const struct cli_option option_table[] = {
    {"mermaid", 0, NULL, N_("in the language of Mermaid, not in that of Graphviz"),
        .offset = offsetof(struct dot_options, mermaid)},
    {"processes", 0, NULL,
        N_("a node for each process, not for each group with the same eight namespaces"),
        .offset = offsetof(struct dot_options, processes)},
    {0},
};

const struct cli_usage dot_usage = {
    .command = "dot",
    .forms = N_("nsscope dot [OPTION]..."),
    .about = N_("Prints the namespaces of this machine as a graph: a cluster for each type, edges "
                "from parents and owners, and the processes in groups that have the same eight "
                "namespaces.\n"
                "For a picture: nsscope dot | dot -Tsvg >namespaces.svg"),
    .options = option_table,
    .exits = N_("0 done, 1 not all could be written, 2 wrong usage, 3 /proc can't be read."),
};

int cli_dot(int argc, char **argv)
{
	const struct scan_options scan_options = {.hostnames = true, .fds = true};
	struct dot_options options = {0};
	struct graph *graph;
	int status = options_read(&dot_usage, &argc, &argv, &options);

	if (status != OPTIONS_GO_ON)
		return status;
	status = report_scan("dot", &scan_options, &graph);
	if (status != EXIT_DONE)
		return status;
	options.charset = report_charset();
	dot_write(graph, &options, stdout);
	graph_unref(graph);
	return report_finish("dot", EXIT_DONE);
}
