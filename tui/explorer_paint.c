/* The explorer's picture: header, panes, bottom line, cursor. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/bars.h"
#include "tui/explorer_internal.h"

static void paint_too_small(struct explorer *explorer)
{
	struct pager words = {0};
	int rows, cols;

	screen_size(&rows, &cols);
	autofree char *text = xasprintf(
	    _("%dx%d is needed, this is %dx%d"), LAYOUT_LEAST_COLS, LAYOUT_LEAST_ROWS, cols, rows);
	lines_wrap(&words.lines, explorer->charset, STYLE_PLAIN, text, 0, (size_t)cols);
	pager_paint(&words, &(struct area){0, 0, rows, cols});
	pager_done(&words);
	screen_cursor(0, 0, false);
}

static void paint_gap(const struct explorer *explorer)
{
	const struct area *gap = &explorer->layout.gap;
	struct line line;

	line_init(&line, explorer->charset);
	line_add_symbol(&line, STYLE_DIM, "│", "|");
	for (int y = 0; y < gap->rows; y++)
		screen_line(&line, gap->y + y, gap->x, 1, LOOK_PLAIN);
	line_done(&line);
}

static void paint_bottom(struct explorer *explorer)
{
	const struct area *bar = &explorer->layout.bar;

	if (explorer->prompt.open) {
		prompt_paint(&explorer->prompt, explorer->charset, bar);
		return;
	}
	if (explorer->message) {
		struct line line;

		line_init(&line, explorer->charset);
		line_adds(&line, STYLE_STRONG, explorer->message);
		line_fit(&line, (size_t)bar->cols);
		screen_line(&line, bar->y, bar->x, bar->cols, LOOK_PLAIN);
		line_done(&line);
		return;
	}
	bars_keys(explorer_place(explorer), explorer->charset, bar);
}

static void paint_panes(struct explorer *explorer)
{
	if (explorer->overlay != OVERLAY_NONE) {
		struct view *view = explorer_focused_view(explorer);

		view->ops->paint(view, true);
		return;
	}
	for (enum pane pane = 0; pane < PANE_COUNT; pane++) {
		struct view *view = explorer_pane_view(explorer, pane);

		if (view->area.rows > 0)
			view->ops->paint(view, pane == explorer->focus);
	}
	paint_gap(explorer);
	if (explorer->welcome)
		explorer_paint_welcome(explorer);
}

void explorer_paint(struct explorer *explorer)
{
	struct view *view = explorer_focused_view(explorer);
	int y = 0, x = 0;

	explorer->dirty = false;
	if (explorer->layout.too_small) {
		paint_too_small(explorer);
		screen_flush();
		return;
	}
	explorer->ui_state.now_ms = explorer->now_ms;
	explorer->ui_state.cast = explorer_cast(explorer, &explorer->ui_state.cast_count);
	bars_header(&explorer->ui_state, explorer->tree.follow, &explorer->layout.header);
	paint_panes(explorer);
	paint_bottom(explorer);
	/* Painting moves the cursor, so it is set last; an open prompt has set its own. */
	if (!explorer->prompt.open) {
		if (view->ops->cursor)
			view->ops->cursor(view, &y, &x);
		screen_cursor(view->area.y + y, view->area.x + x, false);
	}
	screen_flush();
}
