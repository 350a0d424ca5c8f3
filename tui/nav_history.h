/* Where the person was, to go back there and forward again, as in a browser. */
#pragma once

#include "model/view/outline.h"

enum { TRAIL_MOST = 64 };

struct trail_place {
	unsigned main; /* enum main_view */
	enum grouping grouping;
	struct row_key key;
	bool has_key; /* something was selected */
};

struct trail {
	struct trail_place places[TRAIL_MOST + 1];
	size_t at;  /* where the present place would stand */
	size_t end; /* the last one that forward leads to */
};

/* Notes @present before something leads away from it; what lay ahead is forgotten, and the oldest
 * where there are too many.  The same place twice is noted once. */
void trail_note(struct trail *trail, const struct trail_place *present);
/* One back (@step -1) or forward (1).  Returns false where there is none. */
bool trail_step(struct trail *trail, int step, const struct trail_place *present,
    struct trail_place *ret_place);
