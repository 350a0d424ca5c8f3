/* A view has an area of the screen, paints itself there, and takes actions.
 *
 * Views know nothing of one another; explorer.c places them and passes actions on.
 */
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
	SEARCH_BEGINS, /* typing begins: the position to search from */
	SEARCH_TYPED,  /* the text has changed: the first match among visible rows */
	SEARCH_NEXT,   /* also matches in folded rows */
	SEARCH_PREVIOUS,
};

struct view_ops {
	void (*paint)(struct view *view, bool focused);
	/* Returns false for actions that the view does not handle. */
	bool (*act)(struct view *view, enum action action);
	/* A click at row @y, column @x of its area; the second of a double one where @twice. */
	void (*click)(struct view *view, int y, int x, bool twice);
	/* The cursor's position in its area. */
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
	/* Its legend, for the help: msgids, a title and paragraphs, NULL at the end.  NULL itself:
	 * the tree's is used. */
	const char *const *(*help)(const struct view *view);
	/* How many the search found; NULL: as many as in the outline. */
	size_t (*matched)(const struct view *view);
	enum key_place place; /* the keys that work in it */
	bool alone;           /* it covers the detail pane, too */
};

struct view {
	const struct view_ops *ops;
	struct area area; /* set by the explorer before each paint and after each resize */
};

#define view_of(type, pointer) ((type *)((char *)(pointer)-offsetof(type, view)))
