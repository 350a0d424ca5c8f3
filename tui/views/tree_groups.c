/* The order of rooms in the tree, by keys and by clicks on the heading. */
#include "tui/views/view_tree.h"

#include "model/base/i18n.h"

void tree_groups_describe(const struct tree_view *tree, struct line *line)
{
	static const char *const words[NS_GROUPS_BY_TYPE] = {
	    [NS_GROUPS_BY_COUNT] = N_(" by number of processes"),
	    [NS_GROUPS_BY_NAME] = N_(" by command"),
	    [NS_GROUPS_BY_FIRST] = N_(" by PID"),
	};
	const struct ns_groups_order *order = &tree->live->options.ns_groups;
	enum nstype type = ns_groups_order_type(order);

	if (type < NS_TYPE_COUNT)
		line_addf(line, STYLE_PLAIN, _(" by %s namespace"), ns_types[type].name);
	else
		line_adds(line, STYLE_PLAIN, _(words[order->column]));
	if (order->inverted)
		line_adds(line, STYLE_PLAIN, _(", inverted"));
}

const char *const *tree_groups_help(const struct tree_view *tree)
{
	static const char *const text[] = {
	    N_("How to read the rooms"),
	    N_("A row is a room: all processes that live in the same eight namespaces, how many "
	       "they "
	       "are, and the one with the lowest PID. Unfolded it shows them. The columns are the "
	       "eight "
	       "types; down a column the same letter is the same namespace, and a dot the initial "
	       "one."),
	    N_("< and > choose the column that the rooms are ordered by, I the other way round; so "
	       "does "
	       "a click on the heading. A type groups the rooms below its namespaces: who shares "
	       "it, "
	       "and in what they differ all the same."),
	    N_("Of whom not all eight are known stands below a note at the end, which says why."),
	    NULL,
	};

	return tree->live->options.grouping == GROUP_BY_NS_GROUP ? text : NULL;
}

/* What is selected stays so: its row moves. */
static void set_order(struct tree_view *tree, const struct ns_groups_order *order)
{
	tree->live->options.ns_groups = *order;
	live_rebuild(tree->live);
}

bool tree_groups_act(struct tree_view *tree, enum action action)
{
	struct ns_groups_order order = tree->live->options.ns_groups;

	if (tree->live->options.grouping != GROUP_BY_NS_GROUP)
		return false;
	switch (action) {
	case ACTION_ORDER_NEXT:
		order.column = (order.column + 1) % NS_GROUPS_COLUMN_COUNT;
		order.inverted = false;
		break;
	case ACTION_ORDER_PREVIOUS:
		order.column = (order.column + NS_GROUPS_COLUMN_COUNT - 1) % NS_GROUPS_COLUMN_COUNT;
		order.inverted = false;
		break;
	case ACTION_ORDER_INVERT:
		order.inverted = !order.inverted;
		break;
	default:
		return false;
	}
	set_order(tree, &order);
	return true;
}

void tree_groups_click(struct tree_view *tree, int x)
{
	struct ns_groups_order order = tree->live->options.ns_groups;
	struct rowline_context context;
	unsigned column;

	if (tree->live->options.grouping != GROUP_BY_NS_GROUP || x < 0)
		return;
	ui_state_context(tree->ui_state, tree->view.area.cols, &context);
	if (!rowline_order_at(&context, (size_t)x, &column))
		return;
	order.inverted = column == order.column && !order.inverted;
	order.column = column;
	set_order(tree, &order);
}
