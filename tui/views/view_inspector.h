/* The inspector, a main view: all that is known of one process, group or namespace, what is inside,
 * and what holds it.  It stays on its subject while the machine changes. */
#pragma once

#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"

struct inspector_view {
	struct view view;
	const struct ui_state *ui_state;
	struct inspect_pane *inside; /* borrowed; inspects the namespaces */
	struct section_view pane;
	struct row_key key; /* its subject */
	bool has_key;
	struct row row; /* the same in the present graph */
	bool there;     /* row is valid: the subject still exists */
};

void inspector_view_init(
    struct inspector_view *inspector, const struct ui_state *ui_state, struct inspect_pane *inside);
void inspector_view_done(struct inspector_view *inspector);
