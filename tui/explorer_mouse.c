/* The mouse: a click selects and takes the focus, a double one opens, the wheel scrolls. */
#include "tui/explorer_internal.h"

enum { DOUBLE_CLICK_MS = 400, WHEEL_ROWS = 3 };

static bool is_in(const struct area *area, int y, int x)
{
	return y >= area->y && y < area->y + area->rows && x >= area->x && x < area->x + area->cols;
}

static struct view *view_at(struct explorer *explorer, int y, int x, enum pane *ret_pane)
{
	if (explorer->overlay != OVERLAY_NONE)
		return is_in(&explorer->layout.whole, y, x) ? explorer_focused_view(explorer)
		                                            : NULL;
	for (enum pane pane = 0; pane < PANE_COUNT; pane++) {
		if (!is_in(&explorer->layout.panes[pane], y, x))
			continue;
		*ret_pane = pane;
		return explorer_pane_view(explorer, pane);
	}
	return NULL;
}

void explorer_press_mouse(struct explorer *explorer, const struct press *press)
{
	enum pane pane = explorer->focus;
	struct view *view = view_at(explorer, press->y, press->x, &pane);

	if (!view)
		return;
	if (press->kind == PRESS_WHEEL) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			view->ops->act(
			    view, press->step < 0 ? ACTION_SCROLL_UP : ACTION_SCROLL_DOWN);
		return;
	}
	bool twice = press->y == explorer->click_y && press->x == explorer->click_x &&
	             explorer->now_ms - explorer->click_ms < DOUBLE_CLICK_MS;

	/* A third click begins anew. */
	explorer->click_ms = twice ? 0 : explorer->now_ms;
	explorer->click_y = press->y;
	explorer->click_x = press->x;
	if (explorer->overlay == OVERLAY_NONE && pane != explorer->focus)
		explorer_focus_on(explorer, pane);
	if (view->ops->click)
		view->ops->click(view, press->y - view->area.y, press->x - view->area.x, twice);
	if (twice && explorer_has_list(explorer))
		explorer_take_line(explorer);
	else if (twice && explorer_has_event(explorer))
		explorer_take_event(explorer);
}
