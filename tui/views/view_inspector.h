/* The inspector: all that is known of one process, room or namespace, what is inside, and why it is
 * alive, on the whole screen.  It stays on what it was opened for while the machine changes. */
#pragma once

#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"

struct inspector_view {
	struct view view;
	const struct ui_state *ui_state;
	struct inspect_pane *inside; /* borrowed; who looks into namespaces */
	struct section_view pane;
	struct row_key key; /* what it is about */
	bool has_key;
	struct row row; /* the same in the present graph */
	bool there;     /* row is filled: it is not gone */
};

void inspector_view_init(
    struct inspector_view *inspector, const struct ui_state *ui_state, struct inspect_pane *inside);
void inspector_view_done(struct inspector_view *inspector);
