/* Text in sections on the screen: its rows, one of them selected.  Compare and the inspector share
 * it. */
#pragma once

#include "model/report/section_text.h"
#include "tui/core/view.h"

struct section_view {
	struct section_text section_text;
	uint32_t at, top;      /* the selected row, and the first one shown */
	int rows;              /* of its area, when it was last painted */
	uint32_t origin;       /* the line that was selected when the search began */
	char *filter, *search; /* as given last */
};

void section_view_done(struct section_view *pane);

/* Takes ownership of @lines.  The selection stays on its section and line.  @filter, @search: of
 * live->options. */
void section_view_set(
    struct section_view *pane, struct lines *lines, const char *filter, const char *search);
/* Back to the top, for another subject. */
void section_view_rewind(struct section_view *pane);

/* Paints the title row and the rows below it.  The charset is that of @title. */
void section_view_paint(
    struct section_view *pane, const struct area *area, const struct line *title, bool focused);
/* Takes the actions that move and fold; false for others. */
bool section_view_act(struct section_view *pane, enum action action);
/* A click in row @y, column @x of its area: on the sign of a heading, or twice, it folds. */
void section_view_click(struct section_view *pane, int y, int x, bool twice);
void section_view_cursor(const struct section_view *pane, int *ret_y, int *ret_x);
bool section_view_search(struct section_view *pane, enum search_step step);
