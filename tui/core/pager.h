/* Text that may be longer than its area: lines, and the scroll position. */
#pragma once

#include "model/report/detail.h"
#include "tui/core/view.h"

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
bool pager_more(const struct pager *pager);

/* Paints the row above a pane: @title, how it is scrolled, whether it has the focus. */
void pager_title(const struct pager *pager, const struct area *area, enum charset charset,
    const struct line *title, bool focused);
