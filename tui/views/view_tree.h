/* The tree: the rows of the outline, one of them selected. */
#pragma once

#include "tui/core/ui_state.h"

struct tree_view {
	struct view view;
	const struct ui_state *ui_state;
	struct live *live;     /* of ui_state */
	uint32_t at, top;      /* the selected row and the first one shown, of live->outline */
	bool follow;           /* the selection follows a process that moves */
	struct row_key origin; /* the row that was selected when the search began */
	bool has_origin;
};

/* @ui_state: borrowed. */
void tree_view_init(struct tree_view *tree, const struct ui_state *ui_state);

/* Words for each grouping, msgid: "by PID namespace". */
extern const char *const grouping_words[GROUPING_COUNT];

/* Grouped by namespaces: selects another order.  Returns false for other actions and groupings. */
bool tree_groups_act(struct tree_view *tree, enum action action);

/* The selected row; NULL for none. */
const struct row *tree_view_row(const struct tree_view *tree);
/* Selects row @at and makes it visible. */
void tree_view_select(struct tree_view *tree, uint32_t at);
/* Selects row @at and makes its parent row visible, too, where both fit. */
void tree_view_present(struct tree_view *tree, uint32_t at);

/* Selects row @at and scrolls it to the top, with room for the rows below it. */
void tree_view_lead(struct tree_view *tree, uint32_t at);
