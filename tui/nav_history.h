/* Where the person was, to go back there and forward again, as in a browser. */
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
	size_t at;  /* where the present place would stand */
	size_t end; /* the last one that forward leads to */
};

/* Notes @present before something leads away from it; what lay ahead is forgotten, and the oldest
 * where there are too many.  The same place twice is noted once. */
void nav_history_note(struct nav_history *nav_history, const struct nav_history_place *present);
/* One back (@step -1) or forward (1).  Returns false where there is none. */
bool nav_history_step(struct nav_history *nav_history, int step,
    const struct nav_history_place *present, struct nav_history_place *ret_place);
