/* The timeline: events, newest first, a line each; Enter goes to the process or namespace of an event. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

struct timeline_view {
	struct menu menu;
	uint64_t *numbers; /* of the entries that are shown, newest first */
	size_t capacity;
	uint64_t selected; /* the number of the selected one; 0: the newest, whichever that is */
	uint64_t seen;     /* timeline_last when they were selected */
	size_t matched;    /* lines shown that the search found */
	uint64_t origin;   /* selected when the search began */
	struct row row;    /* the process or namespace of the selected one */
};

enum { TIME_COLS = 14 };

/* The entry with @number, which the timeline must still have. */
static const struct timeline_entry *event_by_number(
    const struct timeline_view *timeline, uint64_t number)
{
	const struct timeline *all = timeline->menu.view.live->timeline;

	return timeline_at(all, (size_t)(timeline_last(all) - number));
}

const struct timeline_entry *timeline_view_event(const struct view *view)
{
	const struct timeline_view *timeline = view_of(const struct timeline_view, view);
	const struct menu *menu = &timeline->menu;
	uint64_t last = timeline_last(timeline->menu.view.live->timeline);
	size_t count = timeline_count(timeline->menu.view.live->timeline);
	uint64_t number = menu->at < menu->count ? timeline->numbers[menu->at] : 0;

	/* The timeline may have dropped it meanwhile. */
	return number && last - number < count ? event_by_number(timeline, number) : NULL;
}

static bool is_shown(const struct timeline_view *timeline, const struct timeline_entry *entry)
{
	const struct outline_options *options = &timeline->menu.view.live->options;

	if (entry->of_kernel && !options->kernel_threads)
		return false;
	return !options->filter || !*options->filter || line_holds(&entry->words, options->filter);
}

static bool matches(const struct timeline_view *timeline, const struct timeline_entry *entry)
{
	const char *search = timeline->menu.view.live->options.search;

	return search && *search && line_holds(&entry->words, search);
}

/* Selects the entries again; the selection stays on its entry. */
static void choose(struct timeline_view *timeline)
{
	const struct timeline *all = timeline->menu.view.live->timeline;
	size_t count = timeline_count(all);
	struct menu *menu = &timeline->menu;

	array_reserve(timeline->numbers, timeline->capacity, count + 1);
	menu->count = timeline->matched = 0;
	for (size_t i = 0; i < count; i++) {
		const struct timeline_entry *entry = timeline_at(all, i);

		if (!is_shown(timeline, entry))
			continue;
		timeline->numbers[menu->count++] = entry->number;
		timeline->matched += matches(timeline, entry);
	}
	menu->at = 0;
	while (timeline->selected && menu->at + 1 < menu->count &&
	       timeline->numbers[menu->at] > timeline->selected)
		menu->at++;
	timeline->seen = timeline_last(all);
}

static void timeline_refresh(struct view *view)
{
	choose(view_of(struct timeline_view, view));
}

/* Shows later events, too. */
static void catch_up(struct timeline_view *timeline)
{
	if (timeline->seen != timeline_last(timeline->menu.view.live->timeline))
		choose(timeline);
}

static void select_line(struct timeline_view *timeline, size_t at)
{
	timeline->menu.at = at;
	/* A selection on the newest event follows the newest. */
	timeline->selected = at > 0 && at < timeline->menu.count ? timeline->numbers[at] : 0;
}

static void compose(const struct menu *menu, size_t at, struct line *line)
{
	const struct timeline_view *timeline = view_of(const struct timeline_view, menu);
	const struct live *live = timeline->menu.view.live;
	const struct timeline_entry *entry = event_by_number(timeline, timeline->numbers[at]);
	size_t from;

	event_add_time(entry->taken_at_ms, line);
	line_pad(line, TIME_COLS);
	from = line->cols;
	line_append(line, &entry->words, 0, entry->words.cols);
	if (matches(timeline, entry))
		line_restyle(line, from, STYLE_MATCH);
	/* Events after the snapshot on the screen. */
	else if (live_is_past(live) && entry->at_ms > live->time_travel.at_ms)
		line_restyle(line, 0, STYLE_DIM);
}

static void timeline_paint(struct view *view, bool focused)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);
	const char *filter = view->live->options.filter;
	autofree char *empty =
	    filter && *filter ? xasprintf(_("nothing contains \"%s\"; Esc shows all again"), filter)
	                      : xstrdup(_("nothing has happened yet"));

	catch_up(timeline);
	menu_paint(&timeline->menu, _("What happened, the newest first"), empty, compose, focused);
}

static bool timeline_act(struct view *view, enum action action)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);

	catch_up(timeline);
	if (!menu_act(view, action))
		return false;
	select_line(timeline, timeline->menu.at);
	return true;
}

static void timeline_click(struct view *view, int y, int x, bool twice)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);

	menu_click(view, y, x, twice);
	select_line(timeline, timeline->menu.at);
}

static void timeline_describe(const struct view *view, struct line *line)
{
	/* The header is painted first. */
	struct timeline_view *timeline =
	    view_of(struct timeline_view, (struct view *)(uintptr_t)view);
	size_t count;

	catch_up(timeline);
	count = timeline->menu.count;
	line_addf(line, STYLE_PLAIN, ngettext("timeline: %zu event", "timeline: %zu events", count),
	    count);
}

static const struct thread *thread_of(const struct process *process, pid_t tid)
{
	const struct thread *thread = process->first_thread;

	while (thread && thread->tid != tid)
		thread = thread->next;
	return thread;
}

/* The process or namespace of the selected entry, if the graph on the screen has it. */
static const struct row *timeline_subject(const struct view *view)
{
	struct timeline_view *timeline =
	    view_of(struct timeline_view, (struct view *)(uintptr_t)view);
	const struct graph *graph = timeline->menu.view.live->shown;
	const struct timeline_entry *entry = timeline_view_event(view);
	struct row *row = &timeline->row;

	if (!entry || !graph)
		return NULL;
	*row = (struct row){.parent = ROW_NONE};
	timeline_entry_key(entry, &row->key);
	if (row->key.kind == ROW_NS) {
		row->ns = graph_ns(graph, &row->key.ns);
		return row->ns ? row : NULL;
	}
	row->process = graph_process(graph, &row->key.process);
	if (!row->process)
		return NULL;
	if (row->key.kind == ROW_THREAD)
		row->thread = thread_of(row->process, row->key.tid);
	/* A thread that is not listed any more: its process. */
	if (!row->thread) {
		row->key.kind = ROW_PROCESS;
		row->key.tid = 0;
	}
	return row;
}

static bool timeline_present(struct view *view, const struct row_key *key, bool unfold)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);

	(void)unfold;
	choose(timeline);
	for (size_t at = 0; at < timeline->menu.count; at++) {
		struct row_key other;

		timeline_entry_key(event_by_number(timeline, timeline->numbers[at]), &other);
		if (row_key_same_subject(key, &other)) {
			select_line(timeline, at);
			return true;
		}
	}
	return false;
}

/* From line @at on, in steps of @step around the end. */
static bool search_from(struct timeline_view *timeline, size_t at, size_t step)
{
	size_t count = timeline->menu.count;

	for (size_t i = 0; i < count; i++, at = (at + step) % count) {
		if (matches(timeline, event_by_number(timeline, timeline->numbers[at]))) {
			select_line(timeline, at);
			return true;
		}
	}
	return false;
}

static bool timeline_search(struct view *view, enum search_step step)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);
	size_t count, at;

	if (step == SEARCH_BEGINS) {
		timeline->origin = timeline->selected;
		return true;
	}
	if (step == SEARCH_TYPED)
		timeline->selected = timeline->origin;
	choose(timeline);
	count = timeline->menu.count;
	at = timeline->menu.at;
	if (!count)
		return false;
	if (step == SEARCH_NEXT)
		return search_from(timeline, (at + 1) % count, 1);
	if (step == SEARCH_PREVIOUS)
		return search_from(timeline, (at + count - 1) % count, count - 1);
	return search_from(timeline, at, 1);
}

static size_t timeline_matched(const struct view *view)
{
	return view_of(const struct timeline_view, view)->matched;
}

static const char *const legend[] = {
    N_("How to read the timeline"),
    N_("Each line is an event, the newest first: processes start, exit, move to another namespace "
       "or change their name; namespaces are created and freed. Enter goes to it in the tree, or "
       "back in time if it is gone."),
    N_("[ and ] step back and forward through the snapshots, { and } by a minute: the last ten "
       "minutes, in at most 64 MB. The whole screen shows that time, and its top line says when it "
       "was. 0 goes back to now."),
    NULL,
};

static void timeline_done(struct view *view)
{
	free(view_of(struct timeline_view, view)->numbers);
}

static const struct view_ops timeline_ops = {
    .done = timeline_done,
    .paint = timeline_paint,
    .act = timeline_act,
    .click = timeline_click,
    .cursor = menu_cursor,
    .describe = timeline_describe,
    .subject = timeline_subject,
    .present = timeline_present,
    .refresh = timeline_refresh,
    .search = timeline_search,
    .matched = timeline_matched,
    .place = PLACE_TIMELINE,
};

struct view *timeline_view_new(const struct ui_state *ui_state)
{
	struct view *view = view_new(sizeof(struct timeline_view), &timeline_ops, ui_state);

	view->help = legend;
	return view;
}
