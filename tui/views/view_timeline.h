/* The timeline: events, newest first, a line each; Enter goes to the process or namespace of an
 * event. */
#pragma once

#include "tui/core/menu.h"
#include "tui/core/ui_state.h"

struct timeline_view {
	struct view view;
	struct menu menu;
	const struct ui_state *ui_state;
	uint64_t *numbers; /* of the entries that are shown, newest first */
	size_t capacity;
	uint64_t selected; /* the number of the selected one; 0: the newest, whichever that is */
	uint64_t seen;     /* timeline_last when they were selected */
	size_t matched;    /* lines shown that the search found */
	uint64_t origin;   /* selected when the search began */
	struct row row;    /* the process or namespace of the selected one */
};

/* @ui_state: borrowed. */
void timeline_view_init(struct timeline_view *timeline, const struct ui_state *ui_state);
void timeline_view_done(struct timeline_view *timeline);

/* The selected entry, NULL for none.  Borrowed until the next scan or snapshot. */
const struct timeline_entry *timeline_view_event(const struct timeline_view *timeline);
