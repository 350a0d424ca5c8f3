/* A view: something that has a place on the screen, paints itself there, and takes actions.
 *
 * Views know nothing of one another; explorer.c places them and tells them what to do. */
#pragma once

#include "model/base/line.h"
#include "model/view/outline.h"
#include "tui/core/keys.h"

#include <stdbool.h>

struct area {
	int y, x, rows, cols; /* no rows: it is not on the screen */
};

struct view;
struct inspect_request;

enum search_step {
	SEARCH_BEGINS, /* the text is going to be typed: here is where the person was */
	SEARCH_TYPED,  /* the text has changed: from there to the first one found in sight */
	SEARCH_NEXT,   /* also those that are folded away */
	SEARCH_PREVIOUS,
};

struct view_ops {
	void (*paint)(struct view *view, bool focused);
	/* Returns false for what is not the view's to do. */
	bool (*act)(struct view *view, enum action action);
	/* A click at row @y, column @x of its area; the second of a double one where @twice. */
	void (*click)(struct view *view, int y, int x, bool twice);
	/* Where the cursor belongs, in its area. */
	void (*cursor)(const struct view *view, int *ret_y, int *ret_x);

	/* The rest is for views that may stand in the main place (tui/explorer.h), which have all of
	 * it.  Search and filter are in live->options. */

	/* Appends what is shown, in a few words, for the header. */
	void (*describe)(const struct view *view, struct line *line);
	/* What is selected, for the other panes; NULL for nothing. */
	const struct row *(*subject)(const struct view *view);
	/* Selects the process, thread, namespace or type of @key.  @unfold: also where something
	 * hides it.  Returns false where it is not in this view. */
	bool (*present)(struct view *view, const struct row_key *key, bool unfold);
	/* The graph, the marks, search or filter have changed.  Also while it is out of sight. */
	void (*refresh)(struct view *view);
	/* Returns false where nothing is found (not for SEARCH_BEGINS). */
	bool (*search)(struct view *view, enum search_step step);
	/* What is to be looked into for it; NULL where the detail pane does so.  Where that has
	 * changed, it is painted. */
	void (*request)(const struct view *view, struct inspect_request *ret_request);
	/* How to read it, for the help: msgids, a title and paragraphs, NULL at their end.  NULL itself
	 * where the tree's will do. */
	const char *const *(*help)(const struct view *view);
	/* How many the search found; NULL: those of the outline. */
	size_t (*matched)(const struct view *view);
	enum key_place place; /* the keys that are alive in it */
	bool alone;           /* it takes the place of the detail pane too */
};

struct view {
	const struct view_ops *ops;
	struct area area; /* set by the explorer before each paint and after each resize */
};

#define view_of(type, pointer) ((type *)((char *)(pointer)-offsetof(type, view)))
