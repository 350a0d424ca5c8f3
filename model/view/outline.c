/* From the whole tree to the rows that are shown: order, search, filter, folds. */
#include "model/view/outline.h"

#include "model/base/hash.h"
#include "model/base/i18n.h"
#include "model/base/text.h"
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/view/outline_tree.h"

#include <stdio.h>
#include <string.h>

const char *const grouping_names[GROUPING_COUNT] = {
    [GROUP_BY_PID] = "pid",
    [GROUP_BY_TYPE] = "type",
    [GROUP_BY_OWNER] = "owner",
    [GROUP_BY_NS_GROUP] = "group",
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

/* --- Keys and folds --------------------------------------------------------------------------- */

struct fold {
	struct row_key key;
	bool folded;
	struct fold *next; /* of all */
};

struct folds {
	struct hash table;
	struct fold *first;
};

bool row_key_equal(const struct row_key *a, const struct row_key *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case ROW_TYPE:
		return a->type == b->type;
	case ROW_NS:
	case ROW_MEMBERS:
		return ns_id_equal(&a->ns, &b->ns);
	case ROW_PROCESS:
		return process_id_equal(&a->process, &b->process) && ns_id_equal(&a->ns, &b->ns);
	case ROW_THREAD:
		return a->tid == b->tid && process_id_equal(&a->process, &b->process) &&
		       ns_id_equal(&a->ns, &b->ns);
	case ROW_NS_GROUP:
		return a->ns_group == b->ns_group;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		return a->type == b->type && a->why == b->why;
	}
	return false;
}

uint64_t row_key_hash(const struct row_key *key)
{
	uint64_t hash = 0;

	switch (key->kind) {
	case ROW_TYPE:
		hash = key->type;
		break;
	case ROW_NS:
	case ROW_MEMBERS:
		hash = ns_id_hash(&key->ns);
		break;
	case ROW_PROCESS:
		hash = process_id_hash(&key->process) ^ hash_mix(ns_id_hash(&key->ns));
		break;
	case ROW_THREAD:
		hash = process_id_hash(&key->process) ^ hash_mix(ns_id_hash(&key->ns)) ^
		       hash_mix((uint64_t)key->tid);
		break;
	case ROW_NS_GROUP:
		hash = key->ns_group;
		break;
	case ROW_UNKNOWN:
	case ROW_NOTE:
		hash = (uint64_t)key->type << 8 | key->why;
		break;
	}
	return hash_mix(hash ^ (uint64_t)key->kind << 61);
}

struct folds *folds_new(void)
{
	return xcalloc(1, sizeof(struct folds));
}

void folds_free(struct folds *folds)
{
	if (folds)
		folds_clear(folds);
	free(folds);
}

void folds_clear(struct folds *folds)
{
	while (folds->first) {
		struct fold *fold = folds->first;

		folds->first = fold->next;
		free(fold);
	}
	hash_done(&folds->table);
}

static struct fold *find_fold(const struct folds *folds, const struct row_key *key)
{
	struct fold *fold;

	hash_each (fold, &folds->table, row_key_hash(key)) {
		if (row_key_equal(&fold->key, key))
			break;
	}
	return fold;
}

void folds_set(struct folds *folds, const struct row_key *key, bool folded)
{
	struct fold *fold = find_fold(folds, key);

	if (!fold) {
		fold = xmalloc(sizeof(*fold));
		*fold = (struct fold){.key = *key, .next = folds->first};
		folds->first = fold;
		hash_put(&folds->table, row_key_hash(key), fold);
	}
	fold->folded = folded;
}

bool folds_get(const struct folds *folds, const struct row_key *key, bool by_default)
{
	const struct fold *fold = find_fold(folds, key);

	return fold ? fold->folded : by_default;
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
		    .last_actor = ROW_NONE,
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

void tree_add_member(struct outline_tree *tree, uint32_t parent, const struct process *process,
    const struct thread *thread, const struct ns *ns)
{
	uint32_t at = tree_add(tree, thread ? ROW_THREAD : ROW_PROCESS, 1);

	tree->nodes[at].process = process;
	tree->nodes[at].thread = thread;
	tree->nodes[at].ns = ns;
	tree_link(tree, at, parent);
}

uint32_t tree_note_unlinked(
    struct outline_tree *tree, enum nstype type, enum read_status why, char *text)
{
	uint32_t at = tree_add(tree, ROW_NOTE, 1);
	struct tree_node *node = &tree->nodes[at];

	node->type = type;
	node->why = why;
	node->note = text;
	array_reserve(tree->notes, tree->note_capacity, tree->note_count + 1);
	tree->notes[tree->note_count++] = text;
	return at;
}

uint32_t tree_note(
    struct outline_tree *tree, uint32_t parent, enum nstype type, enum read_status why, char *text)
{
	uint32_t at = tree_note_unlinked(tree, type, why, text);

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

static bool number_holds(int64_t number, const char *needle)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)number);

	return text_holds(digits, (size_t)len, needle);
}

static bool process_holds(const struct process *process, const char *needle)
{
	if (string_holds(process->comm, needle) || string_holds(process->user, needle))
		return true;
	if (process->cmdline && text_holds(process->cmdline, process->cmdline_len, needle))
		return true;

	/* Only digits can be in a number; spares most searches the formatting. */
	if (needle[strspn(needle, "0123456789")])
		return false;
	if (number_holds(process->id.pid, needle))
		return true;
	for (int i = 0; i < process->pid_levels; i++) {
		if (number_holds(process->pids[i], needle))
			return true;
	}
	return false;
}

static bool ns_holds(const struct ns *ns, const char *needle)
{
	char id[64];
	int len = snprintf(
	    id, sizeof(id), "%s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);

	return text_holds(id, (size_t)len, needle) || string_holds(ns->name, needle) ||
	       string_holds(ns->hostname, needle);
}

static bool ns_group_holds(const struct ns_group *ns_group, const char *needle)
{
	struct container container;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (ns_group->ns[type] && ns_holds(ns_group->ns[type], needle))
			return true;
	}
	return container_of_process(ns_group->first, &container) &&
	       (string_holds(container_kind_names[container.kind], needle) ||
	           string_holds(container.id, needle) || string_holds(container.name, needle));
}

/* By type and by owner a process has eight rows: the result of its first search is kept. */
struct finder {
	const char *needle;
	uint8_t *known; /* for each process: 0 not searched yet, 1 no, 2 yes */
};

/* Does the row of @node hold the needle?  Case is ignored (ASCII).  Searched: comm, command line, user, PID at
 * each level, type, inode ("uts:4026531838" too), bind name, host name. */
static bool finder_matches(struct finder *finder, const struct tree_node *node)
{
	uint8_t *known;

	switch ((enum row_kind)node->kind) {
	case ROW_TYPE:
		return string_holds(ns_types[node->type].name, finder->needle);
	case ROW_NS:
		return ns_holds(node->ns, finder->needle);
	case ROW_PROCESS:
		known = &finder->known[node->process->index];
		if (!*known)
			*known = process_holds(node->process, finder->needle) ? 2 : 1;
		return *known == 2;
	case ROW_THREAD:
		return string_holds(node->thread->comm, finder->needle) ||
		       number_holds(node->thread->tid, finder->needle);
	case ROW_NS_GROUP:
		return ns_group_holds(node->ns_group, finder->needle);
	case ROW_MEMBERS:
	case ROW_UNKNOWN:
	case ROW_NOTE:
		break;
	}
	return false;
}

static void tree_search(struct outline_tree *tree, struct finder *finder)
{
	for (size_t i = 0; i < tree->order_count; i++) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->matched = finder_matches(finder, node);
	}
}

static void tree_filter(struct outline_tree *tree, struct finder *finder)
{
	for (size_t i = 0; i < tree->order_count; i++) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->found = finder_matches(finder, node);
		node->kept_whole = node->found && (node->kind == ROW_NS || node->kind == ROW_TYPE ||
		                                      node->kind == ROW_NS_GROUP);
		if (i > 0 && node->parent != ROW_NONE)
			node->kept_whole |= tree->nodes[node->parent].kept_whole;
		node->kept = node->found || node->kept_whole;
	}
	for (size_t i = tree->order_count; i-- > 0;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->kept |= node->found_below;
		if (node->parent != ROW_NONE)
			tree->nodes[node->parent].found_below |= node->found || node->found_below;
	}
}

/* Marks what the search finds and what the filter keeps. */
static void tree_find(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options)
{
	autofree uint8_t *searched = xcalloc(graph->process_count + 1, 1);
	autofree uint8_t *filtered = xcalloc(graph->process_count + 1, 1);

	if (options->search && options->search[0])
		tree_search(tree, &(struct finder){options->search, searched});
	if (options->filter && options->filter[0]) {
		tree_filter(tree, &(struct finder){options->filter, filtered});
		return;
	}
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

/* --- Actors in folded rows -------------------------------------------------------------------- */

static bool is_actor(const struct outline_actors *actors, const struct process *process)
{
	if (process->life.ended_ms)
		return false;
	for (size_t i = 0; i < actors->count; i++) {
		if (actors->pids[i] == process->id.pid)
			return true;
	}
	return false;
}

static bool node_hides_actors(const struct outline_tree *tree, const struct tree_node *node)
{
	if (tree->grouping == GROUP_BY_OWNER)
		return node->kind == ROW_NS && node->ns->id.type != NS_USER && node->ns->reference;
	return node->kind == ROW_TYPE;
}

static void tree_mark_actors(struct outline_tree *tree, const struct outline_actors *actors)
{
	if (!actors->count)
		return;
	for (size_t i = tree->order_count; i-- > 0;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->of_actor =
		    node->kept && !node_hides_actors(tree, node) &&
		    (node->actor_below || (node->process && is_actor(actors, node->process)));
		if (node->of_actor && node->parent != ROW_NONE)
			tree->nodes[node->parent].actor_below = true;
	}
}

static void tree_show_in_fold(
    struct outline_tree *tree, struct outline *outline, const struct tree_node *node)
{
	struct tree_node *parent = &tree->nodes[node->parent];

	outline->rows[node->row].last = true;
	if (parent->last_actor != ROW_NONE)
		outline->rows[parent->last_actor].last = false;
	parent->last_actor = node->row;
}

static void count_hidden(struct outline *outline)
{
	autofree uint32_t *shown = xcalloc(outline->count, sizeof(*shown));

	for (size_t i = outline->count; i-- > 0;) {
		struct row *row = &outline->rows[i];

		if (row->folded) {
			row->hidden -= shown[i];
			row->folded = row->hidden > 0;
		}
		if (row->parent != ROW_NONE)
			shown[row->parent] += 1 + shown[i];
	}
}

/* --- Rows ------------------------------------------------------------------------------------- */

static struct row_key node_key(const struct tree_node *node)
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

/* Long lists with little information begin folded: the kernel's threads, and by type the members of
 * the reference namespaces. By owner, only the members of user namespaces begin unfolded, so that each
 * process outside of the reference has one row and not eight. A group's row shows all that its members
 * have in common. Rows in which the filter found something begin unfolded. */
static bool folded_by_default(const struct outline_tree *tree, const struct tree_node *node)
{
	if (node->found_below)
		return false;
	switch (tree->grouping) {
	case GROUP_BY_PID:
		return node->kind == ROW_NOTE ||
		       (node->kind == ROW_PROCESS && node->process->kernel_thread);
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

static bool node_folded(const struct outline_tree *tree, const struct tree_node *node,
    const struct folds *folds, bool by_default)
{
	struct row_key key = node_key(node);

	return folds && node->below > 0 &&
	       folds_get(folds, &key, by_default || folded_by_default(tree, node));
}

static void tree_rows(
    struct outline_tree *tree, const struct outline_options *options, struct outline *outline)
{
	bool any_in_fold = false;

	for (size_t i = 0; i < tree->order_count;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];
		const struct row *parent = NULL;

		array_reserve(outline->rows, outline->capacity, outline->count + 1);
		if (i > 0 && node->parent != ROW_NONE)
			parent = &outline->rows[tree->nodes[node->parent].row];
		bool in_fold = parent && parent->folded;
		if (!node->kept || (in_fold && !node->of_actor)) {
			i += node->span;
			continue;
		}
		struct row *row = &outline->rows[outline->count];
		node_row(tree, node, parent, row);
		node->row = (uint32_t)outline->count++;
		/* Below a folded row only the rows that lead to actors are shown. */
		row->folded = node_folded(tree, node, options->folds, in_fold);
		if (row->folded)
			row->hidden = node->below;
		if (in_fold)
			tree_show_in_fold(tree, outline, node);
		any_in_fold |= in_fold;
		i += row->folded && (!node->actor_below || node_hides_actors(tree, node))
		         ? node->span
		         : 1;
	}
	if (any_in_fold)
		count_hidden(outline);
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
	tree_find(tree, graph, options);
	tree_count(tree);
	tree_mark_actors(tree, &options->actors);
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

/* --- The selection ---------------------------------------------------------------------------- */

uint32_t outline_find(const struct outline *outline, const struct row_key *key)
{
	for (uint32_t i = 0; i < outline->count; i++) {
		if (row_key_equal(&outline->rows[i].key, key))
			return i;
	}
	return ROW_NONE;
}

uint32_t outline_next_match(const struct outline *outline, uint32_t at, int step)
{
	uint32_t count = (uint32_t)outline->count;

	if (at >= count)
		at = step > 0 ? count - 1 : 0;
	for (uint32_t i = 0; i < count; i++) {
		if (step > 0)
			at = at + 1 < count ? at + 1 : 0;
		else
			at = at > 0 ? at - 1 : count - 1;
		if (outline->rows[at].matched)
			return at;
	}
	return ROW_NONE;
}

/* The place of the node of row @at in the order. */
static size_t place_of_row(const struct outline_tree *tree, uint32_t at)
{
	for (size_t i = 0; i < tree->order_count; i++) {
		if (tree->nodes[tree->order[i]].row == at)
			return i;
	}
	return 0;
}

/* Unfolds what hides @node.  Returns its key. */
static struct row_key open_way(
    const struct outline_tree *tree, const struct tree_node *node, struct folds *folds)
{
	struct row_key found = node_key(node);

	while (node->parent != ROW_NONE && tree->order[0] != (uint32_t)(node - tree->nodes)) {
		node = &tree->nodes[node->parent];
		struct row_key key = node_key(node);
		/* What is open stays without an entry: the other grouping knows it too. */
		if (node_folded(tree, node, folds, node->actor_below))
			folds_set(folds, &key, false);
	}
	return found;
}

bool outline_open_match(const struct outline *outline, uint32_t at, int step, struct folds *folds,
    struct row_key *ret_key)
{
	const struct outline_tree *tree = outline->tree;
	const struct tree_node *node = NULL;

	if (!outline->matched)
		return false;
	size_t count = tree->order_count, place = place_of_row(tree, at);
	do {
		place = (step > 0 ? place + 1 : place + count - 1) % count;
		node = &tree->nodes[tree->order[place]];
	} while (!node->matched || !node->kept);

	*ret_key = open_way(tree, node, folds);
	return true;
}

bool row_key_same_subject(const struct row_key *a, const struct row_key *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case ROW_PROCESS:
		return process_id_equal(&a->process, &b->process);
	case ROW_THREAD:
		return process_id_equal(&a->process, &b->process) && a->tid == b->tid;
	case ROW_NS:
		return ns_id_equal(&a->ns, &b->ns);
	case ROW_TYPE:
		return a->type == b->type;
	default:
		return row_key_equal(a, b);
	}
}

bool outline_open_subject(const struct outline *outline, const struct row_key *key,
    struct folds *folds, struct row_key *ret_key)
{
	const struct outline_tree *tree = outline->tree;
	const struct tree_node *found = NULL;

	for (size_t i = 0; tree && i < tree->order_count; i++) {
		const struct tree_node *node = &tree->nodes[tree->order[i]];
		struct row_key other;

		if (!node->kept || node->kind != key->kind)
			continue;
		other = node_key(node);
		if (!row_key_same_subject(&other, key))
			continue;
		if (!found || row_key_equal(&other, key))
			found = node;
		if (row_key_equal(&other, key))
			break;
	}
	if (!found)
		return false;
	*ret_key = open_way(tree, found, folds);
	return true;
}

/* A row, and how far up from the first one it is. */
struct ancestor {
	const struct row *row;
	uint32_t distance;
};

/* The rows from @at up to the top, by their keys. */
static void ancestors_init(
    struct hash *set, struct ancestor *ancestors, const struct outline *outline, uint32_t at)
{
	uint32_t distance = 0;

	for (uint32_t row = at; row != ROW_NONE; row = outline->rows[row].parent, distance++) {
		ancestors[distance] =
		    (struct ancestor){.row = &outline->rows[row], .distance = distance};
		hash_put(set, row_key_hash(&outline->rows[row].key), &ancestors[distance]);
	}
}

static size_t count_ancestors(const struct outline *outline, uint32_t at)
{
	size_t count = 0;

	for (uint32_t row = at; row != ROW_NONE; row = outline->rows[row].parent)
		count++;
	return count;
}

/* How far up that with @key is; UINT32_MAX where it is none. */
static uint32_t distance_of(const struct hash *set, const struct row_key *key)
{
	const struct ancestor *ancestor;

	hash_each (ancestor, set, row_key_hash(key)) {
		if (row_key_equal(&ancestor->row->key, key))
			return ancestor->distance;
	}
	return UINT32_MAX;
}

uint32_t outline_follow(const struct outline *before, uint32_t at, const struct outline *after)
{
	uint32_t found = ROW_NONE, nearest = UINT32_MAX;

	if (!after->count)
		return ROW_NONE;
	if (at < before->count) {
		/* Most of the time nothing moved. */
		if (at < after->count && row_key_equal(&before->rows[at].key, &after->rows[at].key))
			return at;

		autofree struct ancestor *ancestors =
		    xmalloc(count_ancestors(before, at) * sizeof(*ancestors));
		struct hash set = {.count = 0};

		ancestors_init(&set, ancestors, before, at);
		for (uint32_t i = 0; i < after->count && nearest; i++) {
			uint32_t distance = distance_of(&set, &after->rows[i].key);

			if (distance < nearest) {
				nearest = distance;
				found = i;
			}
		}
		hash_done(&set);
	}
	if (found != ROW_NONE)
		return found;
	return at < after->count ? at : (uint32_t)after->count - 1;
}
