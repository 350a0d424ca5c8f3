/* Compare: the two marked processes, type by type, and what each of them can see of the other. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/compare.h"
#include "scanner/proc/proc_read.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/section_view.h"
#include "tui/views/views.h"

struct compare_view {
	struct section_view pane;
	struct process_id candidate; /* B, where only one is marked: the selected process */
	bool has_candidate;
	struct row rows[2]; /* A and B in the present graph */
	bool there[2];
};

/* The processes to compare; returns how many there are. */
static int chosen(const struct compare_view *compare, struct process_id ret[2])
{
	const struct ui_state *ui_state = compare->pane.view.ui_state;
	int count = (int)ui_state->chosen_count;

	for (int i = 0; i < count; i++)
		ret[i] = ui_state->chosen[i];
	if (count == 1 && compare->has_candidate && !process_id_equal(&compare->candidate, &ret[0]))
		ret[count++] = compare->candidate;
	return count;
}

static void resolve(struct compare_view *compare)
{
	const struct graph *graph = compare->pane.view.live->shown;
	struct process_id ids[2];
	int count = chosen(compare, ids);

	for (int i = 0; i < 2; i++) {
		const struct process *process =
		    graph && i < count ? graph_process(graph, &ids[i]) : NULL;

		compare->there[i] = process != NULL;
		compare->rows[i] = (struct row){.parent = ROW_NONE};
		if (!process)
			continue;
		compare->rows[i].key =
		    (struct row_key){.kind = ROW_PROCESS, .process = process->id};
		compare->rows[i].process = process;
	}
}

/* Maps of user ids, and what is mounted at the roots. */
static void compare_request(const struct view *view, struct inspect_request *ret_request)
{
	static const enum nstype types[] = {NS_USER, NS_MNT};
	const struct compare_view *compare = view_of(const struct compare_view, view);

	*ret_request = (struct inspect_request){0};
	if (!compare->there[0] || !compare->there[1])
		return;
	ret_request->about =
	    row_key_hash(&compare->rows[0].key) * 31 + row_key_hash(&compare->rows[1].key);
	ret_request->about |= 1;
	for (int i = 0; i < 2; i++) {
		for (size_t t = 0; t < array_len(types); t++) {
			const struct ns *ns = compare->rows[i].process->ns[types[t]];

			if (ns && !(i == 1 && ns == compare->rows[0].process->ns[types[t]]))
				ret_request->ns[ret_request->count++] = ns;
		}
	}
}

static const struct inspection *found(
    const struct compare_view *compare, const struct process *process, enum nstype type)
{
	const struct ns *ns = process->ns[type];

	return ns ? inspect_pane_found(compare->pane.view.ui_state->inside, ns) : NULL;
}

static void add_comparison(
    const struct compare_view *compare, const struct rowline_context *context, struct lines *lines)
{
	const struct graph *graph = context->graph;
	const char *why_not = live_why_not(compare->pane.view.live);
	struct compare_known known = {0};
	char *roots[2] = {NULL, NULL};

	/* On another machine or at another time, this PID belonged to another process. */
	if (!graph->stats.foreign_proc && !compare->pane.view.live->time_travel.recorded)
		known.viewer = graph_process_by_pid(graph, getpid());
	for (int i = 0; i < 2; i++) {
		const struct process *process = compare->rows[i].process;

		known.user[i] = found(compare, process, NS_USER);
		known.mnt[i] = found(compare, process, NS_MNT);
		if (!why_not && !process->life.ended_ms && root_link_read(process, &roots[i]) == 0)
			known.root[i] = roots[i];
	}
	compare_lines(context, compare->rows[0].process, compare->rows[1].process, &known, lines);
	if (why_not)
		lines_wrap(lines, context->charset, STYLE_WARN, why_not, 0, context->cols);
	free(roots[0]);
	free(roots[1]);
}

static void add_text(
    const struct rowline_context *context, enum style style, const char *text, struct lines *lines)
{
	lines_wrap(lines, context->charset, style, text, 0, context->cols);
}

/* Instructions, where fewer than two are marked. */
static void add_advice(
    const struct compare_view *compare, const struct rowline_context *context, struct lines *lines)
{
	struct process_id ids[2];
	int count = chosen(compare, ids);

	for (int i = 0; i < count; i++) {
		autofree char *name = NULL;

		if (compare->there[i])
			name = xasprintf(
			    "<%c> %d %s", "AB"[i], (int)ids[i].pid, compare->rows[i].process->comm);
		else
			name = xasprintf(_("<%c> %d has ended"), "AB"[i], (int)ids[i].pid);
		add_text(context, compare->there[i] ? STYLE_STRONG : STYLE_WARN, name, lines);
	}
	add_text(context, STYLE_PLAIN,
	    _("Two processes are needed: go back to the tree (Esc, or 1 to 4), mark two with "
	      "Space, and press 5 again. If only one is marked, it is compared with the selected "
	      "one."),
	    lines);
}

static void make(struct compare_view *compare)
{
	struct rowline_context context;
	struct lines lines = {0};

	resolve(compare);
	ui_state_context(compare->pane.view.ui_state, section_view_cols(&compare->pane), &context);
	if (compare->there[0] && compare->there[1])
		add_comparison(compare, &context, &lines);
	else
		add_advice(compare, &context, &lines);
	section_view_set(&compare->pane, &lines);
}

static void compare_paint(struct view *view, bool focused)
{
	struct compare_view *compare = view_of(struct compare_view, view);
	struct line title;

	make(compare);
	line_init(&title, view->charset);
	line_adds(&title, STYLE_TITLE, _("Compare"));
	for (int i = 0; i < 2; i++) {
		if (!compare->there[i])
			continue;
		line_addf(&title, STYLE_KEY, "  <%c>", "AB"[i]);
		line_addf(&title, STYLE_PLAIN, " %d ", (int)compare->rows[i].process->id.pid);
		line_adds(&title, STYLE_PLAIN, compare->rows[i].process->comm);
	}
	section_view_paint(&compare->pane, &title, focused);
	line_done(&title);
}

static void compare_describe(const struct view *view, struct line *line)
{
	(void)view;
	line_adds(line, STYLE_PLAIN, _("compare"));
}

/* A, or B while its line is selected. */
static const struct row *compare_subject(const struct view *view)
{
	const struct compare_view *compare = view_of(const struct compare_view, view);
	int which = compare->pane.at == 1 && compare->there[1];

	return compare->there[which] ? &compare->rows[which] : NULL;
}

static bool compare_present(struct view *view, const struct row_key *key, bool unfold)
{
	struct compare_view *compare = view_of(struct compare_view, view);

	(void)unfold;
	compare->has_candidate =
	    key->kind == ROW_PROCESS || key->kind == ROW_THREAD || key->kind == ROW_NS_GROUP;
	if (compare->has_candidate)
		compare->candidate = key->process;
	make(compare);
	return compare->has_candidate;
}

static void compare_refresh(struct view *view)
{
	struct compare_view *compare = view_of(struct compare_view, view);

	if (compare->pane.view.ui_state->main == view)
		make(compare);
	else
		compare->there[0] = compare->there[1] = false;
}

static const char *const legend[] = {
    N_("How to compare"),
    N_("In the tree, Space marks a process: <A> is the first one, <B> the second; a third replaces "
       "the older one. 5 shows both side by side: for each type the namespace of A, then behind "
       "the bar that of B if it is a different one, and what that means."),
    N_("Below is what each sees of the other: its PID and user ID there, its host name, its root. "
       "A user ID that is not mapped is shown as 65534, nobody: user_namespaces(7)."),
    NULL,
};

static const struct view_ops compare_ops = {
    .done = section_view_done,
    .paint = compare_paint,
    .act = section_view_act,
    .click = section_view_click,
    .cursor = section_view_cursor,
    .describe = compare_describe,
    .subject = compare_subject,
    .present = compare_present,
    .refresh = compare_refresh,
    .search = section_view_search,
    .request = compare_request,
    .matched = section_view_matched,
    .place = PLACE_TEXT_VIEW,
    .alone = true,
};

struct view *compare_view_new(const struct ui_state *ui_state)
{
	struct view *view = view_new(sizeof(struct compare_view), &compare_ops, ui_state);

	view->help = legend;
	return view;
}
