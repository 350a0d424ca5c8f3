/* Text in sections that fold, one row of it selected: what compare and the inspector are made of. */
#pragma once

#include "model/report/section_text.h"
#include "tui/core/view.h"

/* The first member of the view that is one; most operations of the view are those below. */
struct section_view {
	struct view view;
	struct section_text section_text;
	size_t at, top;        /* the selected row, and the first one shown */
	int rows;              /* of its area, when it was last painted */
	uint32_t origin;       /* the line that was selected when the search began */
	char *filter, *search; /* as given last */
};

/* Frees what it has: the done of its view. */
void section_view_done(struct view *view);

/* How many columns its text has. */
int section_view_cols(const struct section_view *pane);
/* Takes ownership of @lines, filtered and searched as live->options say.  The selection stays on its
 * section and line. */
void section_view_set(struct section_view *pane, struct lines *lines);
/* Paints the title row and the rows below it. */
void section_view_paint(struct section_view *pane, const struct line *title, bool focused);

/* Takes the actions that move, fold, and inspect again. */
bool section_view_act(struct view *view, enum action action);
/* On the sign of a heading, or twice, it folds. */
void section_view_click(struct view *view, int y, int x, bool twice);
void section_view_cursor(const struct view *view, int *ret_y, int *ret_x);
bool section_view_search(struct view *view, enum search_step step);
size_t section_view_matched(const struct view *view);
