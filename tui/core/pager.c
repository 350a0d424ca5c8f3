#include "tui/core/pager.h"

#include "model/base/i18n.h"
#include "tui/core/screen.h"

#include <string.h>

void pager_done(struct pager *pager)
{
	lines_done(&pager->lines);
	*pager = (struct pager){0};
}

void pager_clear(struct pager *pager)
{
	lines_done(&pager->lines);
	memset(&pager->lines, 0, sizeof(pager->lines));
}

static size_t last_top(const struct pager *pager)
{
	return pager->lines.count > pager->rows ? pager->lines.count - pager->rows : 0;
}

void pager_paint(struct pager *pager, const struct area *area)
{
	pager->rows = area->rows > 0 ? (size_t)area->rows : 0;
	if (pager->top > last_top(pager))
		pager->top = last_top(pager);
	for (size_t i = 0; i < pager->rows; i++) {
		size_t at = pager->top + i;
		int y = area->y + (int)i;

		if (at >= pager->lines.count) {
			screen_blank(y, area->x, 1, area->cols);
			continue;
		}
		line_fit(&pager->lines.items[at], (size_t)area->cols);
		screen_line(&pager->lines.items[at], y, area->x, area->cols, LOOK_PLAIN);
	}
}

bool pager_act(struct pager *pager, enum action action)
{
	size_t page = pager->rows > 1 ? pager->rows - 1 : 1;
	size_t half = page > 1 ? page / 2 : 1;
	size_t up = 0, down = 0;

	switch (action) {
	case ACTION_UP:
	case ACTION_SCROLL_UP:
		up = 1;
		break;
	case ACTION_DOWN:
	case ACTION_SCROLL_DOWN:
		down = 1;
		break;
	case ACTION_PAGE_UP:
		up = page;
		break;
	case ACTION_PAGE_DOWN:
		down = page;
		break;
	case ACTION_HALF_UP:
		up = half;
		break;
	case ACTION_HALF_DOWN:
		down = half;
		break;
	case ACTION_HOME:
		up = pager->top;
		break;
	case ACTION_END:
		down = pager->lines.count;
		break;
	default:
		return false;
	}
	pager->top -= up < pager->top ? up : pager->top;
	pager->top += down;
	if (pager->top > last_top(pager))
		pager->top = last_top(pager);
	return true;
}

bool pager_more(const struct pager *pager)
{
	return pager->top < last_top(pager);
}

void pager_title(const struct pager *pager, const struct area *area, enum charset charset,
    const struct line *title, bool focused)
{
	struct line line, more;
	size_t cols = area->cols > 0 ? (size_t)area->cols : 0;

	line_init(&line, charset);
	line_init(&more, charset);
	if (pager->top > 0)
		line_add_symbol(&more, STYLE_PLAIN, " ▲", " ^");
	if (pager_more(pager)) {
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
