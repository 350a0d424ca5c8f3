#include "tui/views/view_detail.h"

#include "model/base/i18n.h"

#include "tui/core/screen.h"

static void detail_paint(struct view *view, bool focused)
{
	struct detail_view *detail = view_of(struct detail_view, view);
	const struct row *row = ui_state_subject(detail->ui_state);
	struct area body = view->area;
	struct inspect_request request;
	struct rowline_context context;
	struct line title;

	ui_state_context(detail->ui_state, body.cols, &context);
	if (row && !row_key_equal(&row->key, &detail->key)) {
		detail->key = row->key;
		detail->pager.top = 0;
	}
	pager_clear(&detail->pager);
	if (row) {
		detail_lines(&context, row, &detail->pager.lines);
		inspect_request_row(&request, row, false);
		if (live_why_not(detail->ui_state->live))
			lines_wrap(&detail->pager.lines, context.charset, STYLE_WARN,
			    live_why_not(detail->ui_state->live), 0, context.cols);
		else
			inspect_pane_lines(
			    &detail->inside, &context, &request, &detail->pager.lines);
	} else if (detail->ui_state->main->ops->place == PLACE_TIMELINE && context.graph) {
		lines_wrap(&detail->pager.lines, context.charset, STYLE_DIM,
		    _("Nothing of it is in sight at this moment.  Enter goes to one that has it."),
		    0, context.cols);
	}
	body.y++;
	body.rows--;
	pager_paint(&detail->pager, &body);
	line_init(&title, context.charset);
	detail_title(row, &title);
	pager_title(&detail->pager, &view->area, context.charset, &title, focused);
	line_done(&title);
}

static bool detail_act(struct view *view, enum action action)
{
	return pager_act(&view_of(struct detail_view, view)->pager, action);
}

static void detail_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	(void)view;
	*ret_y = 1;
	*ret_x = 0;
}

static const struct view_ops detail_ops = {
    .paint = detail_paint,
    .act = detail_act,
    .cursor = detail_cursor,
};

void detail_view_init(struct detail_view *detail, const struct ui_state *ui_state)
{
	*detail = (struct detail_view){.view.ops = &detail_ops, .ui_state = ui_state};
}

bool detail_view_step(
    struct detail_view *detail, const struct inspect_request *request, uint64_t now_ms)
{
	const struct live *live = detail->ui_state->live;
	static const struct inspect_request none;
	bool changed;

	if (live_why_not(live))
		request = &none;
	inspect_pane_show(&detail->inside, request, now_ms);
	changed = inspect_pane_step(&detail->inside, live->shown, request, now_ms,
	    live->phase == LIVE_RESTING, !live->frozen);
	if (live->scan)
		scan_leave_out(live->scan, inspect_pane_session(&detail->inside));
	return changed;
}

bool detail_view_in_the_way(const struct detail_view *detail)
{
	return detail->inside.running && !inspect_pane_session(&detail->inside);
}

void detail_view_done(struct detail_view *detail)
{
	inspect_pane_done(&detail->inside);
	pager_done(&detail->pager);
}
