#include "tui/core/menu.h"

#include "tui/core/screen.h"

void menu_done(struct menu *menu)
{
	pager_done(&menu->pager);
}

static void scroll_to_selected(struct menu *menu, size_t rows)
{
	if (menu->at < menu->pager.top)
		menu->pager.top = menu->at;
	if (rows > 0 && menu->at >= menu->pager.top + rows)
		menu->pager.top = menu->at - rows + 1;
}

void menu_paint(
    struct menu *menu, const struct menu_text *text, const struct area *area, bool focused)
{
	size_t rows = area->rows > 1 ? (size_t)area->rows - 1 : 0;
	struct line line;

	line_init_verbatim(&line, text->charset);
	line_adds(&line, STYLE_TITLE, text->title);
	pager_title(&menu->pager, area, text->charset, &line, focused);
	menu->rows = rows;
	scroll_to_selected(menu, rows);
	for (size_t i = 0; i < rows; i++) {
		size_t at = menu->pager.top + i;
		bool there = at < menu->count;

		line_clear(&line);
		if (there)
			text->compose(text->data, at, &line);
		else if (menu->count == 0 && i == 0)
			line_adds(&line, STYLE_DIM, text->empty);
		line_fit(&line, (size_t)area->cols);
		screen_line(&line, area->y + 1 + (int)i, area->x, area->cols,
		    there && at == menu->at ? LOOK_SELECTED : LOOK_PLAIN);
	}
	line_done(&line);
}

/* By at least one line. */
static void move(struct menu *menu, int direction, size_t lines)
{
	size_t last = menu->count > 0 ? menu->count - 1 : 0;

	lines = lines ? lines : 1;
	if (direction < 0)
		menu->at -= menu->at < lines ? menu->at : lines;
	else
		menu->at = last - menu->at < lines ? last : menu->at + lines;
}

bool menu_act(struct menu *menu, enum action action)
{
	switch (action) {
	case ACTION_UP:
	case ACTION_SCROLL_UP:
		if (menu->at > 0)
			menu->at--;
		return true;
	case ACTION_DOWN:
	case ACTION_SCROLL_DOWN:
		if (menu->at + 1 < menu->count)
			menu->at++;
		return true;
	case ACTION_HOME:
		menu->at = 0;
		return true;
	case ACTION_END:
		menu->at = menu->count > 0 ? menu->count - 1 : 0;
		return true;
	case ACTION_PAGE_UP:
		move(menu, -1, menu->rows);
		return true;
	case ACTION_PAGE_DOWN:
		move(menu, 1, menu->rows);
		return true;
	case ACTION_HALF_UP:
		move(menu, -1, menu->rows / 2);
		return true;
	case ACTION_HALF_DOWN:
		move(menu, 1, menu->rows / 2);
		return true;
	default:
		return false;
	}
}

void menu_click(struct menu *menu, int y)
{
	size_t at = menu->pager.top + (size_t)(y - 1);

	if (y >= 1 && at < menu->count)
		menu->at = at;
}

void menu_cursor(const struct menu *menu, int *ret_y, int *ret_x)
{
	*ret_y = 1 + (int)(menu->at - menu->pager.top);
	*ret_x = 0;
}
