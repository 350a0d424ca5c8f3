/* A view has an area of the screen, paints itself there, and takes actions.
 *
 * Views know nothing of one another.  The explorer places them and passes actions on.  What they share
 * is struct ui_state.
 */
#pragma once

#include "model/base/line.h"
#include "model/view/outline.h"
#include "tui/core/keys.h"
#include "tui/core/live.h"

#include <stdbool.h>

struct area {
	int y, x, rows, cols; /* no rows: it is not on the screen */
};

struct view;
struct inspect_pane;
struct inspect_request;

enum search_step {
	SEARCH_BEGINS, /* typing begins: the position to search from */
	SEARCH_TYPED,  /* the text has changed: the first match among visible rows */
	SEARCH_NEXT,   /* also matches in folded rows */
	SEARCH_PREVIOUS,
};

struct ui_state;

struct view_ops {
	/* Frees what the view has, but not the view; NULL: nothing. */
	void (*done)(struct view *view);
	void (*paint)(struct view *view, bool focused);
	/* Returns false for actions that the view does not handle. */
	bool (*act)(struct view *view, enum action action);
	/* A click at row @y, column @x of its area; the second of a double one where @twice.  NULL: it
	 * takes none. */
	void (*click)(struct view *view, int y, int x, bool twice);
	/* The cursor's position in its area; NULL: below the title. */
	void (*cursor)(const struct view *view, int *ret_y, int *ret_x);

	/* The rest is for main views (tui/explorer.h), which have all of it.  Search and filter are
	 * in live->options. */

	/* Appends a short description for the header. */
	void (*describe)(const struct view *view, struct line *line);
	/* What is selected, for the other panes; NULL for nothing. */
	const struct row *(*subject)(const struct view *view);
	/* Selects the process, thread, namespace or type of @key.  @unfold: unfolds rows that hide
	 * it.  Returns false where it is not in this view. */
	bool (*present)(struct view *view, const struct row_key *key, bool unfold);
	/* The graph, the letters, search or filter have changed.  Also called while it is not on the
	 * screen. */
	void (*refresh)(struct view *view);
	/* Returns false without a match (not for SEARCH_BEGINS). */
	bool (*search)(struct view *view, enum search_step step);
	/* Which namespaces to inspect for it; NULL: the detail pane decides.  The view is painted
	 * when results arrive. */
	void (*request)(const struct view *view, struct inspect_request *ret_request);
	/* How many the search found; NULL: as many as in the outline. */
	size_t (*matched)(const struct view *view);
	enum key_place place; /* the keys that work in it */
	bool alone;           /* it covers the detail pane, too */
};

struct view {
	const struct view_ops *ops;
	const struct ui_state *ui_state; /* borrowed */
	struct live *live;               /* of the UI state */
	enum charset charset;
	struct area area; /* set by the explorer before each paint and after each resize */
	/* Its legend, for the help: msgids, a title and paragraphs, NULL at the end.  NULL itself: the
	 * tree's is used. */
	const char *const *help;
};

/* The struct of a view begins with its struct view, or with a struct that does. */
#define view_of(type, pointer) ((type *)(pointer))

void view_init(struct view *view, const struct view_ops *ops, const struct ui_state *ui_state);
/* A view of @bytes bytes, all zero but for its struct view. */
void *view_new(size_t bytes, const struct view_ops *ops, const struct ui_state *ui_state);
void view_free(struct view *view); /* NULL is fine */

/* How many rows @action moves by, up below 0, on a page of @page rows.  0 for actions that do not move. */
long rows_of_action(enum action action, size_t page);
/* Moves row @at of @count by @step, as far as there are rows. */
size_t rows_move(size_t at, long step, size_t count);
/* Scrolls so that row @*at of @count is visible in @rows rows from @*top on, and no blank rows are left
 * at the end of a long list. */
void rows_scroll(size_t *at, size_t *top, size_t rows, size_t count);

/* --- What all views share ----------------------------------------------------------------------- */

/* The machine as shown, the actors of a lesson, and the selection.  The explorer owns it; views borrow
 * it. */
struct ui_state {
	struct live *live;
	uint64_t now_ms;                /* of the present turn of the loop */
	const struct actor_ref *actors; /* borrowed from the lesson, set before each paint */
	size_t actor_count;
	unsigned left_out;           /* columns: 1u << enum row_column */
	struct process_id chosen[2]; /* for a comparison: A, B */
	size_t chosen_count;
	struct view *main;           /* the view in the main place; never NULL */
	bool follow;                 /* the selection follows a process that moves */
	struct inspect_pane *inside; /* inspects the namespaces that are shown; borrowed */
};

/* The selection of the main view, NULL for none.  Valid until the next outline. */
const struct row *ui_state_subject(const struct ui_state *ui_state);

/* Fills the context that rows are composed with, @cols wide. */
void ui_state_context(
    const struct ui_state *ui_state, int cols, struct rowline_context *ret_context);
