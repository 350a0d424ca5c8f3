#include "cli/tree_print.h"

#include "cli/report.h"
#include "model/base/i18n.h"
#include "model/view/rowline.h"

#include <stdio.h>

static void print_rows(const struct graph *graph, const struct outline *outline,
    const struct outline_options *options, const struct history *history, uint64_t now_ms)
{
	struct ns_letters *ns_letters = ns_letters_new();
	size_t terminal_cols = report_cols();
	struct rowline_context context = {
	    .charset = report_charset(),
	    .graph = graph,
	    .ns_letters = ns_letters,
	    .ns_groups = options->grouping == GROUP_BY_NS_GROUP ? &options->ns_groups : NULL,
	    .history = history,
	    .now_ms = now_ms,
	};
	struct line line;

	ns_letters_update(ns_letters, graph);
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
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		if (!counts[why])
			continue;
		line_clear(&line);
		line_addf(&line, STYLE_WARN,
		    ngettext("%u process could not be read in full: ",
		        "%u processes could not be read in full: ", counts[why]),
		    counts[why]);
		line_adds(&line, STYLE_WARN, read_status_text(why));
		report_line(&line, 0);
	}
	line_clear(&line);
	if (stats->fds_denied) {
		line_addf(&line, STYLE_WARN,
		    ngettext("The descriptors of %u process could not be read.",
		        "The descriptors of %u processes could not be read.", stats->fds_denied),
		    stats->fds_denied);
		line_adds(
		    &line, STYLE_WARN, _(" Namespaces that only these keep are not in sight."));
		report_line(&line, 0);
		line_clear(&line);
	}
	if (refused) {
		line_addf(&line, STYLE_WARN,
		    ngettext("%u process is refused as a whole: /proc is mounted with hidepid=1.",
		        "%u processes are refused as a whole: /proc is mounted with hidepid=1.",
		        refused),
		    refused);
		report_line(&line, 0);
		line_clear(&line);
	}
	if (stats->vanished) {
		line_addf(&line, STYLE_WARN,
		    ngettext("%u process ended while it was read.",
		        "%u processes ended while they were read.", stats->vanished),
		    stats->vanished);
		report_line(&line, 0);
		line_clear(&line);
	}
	if (stats->hidden) {
		line_adds(&line, STYLE_WARN,
		    _("/proc hides the processes of other users (hidepid): there may be more."));
		report_line(&line, 0);
		line_clear(&line);
	}
	if (stats->foreign_proc) {
		line_adds(&line, STYLE_WARN,
		    _("/proc belongs to another PID namespace: its numbers are not this one's."));
		report_line(&line, 0);
		line_clear(&line);
	}
	if (stats->names_late) {
		line_adds(&line, STYLE_WARN,
		    _("/run/netns does not answer: names that links give there are missing."));
		report_line(&line, 0);
	}
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
