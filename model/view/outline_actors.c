/* The cast of a lesson, which folds leave in sight. */
#include "model/base/util.h"
#include "model/view/outline_tree.h"

static bool is_of_cast(const struct outline_actors *cast, const struct process *process)
{
	if (process->life.ended_ms)
		return false;
	for (size_t i = 0; i < cast->count; i++) {
		if (cast->pids[i] == process->id.pid)
			return true;
	}
	return false;
}

bool node_hides_cast(const struct outline_tree *tree, const struct tree_node *node)
{
	if (tree->grouping == GROUP_BY_OWNER)
		return node->kind == ROW_NS && node->ns->id.type != NS_USER && node->ns->reference;
	return node->kind == ROW_TYPE;
}

void tree_mark_cast(struct outline_tree *tree, const struct outline_actors *cast)
{
	if (!cast->count)
		return;
	for (size_t i = tree->order_count; i-- > 0;) {
		struct tree_node *node = &tree->nodes[tree->order[i]];

		node->of_cast =
		    node->kept && !node_hides_cast(tree, node) &&
		    (node->cast_below || (node->process && is_of_cast(cast, node->process)));
		if (node->of_cast && node->parent != ROW_NONE)
			tree->nodes[node->parent].cast_below = true;
	}
}

void tree_shines_through(
    struct outline_tree *tree, struct outline *outline, const struct tree_node *node)
{
	struct tree_node *parent = &tree->nodes[node->parent];

	outline->rows[node->row].last = true;
	if (parent->last_of_cast != ROW_NONE)
		outline->rows[parent->last_of_cast].last = false;
	parent->last_of_cast = node->row;
}

void outline_count_hidden(struct outline *outline)
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
