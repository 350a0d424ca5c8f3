/* Where each pane is on the screen, computed from its size and from the panes requested. */
#pragma once

#include "tui/core/view.h"

enum {
	LAYOUT_LEAST_ROWS = 5,
	LAYOUT_LEAST_COLS = 20,
};

enum pane { PANE_MAIN, PANE_DETAIL, PANE_LESSON, PANE_COUNT };

struct layout_request {
	bool detail, lesson; /* these panes too */
	bool whole;          /* one screen replaces all panes (help, the list) */
	enum pane focus;     /* the one that stays where only one fits */
};

struct layout {
	bool too_small;
	struct area header, bar;
	struct area panes[PANE_COUNT]; /* each with its heading or title */
	struct area whole;             /* the area of all panes together */
	struct area gap;               /* one column between left and right, or no rows */
};

void layout_make(
    int rows, int cols, const struct layout_request *request, struct layout *ret_layout);
