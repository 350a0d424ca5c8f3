#include "tui/core/pager.h"

#include "model/base/i18n.h"

void row_paint(const struct area *area, int row, struct line *line, enum look look)
{
	line_fit(line, area->cols > 0 ? (size_t)area->cols : 0);
	screen_line(line, area->y + row, area->x, area->cols, look);
}

void title_paint(
    const struct area *area, const struct line *title, bool above, bool below, bool focused)
{
	struct line line, more;
	size_t cols = area->cols > 0 ? (size_t)area->cols : 0;

	line_init(&line, title->charset);
	line_init(&more, title->charset);
	if (above)
		line_add_symbol(&more, STYLE_PLAIN, " ▲", " ^");
	if (below) {
		line_add_symbol(&more, STYLE_PLAIN, " ▼ ", " v ");
		line_adds(&more, STYLE_PLAIN, _("more"));
	}
	if (more.cols > 0)
		line_adds(&more, STYLE_PLAIN, " ");
	line_add_symbol(&line, STYLE_DIM, "─", "-");
	line_adds(&line, STYLE_PLAIN, " ");
	line_append(&line, title, 0, title->cols);
	if (cols > more.cols)
		line_fit(&line, cols - more.cols);
	line_adds(&line, STYLE_PLAIN, " ");
	while (line.cols + more.cols < cols)
		line_add_symbol(&line, STYLE_DIM, "─", "-");
	line_append(&line, &more, 0, more.cols);
	screen_line(&line, area->y, area->x, area->cols, focused ? LOOK_BAR : LOOK_RULE);
	line_done(&line);
	line_done(&more);
}

/* --- Text ---------------------------------------------------------------------------------------- */

void pager_clear(struct pager *pager)
{
	lines_done(&pager->lines);
	pager->lines = (struct lines){0};
}

void pager_done(struct pager *pager)
{
	lines_done(&pager->lines);
	*pager = (struct pager){0};
}

static size_t last_top(const struct pager *pager)
{
	return pager->lines.count > pager->rows ? pager->lines.count - pager->rows : 0;
}

bool pager_more(const struct pager *pager)
{
	return pager->top < last_top(pager);
}

void pager_paint(struct pager *pager, const struct area *area)
{
	pager->rows = area->rows > 0 ? (size_t)area->rows : 0;
	if (pager->top > last_top(pager))
		pager->top = last_top(pager);
	for (size_t i = 0; i < pager->rows; i++) {
		size_t at = pager->top + i;

		if (at < pager->lines.count)
			row_paint(area, (int)i, &pager->lines.items[at], LOOK_PLAIN);
		else
			screen_blank(area->y + (int)i, area->x, 1, area->cols);
	}
}

bool pager_act(struct pager *pager, enum action action)
{
	long step = rows_of_action(action, pager->rows > 0 ? pager->rows - 1 : 0);

	if (step)
		pager->top = rows_move(pager->top, step, last_top(pager) + 1);
	return step != 0;
}

void pager_title(
    const struct pager *pager, const struct area *area, const struct line *title, bool focused)
{
	title_paint(area, title, pager->top > 0, pager_more(pager), focused);
}

void pager_view_paint(struct pager_view *view, const struct line *title, bool focused)
{
	struct area body = view->view.area;

	body.y++;
	body.rows--;
	pager_paint(&view->pager, &body);
	pager_title(&view->pager, &view->view.area, title, focused);
}

bool pager_view_act(struct view *view, enum action action)
{
	return pager_act(&view_of(struct pager_view, view)->pager, action);
}

void pager_view_done(struct view *view)
{
	pager_done(&view_of(struct pager_view, view)->pager);
}

/* --- A menu -------------------------------------------------------------------------------------- */

void menu_paint(struct menu *menu, const char *title, const char *empty,
    void (*compose)(const struct menu *menu, size_t at, struct line *line), bool focused)
{
	const struct area *area = &menu->view.area;
	struct line line;

	menu->rows = area->rows > 1 ? (size_t)area->rows - 1 : 0;
	rows_scroll(&menu->at, &menu->top, menu->rows, menu->count);
	line_init_verbatim(&line, menu->view.charset);
	line_adds(&line, STYLE_TITLE, title);
	title_paint(area, &line, menu->top > 0, false, focused);
	for (size_t i = 0; i < menu->rows; i++) {
		size_t at = menu->top + i;
		bool there = at < menu->count;

		line_clear(&line);
		if (there)
			compose(menu, at, &line);
		else if (menu->count == 0 && i == 0)
			line_adds(&line, STYLE_DIM, empty);
		row_paint(
		    area, 1 + (int)i, &line, there && at == menu->at ? LOOK_SELECTED : LOOK_PLAIN);
	}
	line_done(&line);
}

bool menu_act(struct view *view, enum action action)
{
	struct menu *menu = view_of(struct menu, view);
	long step = rows_of_action(action, menu->rows);

	menu->at = rows_move(menu->at, step, menu->count);
	return step != 0;
}

void menu_click(struct view *view, int y, int x, bool twice)
{
	struct menu *menu = view_of(struct menu, view);
	size_t at = menu->top + (size_t)(y - 1);

	(void)x;
	(void)twice;
	if (y >= 1 && at < menu->count)
		menu->at = at;
}

void menu_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	const struct menu *menu = view_of(const struct menu, view);

	*ret_y = 1 + (int)(menu->at - menu->top);
	*ret_x = 0;
}
