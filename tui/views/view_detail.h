/* The detail pane: all that is known of what is selected in the main view. */
#pragma once

#include "tui/core/pager.h"
#include "tui/core/ui_state.h"
#include "tui/views/inspect_pane.h"

struct detail_view {
	struct view view;
	struct pager pager;
	const struct ui_state *ui_state;
	struct row_key key; /* of what it showed last */
	struct inspect_pane inside;
};

/* @ui_state: borrowed. */
void detail_view_init(struct detail_view *detail, const struct ui_state *ui_state);
/* Looks into what is shown, when that is due: @request, of this pane or of the view that stands in its
 * place too.  Returns true when what is to be seen has changed. */
bool detail_view_step(
    struct detail_view *detail, const struct inspect_request *request, uint64_t now_ms);
/* Is a namespace being looked into by somebody whom a scan would tell as a member? */
bool detail_view_in_the_way(const struct detail_view *detail);

void detail_view_done(struct detail_view *detail);
