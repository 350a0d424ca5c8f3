/* The tree: the rows of the outline, one of them selected. */
#pragma once

#include "tui/core/ui_state.h"

struct tree_view {
	struct view view;
	const struct ui_state *ui_state;
	struct live *live;     /* of the picture */
	uint32_t at, top;      /* the selected row and the first one shown, of live->outline */
	bool follow;           /* keeps a process that moves selected */
	struct row_key origin; /* the row that was selected when the search began */
	bool has_origin;
};

/* @ui_state: borrowed. */
void tree_view_init(struct tree_view *tree, const struct ui_state *ui_state);

/* Words for each grouping, msgid: "by PID namespace". */
extern const char *const grouping_words[GROUPING_COUNT];

/* By rooms: chooses another order.  Returns false for other actions and groupings. */
bool tree_groups_act(struct tree_view *tree, enum action action);

/* The selected row; NULL for none. */
const struct row *tree_view_row(const struct tree_view *tree);
/* Selects row @at and scrolls it into sight. */
void tree_view_select(struct tree_view *tree, uint32_t at);
/* Selects row @at and scrolls so that its parent row is in sight too where there is room. */
void tree_view_present(struct tree_view *tree, uint32_t at);

/* Selects row @at and scrolls it to the top, so that what is below it has all the room. */
void tree_view_lead(struct tree_view *tree, uint32_t at);
