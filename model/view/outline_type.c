/* The grouping by type: types → namespaces → members. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

bool tree_type_wanted(const struct outline_options *options, enum nstype type)
{
	bool any = false;

	for (enum nstype t = 0; t < NS_TYPE_COUNT; t++)
		any |= options->type_shown[t];
	return !any || options->type_shown[type];
}

static bool ns_wanted(const struct outline_options *options, const struct ns *ns)
{
	return !options->only_ino || ns->id.ino == options->only_ino;
}

static void note_unreadable(
    struct outline_tree *tree, uint32_t parent, enum nstype type, const uint32_t *counts)
{
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		if (!counts[why])
			continue;
		tree_note(tree, parent, type, why,
		    xasprintf(ngettext("%u process could not be placed: %s",
		                  "%u processes could not be placed: %s", counts[why]),
		        counts[why], read_status_text(why)));
	}
}

/* Those that are where their process is not. */
static void add_threads(struct outline_tree *tree, const struct process *process, enum nstype type,
    uint32_t first_node, size_t first_ns)
{
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct ns *ns = thread->ns[type];

		if (ns && ns != process->ns[type])
			tree_add_thread(
			    tree, first_node + (uint32_t)(ns->index - first_ns), thread, ns);
	}
}

/* @first_ns: where the namespaces of @type begin in graph->namespaces; returns where they end. */
static size_t add_type(struct outline_tree *tree, const struct graph *graph,
    const struct outline_options *options, enum nstype type, size_t first_ns)
{
	uint32_t counts[READ_NEVER + 1] = {0};
	uint32_t top = tree_add(tree, ROW_TYPE, 1);
	size_t end = first_ns;

	while (end < graph->ns_count && graph->namespaces[end]->id.type == type)
		end++;
	tree->nodes[top].type = type;
	tree_link(tree, top, ROW_NONE);

	uint32_t first_node = tree_add(tree, ROW_NS, end - first_ns);
	for (size_t i = first_ns; i < end; i++) {
		uint32_t node = first_node + (uint32_t)(i - first_ns);
		tree->nodes[node].ns = graph->namespaces[i];
		if (ns_wanted(options, graph->namespaces[i]))
			tree_link(tree, node, top);
	}

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		const struct ns *ns = process->ns[type];

		if (process->kernel_thread && !options->kernel_threads)
			continue;
		add_threads(tree, process, type, first_node, first_ns);
		if (!ns) {
			if (!process->life.ended_ms)
				counts[process->read_status[type]]++;
			continue;
		}
		if (!ns_wanted(options, ns))
			continue;
		uint32_t node = tree_add(tree, ROW_PROCESS, 1);
		tree->nodes[node].ns = ns;
		tree->nodes[node].process = process;
		tree_link(tree, node, first_node + (uint32_t)(ns->index - first_ns));
	}
	note_unreadable(tree, top, type, counts);
	return end;
}

void tree_by_type(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	size_t at = 0;
	uint32_t left_out = 0;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (tree_type_wanted(options, type)) {
			at = add_type(tree, graph, options, type, at);
			continue;
		}
		while (at < graph->ns_count && graph->namespaces[at]->id.type == type)
			at++;
	}
	for (size_t i = 0; i < graph->process_count && !options->kernel_threads; i++)
		left_out +=
		    graph->processes[i]->kernel_thread && !graph->processes[i]->life.ended_ms;
	tree_note_kernel_threads(tree, ROW_NONE, left_out);
}
