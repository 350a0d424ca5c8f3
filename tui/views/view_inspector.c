/* The inspector: all that is known of one process, group or namespace, what is inside, and what holds it. */
#include "model/base/i18n.h"
#include "model/report/inspection_lines.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"
#include "tui/views/views.h"

struct inspector_view {
	struct section_view pane;
	struct row_key key; /* its subject */
	bool has_key;
	struct row row; /* the same in the present graph */
	bool there;     /* row is valid: the subject still exists */
};

static bool resolve_thread(const struct process *process, pid_t tid, struct row *row)
{
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		if (thread->tid != tid)
			continue;
		row->thread = thread;
		return true;
	}
	return false;
}

/* Finds the subject of @inspector->key in the present graph. */
static bool resolve(struct inspector_view *inspector)
{
	const struct live *live = inspector->pane.view.live;
	struct row *row = &inspector->row;
	uint32_t at = ROW_NONE;

	*row = (struct row){.key = inspector->key, .parent = ROW_NONE};
	if (!inspector->has_key || !live->shown)
		return false;
	switch (inspector->key.kind) {
	case ROW_PROCESS:
	case ROW_THREAD:
		row->process = graph_process(live->shown, &inspector->key.process);
		if (!row->process || inspector->key.kind == ROW_PROCESS)
			return row->process != NULL;
		return resolve_thread(row->process, inspector->key.tid, row);
	case ROW_NS:
	case ROW_MEMBERS:
		row->key.kind = ROW_NS;
		row->ns = graph_ns(live->shown, &inspector->key.ns);
		return row->ns != NULL;
	case ROW_TYPE:
		return true;
	default:
		/* A group exists as long as the outline shows it. */
		at = outline_find(&live->outline, &inspector->key);
		if (at != ROW_NONE)
			*row = live->outline.rows[at];
		return at != ROW_NONE;
	}
}

static void inspector_request(const struct view *view, struct inspect_request *ret_request)
{
	const struct inspector_view *inspector = view_of(const struct inspector_view, view);

	inspect_request_row(ret_request, inspector->there ? &inspector->row : NULL, true);
}

static void make(struct inspector_view *inspector)
{
	const struct live *live = inspector->pane.view.live;
	struct inspector_ns namespaces[INSPECT_MAX];
	struct rowline_context context;
	struct inspect_request request;
	struct lines lines = {0};
	int cols = section_view_cols(&inspector->pane);

	inspector->there = resolve(inspector);
	ui_state_context(inspector->pane.view.ui_state, cols, &context);
	context.whole = true;
	inspector_request(&inspector->pane.view, &request);
	/* A recording or a snapshot has only what its graph has. */
	if (live_why_not(live))
		request.count = 0;
	for (unsigned i = 0; i < request.count; i++)
		namespaces[i] = (struct inspector_ns){.ns = request.ns[i],
		    .found =
		        inspect_pane_found(inspector->pane.view.ui_state->inside, request.ns[i])};
	if (inspector->there)
		inspector_lines(&context, &inspector->row, namespaces, request.count, &lines);
	else
		lines_wrap(&lines, context.charset, STYLE_WARN,
		    inspector->has_key
		        ? _("It is gone, and nothing is known of it any more. Esc goes back.")
		        : _("Nothing is selected. Esc goes back to the tree: choose a row there."),
		    0, (size_t)cols);
	if (inspector->there && live_why_not(live)) {
		lines_add(&lines, context.charset);
		lines_wrap(
		    &lines, context.charset, STYLE_WARN, live_why_not(live), 0, (size_t)cols);
	}
	section_view_set(&inspector->pane, &lines);
}

/* Made again with each graph: all of it may have changed. */
static void inspector_paint(struct view *view, bool focused)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);
	struct line title;

	make(inspector);
	line_init(&title, view->charset);
	line_adds(&title, STYLE_TITLE, _("Inspect"));
	if (inspector->there) {
		line_adds(&title, STYLE_PLAIN, "  ");
		detail_title(&inspector->row, &title);
	}
	section_view_paint(&inspector->pane, &title, focused);
	line_done(&title);
}

static void inspector_describe(const struct view *view, struct line *line)
{
	(void)view;
	line_adds(line, STYLE_PLAIN, _("inspect"));
}

static const struct row *inspector_subject(const struct view *view)
{
	const struct inspector_view *inspector = view_of(const struct inspector_view, view);

	return inspector->there ? &inspector->row : NULL;
}

static bool inspector_present(struct view *view, const struct row_key *key, bool unfold)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);

	(void)unfold;
	if (inspector->has_key && row_key_equal(&inspector->key, key)) {
		inspector->there = resolve(inspector);
		return inspector->there;
	}
	inspector->key = *key;
	inspector->has_key = true;
	inspector->pane.at = inspector->pane.top = 0;
	make(inspector);
	return inspector->there;
}

/* Drops rows of the previous graph, whether visible or not. */
static void inspector_refresh(struct view *view)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);

	if (inspector->pane.view.ui_state->main == view)
		make(inspector);
	else
		inspector->there = false;
}

static const char *const legend[] = {
    N_("How to read the Inspect view"),
    N_("Everything known about the selected row: itself first, then its namespaces one by one, "
       "what is inside, and what holds each. A namespace is freed when its last reference is "
       "gone."),
    N_("It is read again every two seconds, and at once with r. The view stays on the same process "
       "or namespace while others come and go. Enter folds a section; Esc goes back."),
    NULL,
};

static const struct view_ops inspector_ops = {
    .done = section_view_done,
    .paint = inspector_paint,
    .act = section_view_act,
    .click = section_view_click,
    .cursor = section_view_cursor,
    .describe = inspector_describe,
    .subject = inspector_subject,
    .present = inspector_present,
    .refresh = inspector_refresh,
    .search = section_view_search,
    .request = inspector_request,
    .matched = section_view_matched,
    .place = PLACE_TEXT_VIEW,
    .alone = true,
};

struct view *inspector_view_new(const struct ui_state *ui_state)
{
	struct view *view = view_new(sizeof(struct inspector_view), &inspector_ops, ui_state);

	view->help = legend;
	return view;
}
