/* What leads to a row of the tree: the row that it was before a scan, a wish from elsewhere, search. */
#include "tui/views/view_tree.h"

/* Where the process of @key stands now that it has left its namespace.  @any_type: where its
 * namespace of that type is folded away, its first row of another type will do. */
static uint32_t find_moved(const struct outline *outline, const struct row_key *key, bool any_type)
{
	uint32_t first = ROW_NONE;

	for (uint32_t i = 0; i < outline->count; i++) {
		const struct row_key *other = &outline->rows[i].key;

		if (other->kind != ROW_PROCESS || !process_id_equal(&other->process, &key->process))
			continue;
		if (other->ns.type == key->ns.type)
			return i;
		if (any_type && first == ROW_NONE)
			first = i;
	}
	return first;
}

uint32_t tree_find_again(const struct tree_view *tree)
{
	const struct outline *before = &tree->live->before, *after = &tree->live->outline;
	const struct row_key *key;
	uint32_t at, moved = ROW_NONE;

	if (tree->at >= before->count || after->count == 0)
		return 0;
	key = &before->rows[tree->at].key;
	at = outline_follow(before, tree->at, after);
	if (tree->follow && key->kind == ROW_PROCESS && at < after->count &&
	    !row_key_equal(&after->rows[at].key, key))
		moved = find_moved(after, key, tree->live->options.grouping == GROUP_BY_OWNER);
	if (moved != ROW_NONE)
		return moved;
	return at == ROW_NONE ? 0 : at;
}

/* Selects the row of @key, which has just been unfolded. */
static bool present_unfolded(struct tree_view *tree, const struct row_key *key)
{
	struct live *live = tree->live;
	uint32_t at = outline_find(&live->outline, key);

	if (at == ROW_NONE) {
		live_rebuild(live);
		at = outline_find(&live->outline, key);
	}
	if (at != ROW_NONE)
		tree_view_present(tree, at);
	return at != ROW_NONE;
}

/* Is @row, of a grouping that @key is not from, about the same? */
static bool is_about(
    const struct row *row, const struct row_key *key, const struct process *process)
{
	if (row->room && process && key->kind == ROW_PROCESS)
		return ns_group_has_process(row->room, process);
	return key->kind == ROW_NS_GROUP && row->process == process && row->key.kind == ROW_PROCESS;
}

/* Selects the first row in sight that is about the same as @key; where there is none, the room of a
 * process, or a room's first process. */
static bool find(struct tree_view *tree, const struct row_key *key)
{
	const struct outline *outline = &tree->live->outline;
	const struct process *process = NULL;

	if (tree->live->shown && (key->kind == ROW_PROCESS || key->kind == ROW_NS_GROUP))
		process = graph_process(tree->live->shown, &key->process);
	for (int about = 0; about < (process ? 2 : 1); about++) {
		for (uint32_t at = 0; at < outline->count; at++) {
			const struct row *row = &outline->rows[at];

			if (about ? !is_about(row, key, process)
			          : !row_key_same_subject(&row->key, key))
				continue;
			tree_view_present(tree, at);
			return true;
		}
	}
	return false;
}

bool tree_find_present(struct tree_view *tree, const struct row_key *key, bool unfold)
{
	struct live *live = tree->live;
	struct row_key found;

	if (!unfold)
		return find(tree, key);
	return outline_open_subject(&live->outline, key, live->folds, &found) &&
	       present_unfolded(tree, &found);
}

static bool match(struct tree_view *tree, int step)
{
	struct live *live = tree->live;
	struct row_key key;

	return outline_open_match(&live->outline, tree->at, step, live->folds, &key) &&
	       present_unfolded(tree, &key);
}

/* To the next one in sight; stays where the selected row is one. */
static bool match_here(struct tree_view *tree)
{
	const struct row *row = tree_view_row(tree);

	if (row && row->matched)
		return true;
	uint32_t at = outline_next_match(&tree->live->outline, tree->at, 1);

	if (at != ROW_NONE)
		tree_view_select(tree, at);
	return at != ROW_NONE;
}

static void begin_search(struct tree_view *tree)
{
	const struct row *row = tree_view_row(tree);

	tree->has_origin = row != NULL;
	if (row)
		tree->origin = row->key;
}

static void go_to_origin(struct tree_view *tree)
{
	uint32_t at = ROW_NONE;

	if (tree->has_origin)
		at = outline_find(&tree->live->outline, &tree->origin);
	if (at != ROW_NONE)
		tree_view_select(tree, at);
}

bool tree_find_search(struct tree_view *tree, enum search_step step)
{
	switch (step) {
	case SEARCH_BEGINS:
		begin_search(tree);
		return true;
	case SEARCH_TYPED:
		go_to_origin(tree);
		return match_here(tree);
	case SEARCH_NEXT:
		return match(tree, 1);
	case SEARCH_PREVIOUS:
		return match(tree, -1);
	}
	return false;
}
