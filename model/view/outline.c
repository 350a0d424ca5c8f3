/* From the whole tree to the rows that are shown: order, search, filter, folds. */
#include "model/view/outline.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

#include <string.h>

const char *const grouping_names[GROUPING_COUNT] = {
    [GROUP_BY_PID] = "pid",
    [GROUP_BY_TYPE] = "type",
    [GROUP_BY_OWNER] = "owner",
    [GROUP_BY_NS_GROUP] = "room",
};

bool grouping_from_name(const char *name, enum grouping *ret_grouping)
{
	for (enum grouping grouping = 0; grouping < GROUPING_COUNT; grouping++) {
		if (strcmp(name, grouping_names[grouping]) == 0) {
			*ret_grouping = grouping;
			return true;
		}
	}
	return false;
}

/* --- The tree --------------------------------------------------------------------------------- */

uint32_t tree_add(struct outline_tree *tree, enum row_kind kind, size_t count)
{
	size_t first = tree->count;

	array_reserve(tree->nodes, tree->capacity, tree->count + count);
	for (size_t i = first; i < first + count; i++) {
		tree->nodes[i] = (struct tree_node){
		    .parent = ROW_NONE,
		    .first_child = ROW_NONE,
		    .last_child = ROW_NONE,
		    .next = ROW_NONE,
		    .row = ROW_NONE,
		    .last_of_cast = ROW_NONE,
		    .kind = kind,
		};
	}
	tree->count += count;
	return (uint32_t)first;
}

void tree_link(struct outline_tree *tree, uint32_t node, uint32_t parent)
{
	uint32_t *first = &tree->first_root, *last = &tree->last_root;

	if (parent != ROW_NONE) {
		first = &tree->nodes[parent].first_child;
		last = &tree->nodes[parent].last_child;
	}
	tree->nodes[node].parent = parent;
	if (*last == ROW_NONE)
		*first = node;
	else
		tree->nodes[*last].next = node;
	*last = node;
}

void tree_add_thread(
    struct outline_tree *tree, uint32_t parent, const struct thread *thread, const struct ns *ns)
{
	uint32_t at = tree_add(tree, ROW_THREAD, 1);
	struct tree_node *node = &tree->nodes[at];

	node->process = thread->process;
	node->thread = thread;
	node->ns = ns;
	tree_link(tree, at, parent);
}

uint32_t tree_note(
    struct outline_tree *tree, uint32_t parent, enum nstype type, enum read_status why, char *text)
{
	uint32_t at = tree_add(tree, ROW_NOTE, 1);
	struct tree_node *node = &tree->nodes[at];

	node->type = type;
	node->why = why;
	node->note = text;
	array_reserve(tree->notes, tree->note_capacity, tree->note_count + 1);
	tree->notes[tree->note_count++] = text;
	tree_link(tree, at, parent);
	return at;
}

void tree_note_kernel_threads(struct outline_tree *tree, uint32_t parent, uint32_t count)
{
	if (!count)
		return;
	tree_note(tree, parent, 0, READ_OK,
	    xasprintf(
	        ngettext("%u kernel thread is not shown", "%u kernel threads are not shown", count),
	        count));
}

static void tree_reset(struct outline_tree *tree)
{
	for (size_t i = 0; i < tree->note_count; i++)
		free(tree->notes[i]);
	tree->note_count = 0;
	ns_groups_done(&tree->ns_groups);
	tree->count = tree->order_count = 0;
	tree->first_root = tree->last_root = ROW_NONE;
}

/* Writes into tree->order the nodes below @root (ROW_NONE: all), parents first, and their spans.
 * No recursion: a process tree may be as deep as there are processes. */
static void tree_order(struct outline_tree *tree, uint32_t root)
{
	uint32_t at = root == ROW_NONE ? tree->first_root : root;

	array_reserve(tree->order, tree->order_capacity, tree->count);
	while (at != ROW_NONE) {
		struct tree_node *node = &tree->nodes[at];

		tree->order[tree->order_count++] = at;
		node->span = 1;
		if (node->first_child != ROW_NONE) {
			at = node->first_child;
			continue;
		}
		while (at != root && tree->nodes[at].next == ROW_NONE) {
			at = tree->nodes[at].parent;
			if (at == ROW_NONE)
				break;
		}
		at = at == root || at == ROW_NONE ? ROW_NONE : tree->nodes[at].next;
	}
	for (size_t i = tree->order_count; i-- > 0;) {
		uint32_t parent = tree->nodes[tree->order[i]].parent;

		if (parent != ROW_NONE && tree->order[i] != root)
			tree->nodes[parent].span += tree->nodes[tree->order[i]].span;
	}
}

/* --- Search and filter ------------------------------------------------------------------------ */

/* By type and by owner a process stands in eight places: what was found out about it once is
 * kept. */
struct finder {
	const char *needle;
	uint8_t *known; /* for each process: 0 not asked yet, 1 no, 2 yes */
};

static bool finder_matches(struct finder *finder, const struct tree_node *node)
{
	switch ((enum row_kind)node->kind) {
	case ROW_TYPE:
		return row_holds(
		    &(struct row){.key = {.kind = ROW_TYPE, .type = node->type}}, finder->needle);
	case ROW_NS:
		return ns_holds(node->ns, finder->needle);
	case ROW_PROCESS: {
		uint8_t *known = &finder->known[node->process->index];
		if (!*known)
			*known = process_holds(node->process, finder->needle) ? 2 : 1;
		return *known == 2;
	}
	case ROW_THREAD:
		return thread_holds(node->thread, finder->needle);
	case ROW_NS_GROUP:
		return ns_group_holds(node->ns_group, finder->needle);
	case ROW_MEMBERS:
	case ROW_UNKNOWN:
	case ROW_NOTE:
		return false;
	}
	return false;
}

static void tree_search(struct outline_tree *tree, const struct graph *graph, const char *needle)
{
	autofree uint8_t *known = xcalloc(graph->process_count + 1, 1);
	struct finder finder = {.needle = needle, .known = known};

	for (size_t i = 0; i < tree->order_count; i++) {
		struct tree_node *node = &tree->nodes[tree->order[i]];
		node->matched = finder_matches(&finder, node);
	}
}

static void tree_filter(struct outline_tree *tree, const struct graph *graph, const char *needle)
{
	autofree uint8_t *known = xcalloc(graph->process_count + 1, 1);
	struct finder finder = {.needle = needle, .known = known};

	for (size_t i = 0; i < tree->order_count; i++) {
		struct tree_node *node = &tree->nodes[tree->order[i]];
		bool found = finder_matches(&finder, node);

		node->kept_whole = found && (node->kind == ROW_NS || node->kind == ROW_TYPE ||
		                                node->kind == ROW_NS_GROUP);
		if (i > 0 && node->parent != ROW_NONE)
			node->kept_whole |= tree->nodes[node->parent].kept_whole;
		node->found = found;
		node->kept = found || node->kept_whole;
	}
	for (size_t i = tree->order_count; i-- > 0;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->kept |= node->found_below;
		if (node->parent != ROW_NONE)
			tree->nodes[node->parent].found_below |= node->found || node->found_below;
	}
}

static void tree_keep_all(struct outline_tree *tree)
{
	for (size_t i = 0; i < tree->order_count; i++)
		tree->nodes[tree->order[i]].kept = true;
}

/* Counts what is kept below each node, and finds the last kept child of each. */
static void tree_count(struct outline_tree *tree)
{
	bool root_set = false;

	for (size_t i = tree->order_count; i-- > 0;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		if (!node->kept)
			continue;
		bool *set = &root_set;
		if (node->parent != ROW_NONE) {
			struct tree_node *parent = &tree->nodes[node->parent];
			parent->below += 1 + node->below;
			set = &parent->last_set;
		}
		node->last = !*set;
		*set = true;
	}
}

/* --- Rows ------------------------------------------------------------------------------------- */

struct row_key node_key(const struct tree_node *node)
{
	struct row_key key = {.kind = node->kind};

	if (node->kind == ROW_TYPE || node->kind == ROW_NOTE || node->kind == ROW_UNKNOWN) {
		key.type = node->type;
		key.why = node->why;
	}
	if (node->ns)
		key.ns = node->ns->id;
	if (node->process)
		key.process = node->process->id;
	if (node->thread)
		key.tid = node->thread->tid;
	if (node->ns_group) {
		key.ns_group = node->ns_group->hash;
		key.process = node->ns_group->first->id;
	}
	return key;
}

static void node_row(const struct outline_tree *tree, const struct tree_node *node,
    const struct row *parent, struct row *ret_row)
{
	*ret_row = (struct row){
	    .key = node_key(node),
	    .ns = node->ns,
	    .process = node->process,
	    .thread = node->thread,
	    .ns_group = node->ns_group,
	    .note = node->note,
	    .parent = ROW_NONE,
	    .last = node->last,
	    .has_children = node->below > 0,
	    .matched = node->matched,
	    .joined = node->joined,
	};
	if (parent) {
		ret_row->parent = tree->nodes[node->parent].row;
		ret_row->depth = parent->depth < UINT16_MAX ? parent->depth + 1 : UINT16_MAX;
	}
}

/* Long lists that say little begin folded: the kernel's threads, and by type the members of the
 * namespaces that everything is in.  By owner, only the members of user namespaces begin in sight,
 * so that each process outside of the usual one stands in one row and not in eight.  A room's row
 * tells all that its members have in common.  Not when the filter found something in them. */
static bool folded_by_default(const struct outline_tree *tree, const struct tree_node *node)
{
	if (node->found_below)
		return false;
	switch (tree->grouping) {
	case GROUP_BY_PID:
		return node->kind == ROW_PROCESS && node->process->kernel_thread;
	case GROUP_BY_OWNER:
		if (node->kind == ROW_MEMBERS)
			return node->ns->reference;
		return node->kind == ROW_NS && node->ns->id.type != NS_USER;
	case GROUP_BY_NS_GROUP:
		return node->kind == ROW_NS_GROUP || node->kind == ROW_NOTE;
	default:
		return node->kind == ROW_NS && node->ns->reference;
	}
}

bool node_folded(const struct outline_tree *tree, const struct tree_node *node,
    const struct folds *folds, bool by_default)
{
	struct row_key key = node_key(node);

	return folds && node->below > 0 &&
	       folds_get(folds, &key, by_default || folded_by_default(tree, node));
}

static void tree_rows(
    struct outline_tree *tree, const struct outline_options *options, struct outline *outline)
{
	bool shines = false;

	for (size_t i = 0; i < tree->order_count;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];
		const struct row *parent = NULL;

		array_reserve(outline->rows, outline->capacity, outline->count + 1);
		if (i > 0 && node->parent != ROW_NONE)
			parent = &outline->rows[tree->nodes[node->parent].row];
		bool through = parent && parent->folded;
		if (!node->kept || (through && !node->of_cast)) {
			i += node->span;
			continue;
		}
		struct row *row = &outline->rows[outline->count];
		node_row(tree, node, parent, row);
		node->row = (uint32_t)outline->count++;
		/* Below a folded row the way to the cast is shown, and nothing beside it. */
		row->folded = node_folded(tree, node, options->folds, through);
		if (row->folded)
			row->hidden = node->below;
		if (through)
			tree_shines_through(tree, outline, node);
		shines |= through;
		i += row->folded && (!node->cast_below || node_hides_cast(tree, node)) ? node->span
		                                                                       : 1;
	}
	if (shines)
		outline_count_hidden(outline);
}

void outline_build(
    struct outline *outline, const struct graph *graph, const struct outline_options *options)
{
	uint32_t root = ROW_NONE;

	if (!outline->tree)
		outline->tree = xcalloc(1, sizeof(*outline->tree));
	struct outline_tree *tree = outline->tree;
	outline->count = outline->matched = 0;
	tree_reset(tree);
	tree->grouping = options->grouping;

	if (options->grouping == GROUP_BY_TYPE) {
		tree_by_type(tree, graph, options);
	} else if (options->grouping == GROUP_BY_OWNER) {
		tree_by_owner(tree, graph, options);
	} else if (options->grouping == GROUP_BY_NS_GROUP) {
		tree_by_group(tree, graph, options);
	} else {
		tree_by_pid(tree, graph, options, &root);
		if (options->root_pid && root == ROW_NONE)
			return;
	}
	tree_order(tree, root);
	if (options->search && options->search[0])
		tree_search(tree, graph, options->search);
	if (options->filter && options->filter[0])
		tree_filter(tree, graph, options->filter);
	else
		tree_keep_all(tree);
	tree_count(tree);
	tree_mark_cast(tree, &options->cast);
	for (size_t i = 0; i < tree->order_count; i++) {
		const struct tree_node *node = &tree->nodes[tree->order[i]];
		outline->matched += node->matched && node->kept;
	}
	tree_rows(tree, options, outline);
}

void outline_done(struct outline *outline)
{
	if (outline->tree) {
		tree_reset(outline->tree);
		free(outline->tree->nodes);
		free(outline->tree->order);
		free(outline->tree->notes);
		free(outline->tree);
	}
	free(outline->rows);
	*outline = (struct outline){0};
}
