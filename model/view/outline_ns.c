/* The groupings by type, by owner and by group of namespaces. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

static bool type_wanted(const struct outline_options *options, enum nstype type)
{
	bool any = false;

	for (enum nstype t = 0; t < NS_TYPE_COUNT; t++)
		any |= options->type_shown[t];
	return !any || options->type_shown[type];
}

static bool left_out(const struct outline_options *options, const struct process *process)
{
	return process->kernel_thread && !options->kernel_threads;
}

static void note_left_out(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	uint32_t count = 0;

	for (size_t i = 0; i < graph->process_count; i++)
		count +=
		    left_out(options, graph->processes[i]) && !graph->processes[i]->life.ended_ms;
	tree_note_kernel_threads(tree, ROW_NONE, count);
}

/* --- By type: types → namespaces → members ------------------------------------------------------- */

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
		    xasprintf(ngettext("%u process not shown: %s", "%u processes not shown: %s",
		                  counts[why]),
		        counts[why], read_status_text(why)));
	}
}

/* @first_ns: where the namespaces of @type begin in graph->namespaces; returns where they end. */
static size_t add_type(struct outline_tree *tree, const struct graph *graph,
    const struct outline_options *options, enum nstype type, size_t first_ns)
{
	uint32_t counts[READ_NEVER + 1] = {0};
	uint32_t top = tree_add(tree, ROW_TYPE, 1), first_node;
	size_t end = first_ns;

	while (end < graph->ns_count && graph->namespaces[end]->id.type == type)
		end++;
	tree->nodes[top].type = type;
	tree_link(tree, top, ROW_NONE);

	/* The node of a namespace is this + its index. */
	first_node = tree_add(tree, ROW_NS, end - first_ns) - (uint32_t)first_ns;
	for (size_t i = first_ns; i < end; i++) {
		const struct ns *ns = graph->namespaces[i];

		tree->nodes[first_node + ns->index].ns = ns;
		if (ns_wanted(options, ns))
			tree_link(tree, first_node + ns->index, top);
	}
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		const struct ns *ns = process->ns[type];
		const struct thread *thread = process->first_thread;

		if (left_out(options, process))
			continue;
		for (; thread; thread = thread->next) {
			if (thread->ns[type] && thread->ns[type] != ns)
				tree_add_member(tree, first_node + thread->ns[type]->index, process,
				    thread, thread->ns[type]);
		}
		if (ns && ns_wanted(options, ns))
			tree_add_member(tree, first_node + ns->index, process, NULL, ns);
		if (!ns && !process->life.ended_ms)
			counts[process->read_status[type]]++;
	}
	note_unreadable(tree, top, type, counts);
	return end;
}

void tree_by_type(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	size_t at = 0;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		if (type_wanted(options, type)) {
			at = add_type(tree, graph, options, type, at);
			continue;
		}
		while (at < graph->ns_count && graph->namespaces[at]->id.type == type)
			at++;
	}
	note_left_out(tree, graph, options);
}

/* --- By owner ------------------------------------------------------------------------------------
 *
 * User namespaces nested by parent, and below each the namespaces that it owns.  user_namespaces(7): a
 * namespace is owned by the user namespace of the process that created it, and privilege over it is privilege
 * in the owner or in an ancestor of the owner.  The owner of a user namespace is its parent, so one tree shows
 * both.
 *
 * Below a user namespace are, in this order, the namespaces of the other types that it owns, a row for its own
 * members (ROW_MEMBERS), and its child user namespaces.  A process has a row in each of its namespaces, as by
 * type; folds, actors and reports prefer that in the user namespace.  See outline.c.
 *
 * NS_GET_USERNS and NS_GET_PARENT show nothing above the caller's own user namespace, ioctl_nsfs(2).
 * Namespaces whose owner cannot be read are below a row for the reason (ROW_UNKNOWN). */

struct owner_view {
	struct outline_tree *tree;
	const struct graph *graph;
	const struct outline_options *options;
	uint32_t first_ns;                 /* the node of namespace i is this + i */
	uint32_t *members;                 /* for each user namespace its ROW_MEMBERS */
	uint32_t unknown[READ_NEVER + 1];  /* for each reason its ROW_UNKNOWN */
	uint32_t unplaced[READ_NEVER + 1]; /* processes, by reason */
};

static uint32_t node_above(struct owner_view *view, const struct ns *ns)
{
	bool user = ns->id.type == NS_USER;
	const struct ns *above = user ? ns->parent : ns->owner;
	enum read_status why = user ? ns->parent_status : ns->owner_status;

	if (above)
		return view->first_ns + above->index;
	/* For the parent of the initial one the kernel returns EPERM, as for one that is not visible. */
	if (why == READ_OK || (user && ns->initial))
		return ROW_NONE;
	if (view->unknown[why] == ROW_NONE) {
		view->unknown[why] = tree_add(view->tree, ROW_UNKNOWN, 1);
		view->tree->nodes[view->unknown[why]].why = why;
	}
	return view->unknown[why];
}

static void link_namespaces(struct owner_view *view, bool user)
{
	for (size_t i = 0; i < view->graph->ns_count; i++) {
		const struct ns *ns = view->graph->namespaces[i];

		if ((ns->id.type == NS_USER) != user ||
		    (!user && !type_wanted(view->options, ns->id.type)))
			continue;
		uint32_t above = node_above(view, ns);
		tree_link(view->tree, view->first_ns + (uint32_t)i, above);
	}
}

/* The parent of the rows of the members of @ns. */
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

static void add_owned_members(
    struct owner_view *view, const struct process *process, enum nstype type)
{
	const struct ns *own = process->ns[type];

	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		const struct ns *ns = thread->ns[type];

		if (ns && ns != own)
			tree_add_member(view->tree, node_of_members(view, ns), process, thread, ns);
	}
	if (own)
		tree_add_member(view->tree, node_of_members(view, own), process, NULL, own);
}

/* @process is counted once for each reason, however many of its links have it. */
static void count_unplaced(struct owner_view *view, const struct process *process)
{
	bool counted[READ_NEVER + 1] = {[READ_OK] = true};

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		enum read_status why = process->read_status[type];

		if (!type_wanted(view->options, type) || process->life.ended_ms || counted[why])
			continue;
		counted[why] = true;
		view->unplaced[why]++;
	}
}

static void add_processes(struct owner_view *view)
{
	for (size_t i = 0; i < view->graph->process_count; i++) {
		const struct process *process = view->graph->processes[i];

		if (left_out(view->options, process))
			continue;
		for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
			if (type_wanted(view->options, type))
				add_owned_members(view, process, type);
		}
		count_unplaced(view, process);
	}
}

void tree_by_owner(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	struct owner_view view = {.tree = tree, .graph = graph, .options = options};
	autofree uint32_t *members = xmalloc((graph->ns_count + 1) * sizeof(*members));

	view.members = members;
	view.first_ns = tree_add(tree, ROW_NS, graph->ns_count);
	for (size_t i = 0; i < graph->ns_count; i++) {
		members[i] = ROW_NONE;
		tree->nodes[view.first_ns + i].ns = graph->namespaces[i];
	}
	for (enum read_status why = READ_OK; why <= READ_NEVER; why++)
		view.unknown[why] = ROW_NONE;

	/* Below the same row, what is linked first comes first. */
	link_namespaces(&view, false);
	add_processes(&view);
	link_namespaces(&view, true);
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		if (view.unknown[why] != ROW_NONE)
			tree_link(tree, view.unknown[why], ROW_NONE);
	}
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		uint32_t count = view.unplaced[why];

		if (count)
			tree_note(tree, ROW_NONE, 0, why,
			    xasprintf(ngettext("%u process not shown in every type: %s",
			                  "%u processes not shown in every type: %s", count),
			        count, read_status_text(why)));
	}
	note_left_out(tree, graph, options);
}

/* --- By group: the processes with the same eight namespaces, see ns_groups.h ---------------------
 *
 * Ordered by a type, groups are below the namespaces of that type: this shows which groups share it, and in
 * which other namespaces they differ.  Processes without a group are below a note with the reason. */

static void add_group_members(struct outline_tree *tree, uint32_t parent,
    const struct ns_group_member *members, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		tree_add_member(tree, parent, members[i].process, members[i].thread, NULL);
}

/* The parent of the row of a group.  @last: the node of the namespace of the group before. */
static uint32_t node_of_ns(struct outline_tree *tree, const struct ns *ns, uint32_t *last)
{
	if (!ns)
		return ROW_NONE;
	if (*last != ROW_NONE && tree->nodes[*last].ns == ns)
		return *last;
	*last = tree_add(tree, ROW_NS, 1);
	tree->nodes[*last].ns = ns;
	tree_link(tree, *last, ROW_NONE);
	return *last;
}

void tree_by_group(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	struct ns_groups *ns_groups = &tree->ns_groups;
	enum nstype type = ns_groups_order_type(&options->ns_groups);
	uint32_t last = ROW_NONE;

	ns_groups_build(ns_groups, graph, options->kernel_threads, &options->ns_groups);
	for (size_t i = 0; i < ns_groups->count; i++) {
		const struct ns_group *ns_group = &ns_groups->groups[i];
		uint32_t parent =
		    type < NS_TYPE_COUNT ? node_of_ns(tree, ns_group->ns[type], &last) : ROW_NONE;
		uint32_t node = tree_add(tree, ROW_NS_GROUP, 1);

		tree->nodes[node].ns_group = ns_group;
		tree_link(tree, node, parent);
		add_group_members(tree, node, ns_group->members, ns_group->member_count);
	}
	for (enum read_status why = READ_DENIED; why <= READ_NEVER; why++) {
		uint32_t count = ns_groups->unplaced[why], note;

		if (!count)
			continue;
		note = tree_note(tree, ROW_NONE, 0, why,
		    xasprintf(ngettext("%u process is in no group: %s",
		                  "%u processes are in no group: %s", count),
		        count, read_status_text(why)));
		add_group_members(
		    tree, note, ns_groups->members + ns_groups->first_unplaced[why], count);
	}
	tree_note_kernel_threads(tree, ROW_NONE, ns_groups->kernel_threads);
}
