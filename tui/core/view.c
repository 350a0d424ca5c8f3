#include "tui/core/view.h"

#include "model/base/util.h"

#include <limits.h>

void view_init(struct view *view, const struct view_ops *ops, const struct ui_state *ui_state)
{
	*view = (struct view){
	    .ops = ops,
	    .ui_state = ui_state,
	    .live = ui_state->live,
	    .charset = ui_state->live->charset,
	};
}

void *view_new(size_t bytes, const struct view_ops *ops, const struct ui_state *ui_state)
{
	struct view *view = xcalloc(1, bytes);

	view_init(view, ops, ui_state);
	return view;
}

void view_free(struct view *view)
{
	if (view && view->ops->done)
		view->ops->done(view);
	free(view);
}

/* --- Rows on the screen ------------------------------------------------------------------------- */

long rows_of_action(enum action action, size_t page)
{
	long rows = page > 1 ? (long)page : 1, half = rows > 1 ? rows / 2 : 1;

	switch (action) {
	case ACTION_UP:
	case ACTION_SCROLL_UP:
		return -1;
	case ACTION_DOWN:
	case ACTION_SCROLL_DOWN:
		return 1;
	case ACTION_PAGE_UP:
		return -rows;
	case ACTION_PAGE_DOWN:
		return rows;
	case ACTION_HALF_UP:
		return -half;
	case ACTION_HALF_DOWN:
		return half;
	case ACTION_HOME:
		return -INT_MAX;
	case ACTION_END:
		return INT_MAX;
	default:
		return 0;
	}
}

size_t rows_move(size_t at, long step, size_t count)
{
	long to = (long)at + step, last = count > 0 ? (long)count - 1 : 0;

	return to < 0 ? 0 : (size_t)(to > last ? last : to);
}

void rows_scroll(size_t *at, size_t *top, size_t rows, size_t count)
{
	if (*at >= count)
		*at = count ? count - 1 : 0;
	/* Another pane covers it now: the selection stays. */
	if (rows == 0)
		return;
	if (*top + rows > count)
		*top = count > rows ? count - rows : 0;
	if (*at < *top)
		*top = *at;
	if (*at >= *top + rows)
		*top = *at - rows + 1;
}

/* --- What all views share ----------------------------------------------------------------------- */

const struct row *ui_state_subject(const struct ui_state *ui_state)
{
	return ui_state->main->ops->subject(ui_state->main);
}

void ui_state_context(
    const struct ui_state *ui_state, int cols, struct rowline_context *ret_context)
{
	live_context(ui_state->live, ui_state->now_ms, ret_context);
	ret_context->actors = ui_state->actors;
	ret_context->actor_count = ui_state->actor_count;
	ret_context->chosen = ui_state->chosen;
	ret_context->chosen_count = ui_state->chosen_count;
	ret_context->cols = (size_t)cols;
	ret_context->left_out = ui_state->left_out;
}
