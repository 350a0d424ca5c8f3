/* The detail pane: all that is known of the selection of the main view. */
#pragma once

#include "tui/core/pager.h"
#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"

struct detail_view {
	struct view view;
	struct pager pager;
	const struct ui_state *ui_state;
	struct row_key key; /* of the last subject */
	struct inspect_pane inside;
};

/* @ui_state: borrowed. */
void detail_view_init(struct detail_view *detail, const struct ui_state *ui_state);
/* Inspects what is shown, when that is due.  @request: of this pane, or of a main view that covers
 * it.  Returns true when the screen has to change. */
bool detail_view_step(
    struct detail_view *detail, const struct inspect_request *request, uint64_t now_ms);
/* Is a helper inside a namespace, where a scan would count it as a member? */
bool detail_view_in_the_way(const struct detail_view *detail);

void detail_view_done(struct detail_view *detail);
