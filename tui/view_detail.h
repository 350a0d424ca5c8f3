/* The detail pane: all that is known of the selected row. */
#pragma once

#include "tui/pager.h"
#include "tui/view_tree.h"

struct detail_view {
	struct view view;
	struct pager pager;
	const struct tree_view *tree; /* whose selected row it shows */
	struct row_key key;           /* of what it showed last */
};

void detail_view_init(struct detail_view *detail, const struct tree_view *tree);
void detail_view_done(struct detail_view *detail);
