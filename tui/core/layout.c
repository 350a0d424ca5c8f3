#include "tui/core/layout.h"

enum {
	HEADER_ROWS = 2,
	HEADER_FROM_ROWS = 10, /* below, the header is one row */
	PANES_FROM_ROWS = 14,  /* below, only one pane fits */
	PANES_FROM_COLS = 40,
	DETAIL_SIDE_COLS = 120, /* from here on the detail pane is at the right */
	LESSON_SIDE_COLS = 100,
	DETAIL_COLS_MAX = 76,
	STACK_FROM_ROWS = 30, /* tree above details, with the lesson at the right */
};

/* Cuts @cols columns and one for the gap off the right of @area. */
static struct area cut_right(struct area *area, int cols, struct area *gap)
{
	struct area right = *area;

	right.x = area->x + area->cols - cols;
	right.cols = cols;
	*gap = (struct area){area->y, right.x - 1, area->rows, 1};
	area->cols -= cols + 1;
	return right;
}

static struct area cut_below(struct area *area, int rows)
{
	struct area below = *area;

	below.y = area->y + area->rows - rows;
	below.rows = rows;
	area->rows -= rows;
	return below;
}

static void place_lesson(const struct layout_request *request, struct layout *layout)
{
	struct area left = layout->whole;

	if (left.cols >= LESSON_SIDE_COLS) {
		layout->panes[PANE_LESSON] = cut_right(&left, left.cols / 2, &layout->gap);
		if (request->detail && left.rows >= STACK_FROM_ROWS)
			layout->panes[PANE_DETAIL] = cut_below(&left, left.rows * 2 / 5);
	} else {
		layout->panes[PANE_LESSON] = cut_below(&left, (left.rows + 1) / 2);
	}
	layout->panes[PANE_MAIN] = left;
}

static void place_detail(struct layout *layout)
{
	struct area left = layout->whole;
	int side = left.cols * 2 / 5;

	if (left.cols >= DETAIL_SIDE_COLS) {
		side = side < DETAIL_COLS_MAX ? side : DETAIL_COLS_MAX;
		layout->panes[PANE_DETAIL] = cut_right(&left, side, &layout->gap);
	} else {
		layout->panes[PANE_DETAIL] = cut_below(&left, left.rows * 2 / 5);
	}
	layout->panes[PANE_MAIN] = left;
}

void layout_make(
    int rows, int cols, const struct layout_request *request, struct layout *ret_layout)
{
	struct layout layout = {0};

	if (rows < LAYOUT_LEAST_ROWS || cols < LAYOUT_LEAST_COLS) {
		layout.too_small = true;
		*ret_layout = layout;
		return;
	}
	int header = rows >= HEADER_FROM_ROWS ? HEADER_ROWS : 1;

	layout.header = (struct area){0, 0, header, cols};
	layout.bar = (struct area){rows - 1, 0, 1, cols};
	layout.whole = (struct area){header, 0, rows - 1 - header, cols};
	bool roomy = rows >= PANES_FROM_ROWS && cols >= PANES_FROM_COLS;

	if (request->whole)
		; /* no panes */
	else if (roomy && request->lesson)
		place_lesson(request, &layout);
	else if (roomy && request->detail)
		place_detail(&layout);
	else
		layout.panes[request->focus] = layout.whole;
	/* The pane with the focus is always visible. */
	if (!request->whole && layout.panes[request->focus].rows == 0) {
		for (int pane = 0; pane < PANE_COUNT; pane++)
			layout.panes[pane] = (struct area){0};
		layout.panes[request->focus] = layout.whole;
		layout.gap = (struct area){0};
	}
	*ret_layout = layout;
}
