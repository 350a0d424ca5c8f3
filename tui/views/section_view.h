/* A folio on the screen: its rows, one of them selected; what the views that are text in sections
 * (compare, inspector) share. */
#pragma once

#include "model/report/section_text.h"
#include "tui/core/view.h"

struct folio_pane {
	struct folio folio;
	uint32_t at, top;      /* the selected row, and the first one shown */
	int rows;              /* of its place, when it was last painted */
	uint32_t origin;       /* the line that was selected when the search began */
	char *filter, *search; /* as given last */
};

void folio_pane_done(struct folio_pane *pane);

/* Takes @lines over.  The selection stays on its section and line.  @filter, @search: of
 * live->options. */
void folio_pane_set(
    struct folio_pane *pane, struct lines *lines, const char *filter, const char *search);
/* Back to the top, for another subject. */
void folio_pane_rewind(struct folio_pane *pane);

/* Paints the title row and the rows below it.  The charset is that of @title. */
void folio_pane_paint(
    struct folio_pane *pane, const struct area *area, const struct line *title, bool focused);
/* Takes the actions that move and fold; false for others. */
bool folio_pane_act(struct folio_pane *pane, enum action action);
/* A click in row @y, column @x of its area: on the sign of a heading, or twice, it folds. */
void folio_pane_click(struct folio_pane *pane, int y, int x, bool twice);
void folio_pane_cursor(const struct folio_pane *pane, int *ret_y, int *ret_x);
bool folio_pane_search(struct folio_pane *pane, enum search_step step);
