/* A view: something that has a place on the screen, paints itself there, and takes actions.
 *
 * Views know nothing of one another; explorer.c places them and tells them what to do. */
#pragma once

#include "tui/keys.h"

#include <stdbool.h>

struct area {
	int y, x, rows, cols; /* no rows: it is not on the screen */
};

struct view;

struct view_ops {
	void (*paint)(struct view *view, bool focused);
	/* Returns false for what is not the view's to do. */
	bool (*act)(struct view *view, enum action action);
	/* A click at row @y, column @x of its area; the second of a double one where @twice. */
	void (*click)(struct view *view, int y, int x, bool twice);
	/* Where the cursor belongs, in its area. */
	void (*cursor)(const struct view *view, int *ret_y, int *ret_x);
};

struct view {
	const struct view_ops *ops;
	struct area area; /* set by the explorer before each paint and after each resize */
};

#define view_of(type, pointer) ((type *)((char *)(pointer)-offsetof(type, view)))
