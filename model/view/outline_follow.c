/* Where a selection goes when the rows change. */
#include "model/base/hash.h"
#include "model/base/util.h"
#include "model/view/outline_tree.h"

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

/* Where the node of row @at stands in the order. */
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
		if (node_folded(tree, node, folds, node->cast_below))
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
