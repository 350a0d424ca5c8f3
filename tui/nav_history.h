/* Places visited, to go back and forward again, as in a browser. */
#pragma once

#include "model/view/outline.h"

enum { NAV_HISTORY_MAX = 64 };

struct nav_history_place {
	unsigned main; /* enum main_view */
	enum grouping grouping;
	struct row_key key;
	bool has_key; /* something was selected */
};

struct nav_history {
	struct nav_history_place places[NAV_HISTORY_MAX + 1];
	size_t at;  /* the index of the present place */
	size_t end; /* the last place that forward leads to */
};

/* Saves @present before leaving it.  Drops the places ahead, and the oldest where there are too
 * many.  Saves the same place only once in a row. */
void nav_history_note(struct nav_history *nav_history, const struct nav_history_place *present);
/* Goes one back (@step -1) or forward (1).  Returns false where there is none. */
bool nav_history_step(struct nav_history *nav_history, int step,
    const struct nav_history_place *present, struct nav_history_place *ret_place);
