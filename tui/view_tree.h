/* The tree: the rows of the outline, one of them selected. */
#pragma once

#include "tui/live.h"
#include "tui/view.h"

struct tree_view {
	struct view view;
	struct live *live;
	uint32_t at, top; /* the selected row and the first one shown, of live->outline */
	bool follow;      /* keeps a process that moves selected */
	uint64_t now_ms;  /* of this paint */
	const struct cast_member *cast; /* borrowed from the lesson, set before each paint */
	size_t cast_count;
};

void tree_view_init(struct tree_view *tree, struct live *live);

/* The selected row, or NULL while there is none. */
const struct row *tree_view_row(const struct tree_view *tree);

/* To be called when live->outline was made anew: the selection stays on what it was, and on its
 * place of the screen. */
void tree_view_rebuilt(struct tree_view *tree);

/* Selects row @at and scrolls it into sight. */
void tree_view_select(struct tree_view *tree, uint32_t at);
/* Selects row @at and scrolls so that its parent row is in sight too where there is room. */
void tree_view_present(struct tree_view *tree, uint32_t at);

/* Selects row @at and scrolls it to the top, so that what is below it has all the room. */
void tree_view_lead(struct tree_view *tree, uint32_t at);

/* Selects the first row of the process or namespace of @key, if there is one: for keys of another
 * grouping. */
void tree_view_find(struct tree_view *tree, const struct row_key *key);

/* To the next (@step 1) or the former (@step -1) row that the search found, unfolding what hides
 * it.  False for none. */
bool tree_view_match(struct tree_view *tree, int step);
/* To the next one in sight; stays where the selected row is one.  False for none. */
bool tree_view_match_here(struct tree_view *tree);
