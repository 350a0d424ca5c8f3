/* The layout: at every size, whatever is wished for, the areas lie inside the screen, do not
 * overlap, and what has the focus has a place. */
#include "model/base/util.h"
#include "tui/core/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 70, COLS_MAX = 210 };

static char taken[ROWS_MAX][COLS_MAX];

static void take(const struct area *area, int rows, int cols)
{
	assert_true(area->rows >= 0);
	for (int y = area->y; y < area->y + area->rows; y++) {
		for (int x = area->x; x < area->x + area->cols; x++) {
			assert_true(y >= 0 && y < rows && x >= 0 && x < cols);
			assert_int_equal(taken[y][x], 0);
			taken[y][x] = 1;
		}
	}
}

static void check(int rows, int cols, const struct layout_request *request)
{
	struct layout layout;

	layout_make(rows, cols, request, &layout);
	assert_int_equal(layout.too_small, rows < LAYOUT_LEAST_ROWS || cols < LAYOUT_LEAST_COLS);
	if (layout.too_small)
		return;
	memset(taken, 0, sizeof(taken));
	take(&layout.header, rows, cols);
	take(&layout.bar, rows, cols);
	if (request->whole) {
		take(&layout.whole, rows, cols);
		assert_true(layout.whole.rows >= 2);
	} else {
		for (int pane = 0; pane < PANE_COUNT; pane++)
			take(&layout.panes[pane], rows, cols);
		take(&layout.gap, rows, cols);
		assert_true(layout.panes[request->focus].rows >= 2);
		assert_true(layout.panes[request->focus].cols >= LAYOUT_LEAST_COLS);
	}
	for (int y = 0; y < rows; y++) {
		for (int x = 0; x < cols; x++)
			assert_int_equal(taken[y][x], 1);
	}
}

static void areas_fill_the_screen_at_every_size(void **state)
{
	(void)state;
	for (int rows = 1; rows < ROWS_MAX; rows += rows < 32 ? 1 : 7) {
		for (int cols = 1; cols < COLS_MAX; cols += cols < 125 ? 1 : 9) {
			for (int panes = 0; panes < 8; panes++) {
				struct layout_request request = {
				    .detail = panes & 1, .lesson = panes & 2, .whole = panes & 4};

				for (int pane = 0; pane < PANE_COUNT; pane++) {
					request.focus = (enum pane)pane;
					check(rows, cols, &request);
				}
			}
		}
	}
}

static struct layout made(int rows, int cols, bool detail, bool lesson)
{
	struct layout_request request = {.detail = detail, .lesson = lesson};
	struct layout layout;

	layout_make(rows, cols, &request, &layout);
	return layout;
}

static void panes_stand_below_or_beside(void **state)
{
	struct layout layout = made(24, 80, true, false);

	(void)state;
	assert_true(layout.panes[PANE_DETAIL].y > layout.panes[PANE_MAIN].y);
	layout = made(24, 120, true, false);
	assert_int_equal(layout.panes[PANE_DETAIL].y, layout.panes[PANE_MAIN].y);
	layout = made(24, 99, true, true);
	assert_true(layout.panes[PANE_LESSON].y > layout.panes[PANE_MAIN].y);
	assert_int_equal(layout.panes[PANE_DETAIL].rows, 0);
	layout = made(24, 100, true, true);
	assert_int_equal(layout.panes[PANE_LESSON].y, layout.panes[PANE_MAIN].y);
	layout = made(10, 40, true, false);
	assert_int_equal(layout.panes[PANE_DETAIL].rows, 0);
	layout = made(60, 200, true, true);
	for (int pane = 0; pane < PANE_COUNT; pane++)
		assert_true(layout.panes[pane].rows > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(areas_fill_the_screen_at_every_size),
	    cmocka_unit_test(panes_stand_below_or_beside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
