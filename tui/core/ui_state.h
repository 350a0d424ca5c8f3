/* What all views share: the machine as shown, the actors of a lesson, and the selection.
 *
 * The explorer owns it; views borrow it.
 */
#pragma once

#include "tui/core/live.h"
#include "tui/core/view.h"

struct ui_state {
	struct live *live;
	uint64_t now_ms;                /* of the present turn of the loop */
	const struct cast_member *cast; /* borrowed from the lesson, set before each paint */
	size_t cast_count;
	unsigned left_out;           /* columns: 1u << enum row_column */
	struct process_id chosen[2]; /* for a comparison: A, B */
	size_t chosen_count;
	struct view *main; /* the view in the main place; never NULL */
};

/* The selection of the main view, NULL for none.  Valid until the next outline. */
const struct row *ui_state_subject(const struct ui_state *ui_state);

/* Fills the context that rows are composed with, @cols wide. */
void ui_state_context(
    const struct ui_state *ui_state, int cols, struct rowline_context *ret_context);
