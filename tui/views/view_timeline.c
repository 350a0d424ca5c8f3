/* The timeline: events, newest first, a line each; Enter goes to the process or namespace of an event.  Where
 * several processes in a row only start or exit, a line counts them. */
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/views/views.h"

struct timeline_line {
	uint64_t number;          /* of its entry; of a count the newest one */
	unsigned started, exited; /* of a count; else 0 */
};

struct timeline_view {
	struct menu menu;
	struct timeline_line *lines; /* newest first */
	size_t capacity;
	bool all;          /* no line counts */
	uint64_t selected; /* the number of the selected one; 0: the newest, whichever that is */
	uint64_t seen;     /* timeline_last when they were selected */
	size_t events;     /* shown or counted */
	size_t matched;    /* lines shown that the search found */
	uint64_t origin;   /* selected when the search began */
	struct row row;    /* the process or namespace of the selected one */
};

enum {
	TIME_COLS = 14,
	COUNTED_LEAST = 3, /* in a row; fewer are shown one by one */
};

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
	uint64_t number = menu->at < menu->count ? timeline->lines[menu->at].number : 0;

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

/* Makes one line of the last @count lines, whose processes only started or exited. */
static void count_lines(struct timeline_view *timeline, size_t count)
{
	struct timeline_line *first = &timeline->lines[timeline->menu.count - count];

	if (count < COUNTED_LEAST)
		return;
	for (size_t i = 0; i < count; i++) {
		enum event_kind kind = event_by_number(timeline, first[i].number)->event.kind;

		first->started += kind != EVENT_PROCESS_EXITED;
		first->exited += kind != EVENT_PROCESS_STARTED;
	}
	timeline->menu.count -= count - 1;
}

/* Selects the entries again; the selection stays on its entry. */
static void choose(struct timeline_view *timeline)
{
	const struct timeline *all = timeline->menu.view.live->timeline;
	size_t count = timeline_count(all);
	struct menu *menu = &timeline->menu;
	const struct outline_options *options = &timeline->menu.view.live->options;
	bool counts = !timeline->all && !(options->filter && *options->filter) &&
	              !(options->search && *options->search);
	size_t in_a_row = 0;

	array_reserve(timeline->lines, timeline->capacity, count + 1);
	menu->count = timeline->matched = timeline->events = 0;
	for (size_t i = 0; i < count; i++) {
		const struct timeline_entry *entry = timeline_at(all, i);

		if (!is_shown(timeline, entry))
			continue;
		if (!entry->ordinary || !counts) {
			count_lines(timeline, in_a_row);
			in_a_row = 0;
		}
		in_a_row += entry->ordinary && counts;
		timeline->lines[menu->count++] = (struct timeline_line){.number = entry->number};
		timeline->matched += matches(timeline, entry);
		timeline->events++;
	}
	count_lines(timeline, in_a_row);
	menu->at = 0;
	while (timeline->selected && menu->at + 1 < menu->count &&
	       timeline->lines[menu->at].number > timeline->selected)
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
	timeline->selected = at > 0 && at < timeline->menu.count ? timeline->lines[at].number : 0;
}

static void compose(const struct menu *menu, size_t at, struct line *line)
{
	const struct timeline_view *timeline = view_of(const struct timeline_view, menu);
	const struct live *live = timeline->menu.view.live;
	const struct timeline_entry *entry = event_by_number(timeline, timeline->lines[at].number);
	const struct timeline_line *counted = &timeline->lines[at];
	size_t from;

	event_add_time(entry->taken_at_ms, line);
	line_pad(line, TIME_COLS);
	from = line->cols;
	if (counted->started && counted->exited)
		line_addf(line, STYLE_DIM, _("processes: %u started, %u exited (+ shows each)"),
		    counted->started, counted->exited);
	else if (counted->started)
		line_addf(
		    line, STYLE_DIM, _("processes: %u started (+ shows each)"), counted->started);
	else if (counted->exited)
		line_addf(
		    line, STYLE_DIM, _("processes: %u exited (+ shows each)"), counted->exited);
	else
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

/* Does the selected line count several? */
static bool is_count(const struct timeline_view *timeline)
{
	const struct menu *menu = &timeline->menu;
	const struct timeline_line *line = &timeline->lines[menu->at];

	return menu->at < menu->count && line->started + line->exited > 0;
}

static bool timeline_act(struct view *view, enum action action)
{
	struct timeline_view *timeline = view_of(struct timeline_view, view);

	catch_up(timeline);
	if (action == ACTION_UNFOLD || action == ACTION_FOLD ||
	    (action == ACTION_ENTER && is_count(timeline))) {
		timeline->all = action != ACTION_FOLD;
		choose(timeline);
		return true;
	}
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

	catch_up(timeline);
	line_addf(line, STYLE_PLAIN,
	    ngettext("timeline: %zu event", "timeline: %zu events", timeline->events),
	    timeline->events);
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

		timeline_entry_key(event_by_number(timeline, timeline->lines[at].number), &other);
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
		if (matches(timeline, event_by_number(timeline, timeline->lines[at].number))) {
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
	free(view_of(struct timeline_view, view)->lines);
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
