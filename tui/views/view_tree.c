#include "tui/views/view_tree.h"

#include "model/base/i18n.h"
#include "tui/core/screen.h"

const char *const grouping_words[GROUPING_COUNT] = {
    [GROUP_BY_PID] = N_("by PID namespace"),
    [GROUP_BY_TYPE] = N_("by type"),
    [GROUP_BY_OWNER] = N_("by owner"),
    [GROUP_BY_NS_GROUP] = N_("rooms"),
};

/* The rows that are left for the tree below its heading. */
static uint32_t body_rows(const struct tree_view *tree)
{
	return tree->view.area.rows > 1 ? (uint32_t)tree->view.area.rows - 1 : 0;
}

const struct row *tree_view_row(const struct tree_view *tree)
{
	const struct outline *outline = &tree->live->outline;

	return tree->at < outline->count ? &outline->rows[tree->at] : NULL;
}

/* Keeps the selected row in sight, and no blank rows below the last where there is enough. */
static void scroll(struct tree_view *tree)
{
	uint32_t rows = body_rows(tree), count = (uint32_t)tree->live->outline.count;

	if (count == 0) {
		tree->top = tree->at = 0;
		return;
	}
	if (tree->at >= count)
		tree->at = count - 1;
	/* Another pane has its place now: the selection stays. */
	if (rows == 0)
		return;
	if (tree->top + rows > count)
		tree->top = count > rows ? count - rows : 0;
	if (tree->at < tree->top)
		tree->top = tree->at;
	if (tree->at >= tree->top + rows)
		tree->top = tree->at - rows + 1;
}

void tree_view_select(struct tree_view *tree, uint32_t at)
{
	tree->at = at;
	scroll(tree);
}

void tree_view_lead(struct tree_view *tree, uint32_t at)
{
	tree->at = tree->top = at;
	scroll(tree);
}

void tree_view_present(struct tree_view *tree, uint32_t at)
{
	const struct outline *outline = &tree->live->outline;
	uint32_t rows = body_rows(tree);

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

static const struct row *tree_subject(const struct view *view)
{
	return tree_view_row(view_of(const struct tree_view, view));
}

/* The selection stays on what it was, and on its place of the screen. */
static void tree_refresh(struct view *view)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	uint32_t place = tree->at - tree->top;

	tree->at = tree_find_again(tree);
	tree->top = tree->at > place ? tree->at - place : 0;
	scroll(tree);
}

static bool tree_present(struct view *view, const struct row_key *key, bool unfold)
{
	return tree_find_present(view_of(struct tree_view, view), key, unfold);
}

static bool tree_search(struct view *view, enum search_step step)
{
	return tree_find_search(view_of(struct tree_view, view), step);
}

static void tree_describe(const struct view *view, struct line *line)
{
	const struct tree_view *tree = view_of(const struct tree_view, view);

	const struct outline_options *options = &tree->live->options;

	line_adds(line, STYLE_PLAIN, _(grouping_words[options->grouping]));
	if (options->grouping == GROUP_BY_NS_GROUP)
		tree_groups_describe(tree, line);
}

static void set_folded(struct tree_view *tree, bool folded)
{
	const struct row *row = tree_view_row(tree);

	if (!row || !row->has_children || row->folded == folded)
		return;
	folds_set(tree->live->folds, &row->key, folded);
	live_rebuild(tree->live);
}

/* Unfolds the selected row and, level by level, all rows below it. */
static void unfold_below(struct tree_view *tree)
{
	const struct outline *outline = &tree->live->outline;
	bool again = true;

	set_folded(tree, false);
	while (again && tree->at < outline->count) {
		uint16_t depth = outline->rows[tree->at].depth;

		again = false;
		for (uint32_t i = tree->at + 1;
		     i < outline->count && outline->rows[i].depth > depth; i++) {
			if (!outline->rows[i].folded)
				continue;
			folds_set(tree->live->folds, &outline->rows[i].key, false);
			again = true;
		}
		if (again)
			live_rebuild(tree->live);
	}
}

static void open_row(struct tree_view *tree, const struct row *row)
{
	if (row->folded)
		set_folded(tree, false);
	else if (row->has_children)
		tree_view_select(tree, tree->at + 1);
}

static void close_row(struct tree_view *tree, const struct row *row)
{
	if (row->has_children && !row->folded)
		set_folded(tree, true);
	else if (row->parent != ROW_NONE)
		tree_view_select(tree, row->parent);
}

static void move(struct tree_view *tree, long step)
{
	long at = (long)tree->at + step, last = (long)tree->live->outline.count - 1;

	at = at > last ? last : at;
	tree_view_select(tree, at > 0 ? (uint32_t)at : 0);
}

/* The wheel moves what is seen; the selection goes with it only so far that it stays in sight. */
static void scroll_by(struct tree_view *tree, int step)
{
	uint32_t rows = body_rows(tree), count = (uint32_t)tree->live->outline.count;

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
	const struct row *row = tree_view_row(tree);

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
	long page = body_rows(tree) > 1 ? (long)body_rows(tree) - 1 : 1;
	long half = page > 1 ? page / 2 : 1;

	switch (action) {
	case ACTION_UP:
		move(tree, -1);
		return true;
	case ACTION_DOWN:
		move(tree, 1);
		return true;
	case ACTION_PAGE_UP:
		move(tree, -page);
		return true;
	case ACTION_PAGE_DOWN:
		move(tree, page);
		return true;
	case ACTION_HALF_UP:
		move(tree, -half);
		return true;
	case ACTION_HALF_DOWN:
		move(tree, half);
		return true;
	case ACTION_SCROLL_UP:
		scroll_by(tree, -1);
		return true;
	case ACTION_SCROLL_DOWN:
		scroll_by(tree, 1);
		return true;
	case ACTION_HOME:
		tree_view_select(tree, 0);
		return true;
	case ACTION_END:
		move(tree, (long)tree->live->outline.count);
		return true;
	default:
		return act_on_row(tree, action);
	}
}

/* What stands in the place of rows where there are none. */
static void paint_empty(const struct tree_view *tree, int y)
{
	const struct area *area = &tree->view.area;
	const char *filter = tree->live->options.filter;
	struct line line;

	line_init(&line, tree->live->charset);
	if (tree->live->error != 0)
		line_adds(&line, STYLE_WARN, _("processes can't be read"));
	else if (!tree->live->shown)
		line_adds(&line, STYLE_DIM, _("reading processes"));
	else if (filter && *filter)
		line_addf(&line, STYLE_DIM, _("nothing holds \"%s\"; Esc shows all again"), filter);
	line_fit(&line, (size_t)area->cols);
	screen_line(&line, y, area->x, area->cols, LOOK_PLAIN);
	line_done(&line);
}

static void tree_paint(struct view *view, bool focused)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	const struct area *area = &view->area;
	const struct outline *outline = &tree->live->outline;
	struct rowline_context context;
	struct line line;
	int y = 1;

	scroll(tree);
	ui_state_context(tree->ui_state, area->cols, &context);
	line_init(&line, context.charset);
	if (context.graph)
		rowline_heading(&context, &line);
	line_fit(&line, context.cols);
	screen_line(&line, area->y, area->x, area->cols, LOOK_BAR);
	if (outline->count == 0)
		paint_empty(tree, area->y + y++);
	for (uint32_t at = tree->top; y < area->rows && at < outline->count; y++, at++) {
		enum look look = at != tree->at ? LOOK_PLAIN
		                 : focused      ? LOOK_SELECTED
		                                : LOOK_RESTING;

		line_clear(&line);
		rowline(&context, outline, at, &line);
		line_fit(&line, context.cols);
		screen_line(&line, area->y + y, area->x, area->cols, look);
	}
	tree->live->check_context_from = tree->top;
	tree->live->check_context_count = (uint32_t)(y - 1);
	screen_blank(area->y + y, area->x, area->rows - y, area->cols);
	line_done(&line);
}

static void tree_click(struct view *view, int y, int x, bool twice)
{
	struct tree_view *tree = view_of(struct tree_view, view);
	uint32_t at = tree->top + (uint32_t)y - 1;

	if (y == 0)
		tree_groups_click(tree, x);
	if (y < 1 || at >= tree->live->outline.count)
		return;
	tree_view_select(tree, at);
	if (twice)
		act_on_row(tree, ACTION_ENTER);
}

static void tree_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	const struct tree_view *tree = view_of(const struct tree_view, view);
	struct rowline_context context;
	size_t indent = 0;

	ui_state_context(tree->ui_state, view->area.cols, &context);
	if (tree_view_row(tree))
		indent = rowline_indent(&context, &tree->live->outline, tree->at);
	*ret_y = (int)(tree->at - tree->top) + 1;
	*ret_x = (int)indent < view->area.cols ? (int)indent : view->area.cols - 1;
}

static const char *const *tree_help(const struct view *view)
{
	return tree_groups_help(view_of(const struct tree_view, view));
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
    .help = tree_help,
    .place = PLACE_TREE,
};

void tree_view_init(struct tree_view *tree, const struct ui_state *ui_state)
{
	*tree =
	    (struct tree_view){.view.ops = &tree_ops, .ui_state = ui_state, .live = ui_state->live};
}
