#include "tui/views/view_inspector.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/inspector.h"

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
	const struct live *live = inspector->ui_state->live;
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

static void request_for(const struct inspector_view *inspector, struct inspect_request *ret_request)
{
	inspect_request_row(ret_request, inspector->there ? &inspector->row : NULL, true);
}

static void inspector_request(const struct view *view, struct inspect_request *ret_request)
{
	request_for(view_of(const struct inspector_view, view), ret_request);
}

static void make(struct inspector_view *inspector)
{
	const struct live *live = inspector->ui_state->live;
	struct inspector_ns namespaces[INSPECT_MAX];
	struct rowline_context context;
	struct inspect_request request;
	struct lines lines = {0};
	int cols = inspector->view.area.cols > 4 ? inspector->view.area.cols - 2 : 2;

	inspector->there = resolve(inspector);
	ui_state_context(inspector->ui_state, cols, &context);
	context.whole = true;
	request_for(inspector, &request);
	/* A recording or a snapshot has only what its graph has. */
	if (live_why_not(live))
		request.count = 0;
	for (unsigned i = 0; i < request.count; i++)
		namespaces[i] = (struct inspector_ns){.ns = request.ns[i],
		    .found = inspect_pane_found(inspector->inside, request.ns[i])};
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
	section_view_set(&inspector->pane, &lines, live->options.filter, live->options.search);
}

/* Made again with each graph: all of it may have changed. */
static void inspector_paint(struct view *view, bool focused)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);
	struct line title;

	make(inspector);
	line_init(&title, inspector->ui_state->live->charset);
	line_adds(&title, STYLE_TITLE, _("Inspector"));
	if (inspector->there) {
		line_adds(&title, STYLE_PLAIN, "  ");
		detail_title(&inspector->row, &title);
	}
	section_view_paint(&inspector->pane, &view->area, &title, focused);
	line_done(&title);
}

static bool inspector_act(struct view *view, enum action action)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);

	if (action == ACTION_LOOK_AGAIN) {
		inspect_pane_again(inspector->inside, inspector->ui_state->now_ms);
		return true;
	}
	return section_view_act(&inspector->pane, action);
}

static void inspector_click(struct view *view, int y, int x, bool twice)
{
	section_view_click(&view_of(struct inspector_view, view)->pane, y, x, twice);
}

static void inspector_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	section_view_cursor(&view_of(const struct inspector_view, view)->pane, ret_y, ret_x);
}

static void inspector_describe(const struct view *view, struct line *line)
{
	(void)view;
	line_adds(line, STYLE_PLAIN, _("inspector"));
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
	section_view_rewind(&inspector->pane);
	make(inspector);
	return inspector->there;
}

/* Drops rows of the previous graph, whether visible or not. */
static void inspector_refresh(struct view *view)
{
	struct inspector_view *inspector = view_of(struct inspector_view, view);

	if (inspector->ui_state->main == view)
		make(inspector);
	else
		inspector->there = false;
}

static bool inspector_search(struct view *view, enum search_step step)
{
	return section_view_search(&view_of(struct inspector_view, view)->pane, step);
}

static size_t inspector_matched(const struct view *view)
{
	return view_of(const struct inspector_view, view)->pane.section_text.matched;
}

static const char *const *inspector_help(const struct view *view)
{
	static const char *const text[] = {
	    N_("How to read the inspector"),
	    N_("All that is known of what was selected: itself first, then its namespaces one by "
	       "one, "
	       "what is inside, and what keeps each alive. A namespace ends when nothing keeps it "
	       "any "
	       "more."),
	    N_("It is looked into again every two seconds, and with r at once. It stays on the "
	       "same "
	       "process or namespace while others come and go. Enter folds a section; Esc goes "
	       "back."),
	    NULL,
	};

	(void)view;
	return text;
}

static const struct view_ops inspector_ops = {
    .paint = inspector_paint,
    .act = inspector_act,
    .click = inspector_click,
    .cursor = inspector_cursor,
    .describe = inspector_describe,
    .subject = inspector_subject,
    .present = inspector_present,
    .refresh = inspector_refresh,
    .search = inspector_search,
    .request = inspector_request,
    .matched = inspector_matched,
    .help = inspector_help,
    .place = PLACE_TEXT_VIEW,
    .alone = true,
};

void inspector_view_init(
    struct inspector_view *inspector, const struct ui_state *ui_state, struct inspect_pane *inside)
{
	*inspector = (struct inspector_view){
	    .view.ops = &inspector_ops, .ui_state = ui_state, .inside = inside};
}

void inspector_view_done(struct inspector_view *inspector)
{
	section_view_done(&inspector->pane);
}
