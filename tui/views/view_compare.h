/* Compare: the two processes that were marked, type by type, and what each sees of the other, on the
 * whole screen. */
#pragma once

#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"

struct compare_view {
	struct view view;
	const struct ui_state *ui_state;
	struct inspect_pane *inside; /* borrowed; who looks into namespaces */
	struct section_view pane;
	struct process_id candidate; /* B, where only one is marked: who was selected */
	bool has_candidate;
	struct row rows[2]; /* A and B in the present graph */
	bool there[2];
};

void compare_view_init(
    struct compare_view *compare, const struct ui_state *ui_state, struct inspect_pane *inside);
void compare_view_done(struct compare_view *compare);
