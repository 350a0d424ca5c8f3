/* The detail pane: all that is known of the selection of the main view. */
#include "model/base/i18n.h"
#include "tui/core/pager.h"
#include "tui/core/screen.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/views.h"

struct detail_view {
	struct pager_view text;
	struct row_key key; /* of the last subject */
};

static void add_inside(
    const struct ui_state *ui_state, const struct rowline_context *context, struct lines *lines)
{
	struct inspect_request request;

	inspect_request_row(&request, ui_state_subject(ui_state), false);
	for (unsigned i = 0; i < request.count; i++) {
		const struct ns *ns = request.ns[i];
		const struct inspection *found = inspect_pane_found(ui_state->inside, ns);

		if (found || !ns->life.ended_ms)
			inspection_lines(context, ns, found, lines);
	}
}

static void make(struct detail_view *detail, const struct rowline_context *context)
{
	const struct ui_state *ui_state = detail->text.view.ui_state;
	const struct row *row = ui_state_subject(ui_state);
	const char *why_not = live_why_not(ui_state->live);
	struct lines *lines = &detail->text.pager.lines;

	if (row && !row_key_equal(&row->key, &detail->key)) {
		detail->key = row->key;
		detail->text.pager.top = 0;
	}
	pager_clear(&detail->text.pager);
	if (row)
		detail_lines(context, row, lines);
	if (row && why_not)
		lines_wrap(lines, context->charset, STYLE_WARN, why_not, 0, context->cols);
	else if (row)
		add_inside(ui_state, context, lines);
	else if (ui_state->main->ops->place == PLACE_TIMELINE && context->graph)
		lines_wrap(lines, context->charset, STYLE_DIM,
		    _("It does not exist at this time.  Enter goes to a snapshot that has it."), 0,
		    context->cols);
}

static void detail_paint(struct view *view, bool focused)
{
	struct detail_view *detail = view_of(struct detail_view, view);
	struct rowline_context context;
	struct line title;

	ui_state_context(view->ui_state, view->area.cols, &context);
	make(detail, &context);
	line_init(&title, view->charset);
	detail_title(ui_state_subject(view->ui_state), &title);
	pager_view_paint(&detail->text, &title, focused);
	line_done(&title);
}

static const struct view_ops detail_ops = {
    .done = pager_view_done,
    .paint = detail_paint,
    .act = pager_view_act,
};

struct view *detail_view_new(const struct ui_state *ui_state)
{
	return view_new(sizeof(struct detail_view), &detail_ops, ui_state);
}
