/* The tree: the rows of the outline, one of them selected. */
#include "model/base/i18n.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

struct tree_view {
	struct view view;
	size_t at, top;        /* the selected row and the first one shown, of live->outline */
	struct row_key origin; /* the row that was selected when the search began */
	bool has_origin;
};

/* --- The selected row --------------------------------------------------------------------------- */

/* The rows that are left for the tree below its heading. */
static size_t body_rows(const struct tree_view *tree)
{
	return tree->view.area.rows > 1 ? (size_t)tree->view.area.rows - 1 : 0;
}

static const struct row *selected(const struct tree_view *tree)
{
	const struct outline *outline = &tree->view.live->outline;

	return tree->at < outline->count ? &outline->rows[tree->at] : NULL;
}

static void scroll(struct tree_view *tree)
{
	rows_scroll(&tree->at, &tree->top, body_rows(tree), tree->view.live->outline.count);
}

static void select_row(struct tree_view *tree, size_t at)
{
	tree->at = at;
	scroll(tree);
}

void tree_view_lead(struct view *view, uint32_t at)
{
	struct tree_view *tree = view_of(struct tree_view, view);

	tree->at = tree->top = at;
	scroll(tree);
}

void tree_view_present(struct view *view, uint32_t at)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	const struct outline *outline = &tree->view.live->outline;
	size_t rows = body_rows(tree);

	if (at >= outline->count || rows == 0)
		return;
	uint32_t parent = outline->rows[at].parent;

	tree->at = at;
	if (at < tree->top || at >= tree->top + rows || parent < tree->top)
		tree->top = parent != ROW_NONE && at - parent < rows ? parent
		            : at > rows / 2                          ? at - rows / 2
		                                                     : 0;
	scroll(tree);
}

/* --- Finding a row: after a scan, for another view, by search --------------------------------- */

/* The row of the process of @key, which has left its namespace.  @any_type: if its namespace of
 * that type is folded, its first row of another type will do. */
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

/* The present row of what was selected before the last scan; with "follow", of a process that has
 * moved. */
static uint32_t find_again(const struct tree_view *tree)
{
	const struct outline *before = &tree->view.live->before, *after = &tree->view.live->outline;
	const struct row_key *key;
	uint32_t at, moved = ROW_NONE;

	if (tree->at >= before->count || after->count == 0)
		return 0;
	key = &before->rows[tree->at].key;
	at = outline_follow(before, (uint32_t)tree->at, after);
	if (tree->view.ui_state->follow && key->kind == ROW_PROCESS && at < after->count &&
	    !row_key_equal(&after->rows[at].key, key))
		moved = find_moved(after, key, tree->view.live->options.grouping == GROUP_BY_OWNER);
	if (moved != ROW_NONE)
		return moved;
	return at == ROW_NONE ? 0 : at;
}

/* Selects the row of @key, which has just been unfolded. */
static bool present_unfolded(struct tree_view *tree, const struct row_key *key)
{
	struct live *live = tree->view.live;
	uint32_t at = outline_find(&live->outline, key);

	if (at == ROW_NONE) {
		live_rebuild(live);
		at = outline_find(&live->outline, key);
	}
	if (at != ROW_NONE)
		tree_view_present(&tree->view, at);
	return at != ROW_NONE;
}

/* Is @row, of another grouping, of the same subject as @key? */
static bool is_about(
    const struct row *row, const struct row_key *key, const struct process *process)
{
	if (row->ns_group && process && key->kind == ROW_PROCESS)
		return ns_group_has_process(row->ns_group, process);
	return key->kind == ROW_NS_GROUP && row->process == process && row->key.kind == ROW_PROCESS;
}

/* Selects the first visible row of the same subject as @key; without one, the group of a process,
 * or the first process of a group. */
static bool find(struct tree_view *tree, const struct row_key *key)
{
	const struct outline *outline = &tree->view.live->outline;
	const struct process *process = NULL;

	if (tree->view.live->shown && (key->kind == ROW_PROCESS || key->kind == ROW_NS_GROUP))
		process = graph_process(tree->view.live->shown, &key->process);
	for (int about = 0; about < (process ? 2 : 1); about++) {
		for (uint32_t at = 0; at < outline->count; at++) {
			const struct row *row = &outline->rows[at];

			if (about ? !is_about(row, key, process)
			          : !row_key_same_subject(&row->key, key))
				continue;
			tree_view_present(&tree->view, at);
			return true;
		}
	}
	return false;
}

static bool tree_present(struct view *view, const struct row_key *key, bool unfold)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	struct live *live = tree->view.live;
	struct row_key found;

	if (!unfold)
		return find(tree, key);
	return outline_open_subject(&live->outline, key, live->folds, &found) &&
	       present_unfolded(tree, &found);
}

static bool match(struct tree_view *tree, int step)
{
	struct live *live = tree->view.live;
	struct row_key key;

	return outline_open_match(&live->outline, (uint32_t)tree->at, step, live->folds, &key) &&
	       present_unfolded(tree, &key);
}

/* To the next visible match; stays on a selected match. */
static bool match_here(struct tree_view *tree)
{
	const struct row *row = selected(tree);

	if (row && row->matched)
		return true;
	uint32_t at = outline_next_match(&tree->view.live->outline, (uint32_t)tree->at, 1);

	if (at != ROW_NONE)
		select_row(tree, at);
	return at != ROW_NONE;
}

static void begin_search(struct tree_view *tree)
{
	const struct row *row = selected(tree);

	tree->has_origin = row != NULL;
	if (row)
		tree->origin = row->key;
}

static void go_to_origin(struct tree_view *tree)
{
	uint32_t at = ROW_NONE;

	if (tree->has_origin)
		at = outline_find(&tree->view.live->outline, &tree->origin);
	if (at != ROW_NONE)
		select_row(tree, at);
}

static bool tree_search(struct view *view, enum search_step step)
{
	struct tree_view *tree = view_of(struct tree_view, view);

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

/* --- The order of groups ---------------------------------------------------------------------- */

/* Grouped by namespaces: appends what they are ordered by. */
static void describe_order(const struct tree_view *tree, struct line *line)
{
	static const char *const words[NS_GROUPS_BY_TYPE] = {
	    [NS_GROUPS_BY_COUNT] = N_(" by number of processes"),
	    [NS_GROUPS_BY_NAME] = N_(" by command"),
	    [NS_GROUPS_BY_FIRST] = N_(" by PID"),
	};
	const struct ns_groups_order *order = &tree->view.live->options.ns_groups;
	enum nstype type = ns_groups_order_type(order);

	if (type < NS_TYPE_COUNT)
		line_addf(line, STYLE_PLAIN, _(" by %s namespace"), ns_types[type].name);
	else
		line_adds(line, STYLE_PLAIN, _(words[order->column]));
	if (order->inverted)
		line_adds(line, STYLE_PLAIN, _(", inverted"));
}

/* Of the tree grouped by namespaces. */
static const char *const legend[] = {
    N_("How to read the groups"),
    N_("A row is a group: all processes with the same eight namespaces, their number, and the one "
       "with the lowest PID. Unfold it to see its members. The columns are the eight types: in a "
       "column, the same letter is the same namespace, and a dot is the initial one."),
    N_("< and > choose the column that orders the groups; I reverses the order. A click on a "
       "heading does the same. With a type as the order, the groups are below its namespaces: you "
       "see which of them share it, and where they still differ."),
    N_("Processes with unreadable namespaces are listed at the end, with the reason."),
    NULL,
};

/* The selection stays: its row moves. */
static void set_order(struct tree_view *tree, const struct ns_groups_order *order)
{
	tree->view.live->options.ns_groups = *order;
	live_rebuild(tree->view.live);
}

/* Grouped by namespaces: orders them by the column that is @step behind the present one; 0: inverts the
 * order.  Returns false for other groupings. */
static bool step_order(struct tree_view *tree, int step)
{
	struct ns_groups_order order = tree->view.live->options.ns_groups;

	if (tree->view.live->options.grouping != GROUP_BY_NS_GROUP)
		return false;
	order.column =
	    (order.column + NS_GROUPS_COLUMN_COUNT + (unsigned)step) % NS_GROUPS_COLUMN_COUNT;
	order.inverted = step == 0 && !order.inverted;
	set_order(tree, &order);
	return true;
}

/* A click at column @x of the heading: orders by that column, or inverts the order. */
static void click_heading(struct tree_view *tree, int x)
{
	struct ns_groups_order order = tree->view.live->options.ns_groups;
	struct rowline_context context;
	unsigned column;

	if (tree->view.live->options.grouping != GROUP_BY_NS_GROUP || x < 0)
		return;
	ui_state_context(tree->view.ui_state, tree->view.area.cols, &context);
	if (!rowline_order_at(&context, (size_t)x, &column))
		return;
	order.inverted = column == order.column && !order.inverted;
	order.column = column;
	set_order(tree, &order);
}

/* --- The view --------------------------------------------------------------------------------- */

static const char *const grouping_words[GROUPING_COUNT] = {
    [GROUP_BY_PID] = N_("by PID namespace"),
    [GROUP_BY_TYPE] = N_("by type"),
    [GROUP_BY_OWNER] = N_("by owner"),
    [GROUP_BY_NS_GROUP] = N_("groups"),
};

static const struct row *tree_subject(const struct view *view)
{
	return selected(view_of(const struct tree_view, view));
}

/* The selection stays on its subject, and on its place of the screen. */
static void tree_refresh(struct view *view)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	size_t place = tree->at - tree->top;

	view->help = tree->view.live->options.grouping == GROUP_BY_NS_GROUP ? legend : NULL;
	tree->at = find_again(tree);
	tree->top = tree->at > place ? tree->at - place : 0;
	scroll(tree);
}

static void tree_describe(const struct view *view, struct line *line)
{
	const struct tree_view *tree = view_of(const struct tree_view, view);
	const struct outline_options *options = &tree->view.live->options;

	line_adds(line, STYLE_PLAIN, _(grouping_words[options->grouping]));
	if (options->grouping == GROUP_BY_NS_GROUP)
		describe_order(tree, line);
}

static void set_folded(struct tree_view *tree, bool folded)
{
	const struct row *row = selected(tree);

	if (!row || !row->has_children || row->folded == folded)
		return;
	folds_set(tree->view.live->folds, &row->key, folded);
	live_rebuild(tree->view.live);
}

/* Unfolds the selected row and, level by level, all rows below it. */
static void unfold_below(struct tree_view *tree)
{
	const struct outline *outline = &tree->view.live->outline;
	bool again = true;

	set_folded(tree, false);
	while (again && tree->at < outline->count) {
		uint16_t depth = outline->rows[tree->at].depth;

		again = false;
		for (size_t i = tree->at + 1; i < outline->count && outline->rows[i].depth > depth;
		     i++) {
			if (!outline->rows[i].folded)
				continue;
			folds_set(tree->view.live->folds, &outline->rows[i].key, false);
			again = true;
		}
		if (again)
			live_rebuild(tree->view.live);
	}
}

static void open_row(struct tree_view *tree, const struct row *row)
{
	if (row->folded)
		set_folded(tree, false);
	else if (row->has_children)
		select_row(tree, tree->at + 1);
}

static void close_row(struct tree_view *tree, const struct row *row)
{
	if (row->has_children && !row->folded)
		set_folded(tree, true);
	else if (row->parent != ROW_NONE)
		select_row(tree, row->parent);
}

/* The wheel scrolls; the selection moves only as far as needed to stay visible. */
static void scroll_by(struct tree_view *tree, int step)
{
	size_t rows = body_rows(tree), count = tree->view.live->outline.count;

	if (rows == 0 || count <= rows || (step < 0 && tree->top == 0))
		return;
	tree->top = step < 0 ? tree->top - 1 : tree->top + 1;
	if (tree->top > count - rows)
		tree->top = count - rows;
	if (tree->at < tree->top)
		tree->at = tree->top;
	if (tree->at >= tree->top + rows)
		tree->at = tree->top + rows - 1;
}

static bool act_on_row(struct tree_view *tree, enum action action)
{
	const struct row *row = selected(tree);

	if (!row)
		return false;
	switch (action) {
	case ACTION_OPEN:
		open_row(tree, row);
		return true;
	case ACTION_CLOSE:
		close_row(tree, row);
		return true;
	case ACTION_ENTER:
		if (!row->has_children)
			return false;
		set_folded(tree, !row->folded);
		return true;
	case ACTION_UNFOLD:
		set_folded(tree, false);
		return true;
	case ACTION_FOLD:
		set_folded(tree, true);
		return true;
	case ACTION_UNFOLD_BELOW:
		unfold_below(tree);
		return true;
	default:
		return false;
	}
}

static bool tree_act(struct view *view, enum action action)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	size_t rows = body_rows(tree);
	long step = rows_of_action(action, rows > 0 ? rows - 1 : 0);

	if (action == ACTION_SCROLL_UP || action == ACTION_SCROLL_DOWN)
		scroll_by(tree, (int)step);
	else if (step)
		select_row(tree, rows_move(tree->at, step, tree->view.live->outline.count));
	else if (action == ACTION_ORDER_NEXT || action == ACTION_ORDER_PREVIOUS)
		return step_order(tree, action == ACTION_ORDER_NEXT ? 1 : -1);
	else if (action == ACTION_ORDER_INVERT)
		return step_order(tree, 0);
	else
		return act_on_row(tree, action);
	return true;
}

/* The message shown where there are no rows. */
static void paint_empty(const struct tree_view *tree)
{
	const char *filter = tree->view.live->options.filter;
	struct line line;

	line_init(&line, tree->view.live->charset);
	if (tree->view.live->error != 0)
		line_adds(&line, STYLE_WARN, _("processes can't be read"));
	else if (!tree->view.live->shown)
		line_adds(&line, STYLE_DIM, _("reading processes"));
	else if (filter && *filter)
		line_addf(
		    &line, STYLE_DIM, _("nothing contains \"%s\"; Esc shows all again"), filter);
	row_paint(&tree->view.area, 1, &line, LOOK_PLAIN);
	line_done(&line);
}

static void tree_paint(struct view *view, bool focused)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	const struct area *area = &view->area;
	const struct outline *outline = &tree->view.live->outline;
	struct rowline_context context;
	struct line line;
	int y = 1;

	scroll(tree);
	ui_state_context(tree->view.ui_state, area->cols, &context);
	line_init(&line, context.charset);
	if (context.graph)
		rowline_heading(&context, &line);
	row_paint(area, 0, &line, LOOK_BAR);
	if (outline->count == 0) {
		paint_empty(tree);
		y++;
	}
	for (size_t at = tree->top; y < area->rows && at < outline->count; y++, at++) {
		enum look look = at != tree->at ? LOOK_PLAIN
		                 : focused      ? LOOK_SELECTED
		                                : LOOK_RESTING;

		line_clear(&line);
		rowline(&context, outline, (uint32_t)at, &line);
		row_paint(area, y, &line, look);
	}
	tree->view.live->visible_from = (uint32_t)tree->top;
	tree->view.live->visible_count = (uint32_t)(y - 1);
	screen_blank(area->y + y, area->x, area->rows - y, area->cols);
	line_done(&line);
}

static void tree_click(struct view *view, int y, int x, bool twice)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	size_t at = tree->top + (size_t)y - 1;

	if (y == 0)
		click_heading(tree, x);
	if (y < 1 || at >= tree->view.live->outline.count)
		return;
	select_row(tree, at);
	if (twice)
		act_on_row(tree, ACTION_ENTER);
}

static void tree_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	const struct tree_view *tree = view_of(const struct tree_view, view);
	struct rowline_context context;
	size_t indent = 0;

	ui_state_context(tree->view.ui_state, view->area.cols, &context);
	if (selected(tree))
		indent = rowline_indent(&context, &tree->view.live->outline, (uint32_t)tree->at);
	*ret_y = (int)(tree->at - tree->top) + 1;
	*ret_x = (int)indent < view->area.cols ? (int)indent : view->area.cols - 1;
}

static const struct view_ops tree_ops = {
    .paint = tree_paint,
    .act = tree_act,
    .click = tree_click,
    .cursor = tree_cursor,
    .describe = tree_describe,
    .subject = tree_subject,
    .present = tree_present,
    .refresh = tree_refresh,
    .search = tree_search,
    .place = PLACE_TREE,
};

struct view *tree_view_new(const struct ui_state *ui_state)
{
	return view_new(sizeof(struct tree_view), &tree_ops, ui_state);
}
