/* The namespaces as a graph.
 *
 * Processes with the same eight namespaces are one node, so that a machine with ten thousand of
 * them still gives a picture.
 */
#include "model/report/dot.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"

#include <ctype.h>
#include <string.h>

enum {
	NAMED_MAX = 4, /* processes of a group that are named */
	NAME_COLS = 48,
};

/* --- Languages ---------------------------------------------------------------------------------- */

void dot_text(FILE *out, const struct line *line)
{
	for (const char *at = line->text ? line->text : ""; *at; at++) {
		switch (*at) {
		case '"':
		case '\\':
			fprintf(out, "\\%c", *at);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			putc(*at, out);
		}
	}
}

void mermaid_text(FILE *out, const struct line *line)
{
	for (const char *at = line->text ? line->text : ""; *at; at++) {
		unsigned char byte = (unsigned char)*at;

		if (byte >= 0x80 || isalnum(byte) || strchr(" .,:-_/=+@", byte))
			putc(byte, out);
		else
			fprintf(out, "#%d;", byte);
	}
}

/* How a language writes the parts of a graph. */
struct writer {
	const char *begin, *end;
	const char *cluster_begin; /* two types' names */
	const char *cluster_end;
	const char *node_begin;  /* letter and number */
	const char *node_end[2]; /* of a namespace, of a group */
	const char *new_line;
	const char *parent, *owner, *member, *member_initial; /* from and to: letter and number */
	void (*text)(FILE *out, const struct line *line);
};

static const struct writer graphviz = {
    .begin = "digraph nsscope {\n"
             "\tgraph [rankdir=LR, fontname=\"sans-serif\", charset=\"UTF-8\"];\n"
             "\tnode [shape=box, fontname=\"sans-serif\"];\n"
             "\tedge [fontname=\"sans-serif\", fontsize=10];\n",
    .end = "}\n",
    .cluster_begin = "\tsubgraph cluster_%s {\n\t\tlabel=\"%s\";\n",
    .cluster_end = "\t}\n",
    .node_begin = "\t\t%c%u [label=\"",
    .node_end = {"\", style=rounded];\n", "\", shape=note];\n"},
    .new_line = "\\n",
    .parent = "\t%c%u -> %c%u [label=\"parent\"];\n",
    .owner = "\t%c%u -> %c%u [label=\"owner\", style=dashed];\n",
    .member = "\t%c%u -> %c%u [arrowhead=none];\n",
    .member_initial = "\t%c%u -> %c%u [arrowhead=none, color=gray];\n",
    .text = dot_text,
};

static const struct writer mermaid = {
    .begin = "flowchart LR\n",
    .end = "",
    .cluster_begin = "\tsubgraph cluster_%s[\"%s\"]\n",
    .cluster_end = "\tend\n",
    .node_begin = "\t\t%c%u[\"",
    .node_end = {"\"]\n", "\"]\n"},
    .new_line = "<br/>",
    .parent = "\t%c%u -->|parent| %c%u\n",
    .owner = "\t%c%u -.->|owner| %c%u\n",
    .member = "\t%c%u --- %c%u\n",
    .member_initial = "\t%c%u --- %c%u\n",
    .text = mermaid_text,
};

/* --- Drawing ------------------------------------------------------------------------------------ */

struct drawing {
	const struct writer *writer;
	FILE *out;
	const struct graph *graph;
	const struct process **processes; /* the living, in order of their groups */
	size_t count;
	bool each; /* every process is a group of its own */
	struct line line;
};

/* Formats of a writer hold what their comments say. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void put_cluster(const struct drawing *drawing, const char *name)
{
	fprintf(drawing->out, drawing->writer->cluster_begin, name, name);
}

static void put_node(const struct drawing *drawing, char letter, unsigned number)
{
	fprintf(drawing->out, drawing->writer->node_begin, letter, number);
}

static void put_edge(
    FILE *out, const char *format, char from, unsigned from_number, unsigned to_number)
{
	fprintf(out, format, from, from_number, 'n', to_number);
}
#pragma GCC diagnostic pop

/* Writes what was added to the line, and empties it. */
static void put_text(struct drawing *drawing)
{
	line_fit(&drawing->line, NAME_COLS);
	drawing->writer->text(drawing->out, &drawing->line);
	line_clear(&drawing->line);
}

static void put_new_text(struct drawing *drawing)
{
	fputs(drawing->writer->new_line, drawing->out);
	put_text(drawing);
}

/* --- Namespaces ------------------------------------------------------------------------------- */

static void draw_ns(struct drawing *drawing, const struct ns *ns)
{
	struct line *line = &drawing->line;

	put_node(drawing, 'n', ns->index);
	ns_id_add(&ns->id, STYLE_NS, line);
	put_text(drawing);
	if (ns->initial) {
		line_adds(line, STYLE_DIM, _("initial"));
		put_new_text(drawing);
	}
	if (ns->name) {
		line_adds(line, STYLE_NS, ns->name);
		put_new_text(drawing);
	}
	if (ns->hostname) {
		line_addf(line, STYLE_PLAIN, _("host %s"), ns->hostname);
		put_new_text(drawing);
	}
	line_addf(line, STYLE_PLAIN, ngettext("%u process", "%u processes", ns->member_count),
	    ns->member_count);
	put_new_text(drawing);
	fputs(drawing->writer->node_end[0], drawing->out);
}

static void draw_namespaces(struct drawing *drawing)
{
	const struct graph *graph = drawing->graph;
	size_t at = 0;

	while (at < graph->ns_count) {
		enum nstype type = graph->namespaces[at]->id.type;

		put_cluster(drawing, ns_types[type].name);
		for (; at < graph->ns_count && graph->namespaces[at]->id.type == type; at++)
			draw_ns(drawing, graph->namespaces[at]);
		fputs(drawing->writer->cluster_end, drawing->out);
	}
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (ns->parent)
			put_edge(drawing->out, drawing->writer->parent, 'n', ns->parent->index,
			    ns->index);
		/* A user namespace is owned by its parent. */
		if (ns->owner && ns->id.type != NS_USER)
			put_edge(
			    drawing->out, drawing->writer->owner, 'n', ns->owner->index, ns->index);
	}
}

/* --- Processes -------------------------------------------------------------------------------- */

static int compare_namespaces(const struct process *a, const struct process *b)
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		uint32_t in_a = a->ns[type] ? a->ns[type]->index : UINT32_MAX;
		uint32_t in_b = b->ns[type] ? b->ns[type]->index : UINT32_MAX;

		if (in_a != in_b)
			return in_a < in_b ? -1 : 1;
	}
	return 0;
}

static int compare_groups(const void *a, const void *b)
{
	const struct process *const *one = a, *const *other = b;
	int order = compare_namespaces(*one, *other);

	return order ? order
	             : ((*one)->index > (*other)->index) - ((*one)->index < (*other)->index);
}

static size_t group_end(const struct drawing *drawing, size_t first)
{
	size_t end = first + 1;

	while (!drawing->each && end < drawing->count &&
	       compare_namespaces(drawing->processes[first], drawing->processes[end]) == 0)
		end++;
	return end;
}

static void name_process(struct drawing *drawing, const struct process *process)
{
	line_addf(&drawing->line, STYLE_PID, "%d ", (int)process->id.pid);
	line_adds(&drawing->line, STYLE_PLAIN, process->comm);
}

static void draw_group(struct drawing *drawing, size_t first, size_t end)
{
	unsigned count = (unsigned)(end - first), missing = 0;
	struct line *line = &drawing->line;

	put_node(drawing, 'p', (unsigned)first);
	if (count > 1)
		line_addf(line, STYLE_STRONG, ngettext("%u process", "%u processes", count), count);
	else
		name_process(drawing, drawing->processes[first]);
	put_text(drawing);
	for (size_t i = first; count > 1 && i < end && i < first + NAMED_MAX; i++) {
		name_process(drawing, drawing->processes[i]);
		put_new_text(drawing);
	}
	if (count > NAMED_MAX) {
		line_addf(line, STYLE_DIM, _("and %u more"), count - NAMED_MAX);
		put_new_text(drawing);
	}
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		missing += !drawing->processes[first]->ns[type];
	if (missing) {
		line_addf(line, STYLE_WARN,
		    ngettext("%u type could not be read", "%u types could not be read", missing),
		    missing);
		put_new_text(drawing);
	}
	fputs(drawing->writer->node_end[1], drawing->out);
}

static void join_group(const struct drawing *drawing, size_t first)
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = drawing->processes[first]->ns[type];

		if (ns)
			put_edge(drawing->out,
			    ns->reference ? drawing->writer->member_initial
			                  : drawing->writer->member,
			    'p', (unsigned)first, ns->index);
	}
}

static void draw_processes(struct drawing *drawing)
{
	const struct graph *graph = drawing->graph;

	drawing->processes = xcalloc(graph->process_count + 1, sizeof(*drawing->processes));
	for (size_t i = 0; i < graph->process_count; i++) {
		if (!graph->processes[i]->life.ended_ms)
			drawing->processes[drawing->count++] = graph->processes[i];
	}
	qsort(drawing->processes, drawing->count, sizeof(const struct process *), compare_groups);
	for (size_t first = 0, end; first < drawing->count; first = end) {
		end = group_end(drawing, first);
		draw_group(drawing, first, end);
		join_group(drawing, first);
	}
	free(drawing->processes);
}

void dot_write(const struct graph *graph, const struct dot_options *options, FILE *out)
{
	struct drawing drawing = {
	    .writer = options->mermaid ? &mermaid : &graphviz,
	    .out = out,
	    .graph = graph,
	    .each = options->processes,
	};

	line_init(&drawing.line, options->charset);
	fputs(drawing.writer->begin, out);
	draw_namespaces(&drawing);
	draw_processes(&drawing);
	fputs(drawing.writer->end, out);
	line_done(&drawing.line);
}
