/* What may be longer than its area: text that scrolls, and menus. */
#pragma once

#include "model/report/detail.h"
#include "tui/core/screen.h"
#include "tui/core/view.h"

/* Paints @line, cut where it is longer, as row @row of @area. */
void row_paint(const struct area *area, int row, struct line *line, enum look look);
/* Paints the row above a pane: @title, whether there is more above and below, whether it has the focus. */
void title_paint(
    const struct area *area, const struct line *title, bool above, bool below, bool focused);

/* --- Text ---------------------------------------------------------------------------------------- */

struct pager {
	struct lines lines;
	size_t top;  /* the first line that is shown */
	size_t rows; /* of its area, when it was last painted */
};

void pager_done(struct pager *pager);
/* Empties it and keeps the scroll position. */
void pager_clear(struct pager *pager);

/* Paints the lines into @area. */
void pager_paint(struct pager *pager, const struct area *area);
/* Takes the actions that move; false for others. */
bool pager_act(struct pager *pager, enum action action);
/* Are there lines below those that are shown? */
bool pager_more(const struct pager *pager);
/* Paints the row above the pane in @area. */
void pager_title(
    const struct pager *pager, const struct area *area, const struct line *title, bool focused);

/* A view that is a text: the first member of its struct.  act and done are its operations. */
struct pager_view {
	struct view view;
	struct pager pager;
};

/* Paints @title and the text below it. */
void pager_view_paint(struct pager_view *view, const struct line *title, bool focused);
bool pager_view_act(struct view *view, enum action action);
void pager_view_done(struct view *view);

/* --- A menu: lines, one of them selected --------------------------------------------------------- */

/* The first member of the view that is one; act, click and cursor are its operations. */
struct menu {
	struct view view;
	size_t count, at; /* lines, and the selected one */
	size_t top;       /* the first line that is shown */
	size_t rows;      /* lines painted last */
};

/* @title; @empty: what it says when there are no lines; both translated.
 * @compose: fills @line, which is empty, with line number @at. */
void menu_paint(struct menu *menu, const char *title, const char *empty,
    void (*compose)(const struct menu *menu, size_t at, struct line *line), bool focused);
bool menu_act(struct view *view, enum action action);
void menu_click(struct view *view, int y, int x, bool twice);
void menu_cursor(const struct view *view, int *ret_y, int *ret_x);
