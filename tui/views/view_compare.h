/* Compare, a main view: the two marked processes, type by type, and what each of them can see of
 * the other. */
#pragma once

#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"

struct compare_view {
	struct view view;
	const struct ui_state *ui_state;
	struct inspect_pane *inside; /* borrowed; inspects the namespaces */
	struct section_view pane;
	struct process_id candidate; /* B, where only one is marked: the selected process */
	bool has_candidate;
	struct row rows[2]; /* A and B in the present graph */
	bool there[2];
};

void compare_view_init(
    struct compare_view *compare, const struct ui_state *ui_state, struct inspect_pane *inside);
void compare_view_done(struct compare_view *compare);
