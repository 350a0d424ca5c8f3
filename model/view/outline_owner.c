/* The grouping by ownership: user namespaces nested by parent, and below each what it owns.
 *
 * user_namespaces(7): each namespace belongs to the user namespace that its maker was in, and
 * privilege over it is privilege in that one or above it.  The owner of a user namespace is its
 * parent, so one tree tells it all.
 *
 * Below a user namespace stand, in this order, the namespaces of the other types that it owns, a
 * row for its own members (ROW_MEMBERS), and the user namespaces below it.  Members stand in all
 * of their namespaces as by type.  Folds, cast and reports make one of these places the usual one:
 * the members of a user namespace.  See outline.c.
 *
 * What is above may be out of sight: NS_GET_USERNS and NS_GET_PARENT tell nothing that is above
 * the caller's own user namespace, ioctl_nsfs(2).  Such namespaces stand below a row for the reason
 * (ROW_UNKNOWN).
 */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

struct owner_view {
	struct outline_tree *tree;
	const struct graph *graph;
	const struct outline_options *options;
	uint32_t first_ns;                 /* the node of namespace i is this + i */
	uint32_t *members;                 /* for each user namespace its ROW_MEMBERS */
	uint32_t unknown[READ_NEVER + 1];  /* for each reason its ROW_UNKNOWN */
	uint32_t unplaced[READ_NEVER + 1]; /* processes, by reason */
};

static bool shown(const struct owner_view *view, enum nstype type)
{
	return tree_type_wanted(view->options, type);
}

static bool left_out(const struct owner_view *view, const struct process *process)
{
	return process->kernel_thread && !view->options->kernel_threads;
}

/* --- Namespaces ------------------------------------------------------------------------------- */

static uint32_t unknown_node(struct owner_view *view, enum read_status why)
{
	if (view->unknown[why] == ROW_NONE) {
		view->unknown[why] = tree_add(view->tree, ROW_UNKNOWN, 1);
		view->tree->nodes[view->unknown[why]].why = why;
	}
	return view->unknown[why];
}

static uint32_t place_of_ns(struct owner_view *view, const struct ns *ns)
{
	bool user = ns->id.type == NS_USER;
	const struct ns *above = user ? ns->parent : ns->owner;
	enum read_status why = user ? ns->parent_status : ns->owner_status;

	if (above)
		return view->first_ns + above->index;
	/* Asked for what is above the initial one, the kernel says EPERM, as it does for what is out
	 * of sight. */
	if (why == READ_OK || (user && ns->initial))
		return ROW_NONE;
	return unknown_node(view, why);
}

static void link_namespaces(struct owner_view *view, bool user)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if ((ns->id.type == NS_USER) != user || (!user && !shown(view, ns->id.type)))
			continue;
		uint32_t place = place_of_ns(view, ns);
		tree_link(view->tree, view->first_ns + (uint32_t)i, place);
	}
}

/* --- Members ---------------------------------------------------------------------------------- */

/* What the members of @ns stand below. */
static uint32_t node_of_members(struct owner_view *view, const struct ns *ns)
{
	uint32_t node = view->first_ns + ns->index;

	if (ns->id.type != NS_USER)
		return node;
	if (view->members[ns->index] == ROW_NONE) {
		uint32_t members = tree_add(view->tree, ROW_MEMBERS, 1);

		view->tree->nodes[members].ns = ns;
		tree_link(view->tree, members, node);
		view->members[ns->index] = members;
	}
	return view->members[ns->index];
}

static void add_member(struct owner_view *view, const struct process *process, const struct ns *ns)
{
	uint32_t parent = node_of_members(view, ns);
	uint32_t node = tree_add(view->tree, ROW_PROCESS, 1);

	view->tree->nodes[node].ns = ns;
	view->tree->nodes[node].process = process;
	tree_link(view->tree, node, parent);
}

/* Those that are where their process is not. */
static void add_threads(struct owner_view *view, const struct process *process, enum nstype type)
{
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct ns *ns = thread->ns[type];

		if (ns && ns != process->ns[type])
			tree_add_thread(view->tree, node_of_members(view, ns), thread, ns);
	}
}

/* @process is told of once for each reason, however many of its links there are. */
static void count_unplaced(struct owner_view *view, const struct process *process)
{
	bool seen[READ_NEVER + 1] = {[READ_OK] = true};

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		enum read_status why = process->read_status[type];

		if (!shown(view, type) || process->life.ended_ms || seen[why])
			continue;
		seen[why] = true;
		view->unplaced[why]++;
	}
}

static void add_members(struct owner_view *view)
{
	const struct graph *graph = view->graph;

	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		if (left_out(view, process))
			continue;
		for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
			if (!shown(view, type))
				continue;
			add_threads(view, process, type);
			if (process->ns[type])
				add_member(view, process, process->ns[type]);
		}
		count_unplaced(view, process);
	}
}

/* --- The whole -------------------------------------------------------------------------------- */

static void note_unplaced(struct owner_view *view)
{
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		uint32_t count = view->unplaced[why];

		if (!count)
			continue;
		tree_note(view->tree, ROW_NONE, 0, why,
		    xasprintf(ngettext("%u process could not be placed in every type: %s",
		                  "%u processes could not be placed in every type: %s", count),
		        count, read_status_text(why)));
	}
}

static void note_left_out(struct owner_view *view)
{
	const struct graph *graph = view->graph;
	uint32_t count = 0;

	for (size_t i = 0; i < graph->process_count; i++)
		count += left_out(view, graph->processes[i]) && !graph->processes[i]->life.ended_ms;
	tree_note_kernel_threads(view->tree, ROW_NONE, count);
}

void tree_by_owner(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	struct owner_view view = {.tree = tree, .graph = graph, .options = options};
	autofree uint32_t *members = xmalloc((graph->ns_count + 1) * sizeof(*members));

	view.members = members;
	for (size_t i = 0; i < graph->ns_count; i++)
		members[i] = ROW_NONE;
	for (enum read_status why = READ_OK; why <= READ_NEVER; why++)
		view.unknown[why] = ROW_NONE;
	view.first_ns = tree_add(tree, ROW_NS, graph->ns_count);
	for (size_t i = 0; i < graph->ns_count; i++)
		tree->nodes[view.first_ns + i].ns = graph->namespaces[i];

	/* What is linked first stands first below the same row. */
	link_namespaces(&view, false);
	add_members(&view);
	link_namespaces(&view, true);
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		if (view.unknown[why] != ROW_NONE)
			tree_link(tree, view.unknown[why], ROW_NONE);
	}
	note_unplaced(&view);
	note_left_out(&view);
}
