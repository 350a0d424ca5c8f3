#include "tui/core/live.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/report/event_report.h"
#include "scanner/events/link_check.h"
#include "scanner/proc/clock.h"

#include <errno.h>

enum {
	MINUTE_MS = 60000,
	HISTORY_MINUTES = 10, /* of snapshots, in at most HISTORY_MB of memory */
	HISTORY_MB = 64,
	SLICE_US = 3000,
	/* Enough for 300 processes in one scan, and for 10,000 within a few. */
	FDS_BUDGET_US = 10000,
	CMDLINES_BUDGET_US = 4000, /* of 500 processes and more */
	VISIBLE_MAX = 64,          /* processes on the screen whose links are checked */
	TIMELINE_MAX = 4000,       /* events that are kept: some megabytes */
	DEAD_GRACE_MS = 4000,      /* new and ended entries are highlighted for so long */
	LINK_CHECK_MS = 80,
};

/* --- Beginning and end ------------------------------------------------------------------------ */

static void init_time_travel(
    struct time_travel *time_travel, struct history_log *recording, uint64_t dead_grace_ms)
{
	*time_travel = (struct time_travel){
	    .log = recording,
	    .recorded = recording != NULL,
	    .plays = recording != NULL,
	    .then = history_new(dead_grace_ms),
	    .ahead = recording ? history_log_first(recording) : 0,
	};
	if (!recording)
		time_travel->log = history_log_new(
		    (uint64_t)HISTORY_MINUTES * MINUTE_MS, (size_t)HISTORY_MB * 1024 * 1024);
}

static void end_time_travel(struct time_travel *time_travel)
{
	history_free(time_travel->then);
	history_log_reader_done(&time_travel->reader);
	history_log_reader_done(&time_travel->ahead_reader);
	graph_unref(time_travel->ahead_before);
	if (!time_travel->recorded)
		history_log_free(time_travel->log);
}

static struct live *new_live(
    enum charset charset, enum grouping grouping, struct history_log *recording)
{
	struct live *live = xcalloc(1, sizeof(*live));

	live->charset = charset;
	live->history = history_new(DEAD_GRACE_MS);
	live->ns_letters = ns_letters_new();
	live->folds = folds_new();
	live->options.grouping = grouping;
	live->options.folds = live->folds;
	init_time_travel(&live->time_travel, recording, DEAD_GRACE_MS);
	live->timeline = timeline_new(charset, TIMELINE_MAX);
	return live;
}

struct live *live_new_recorded(
    enum charset charset, enum grouping grouping, struct history_log *recording, uint64_t at)
{
	struct live *live = new_live(charset, grouping, recording);

	live->time_travel.wanted = at ? at : history_log_first(recording);
	/* A snapshot that was asked for stays on the screen. */
	live->time_travel.plays = at == 0;
	live->frozen = at != 0;
	return live;
}

int live_new(
    enum charset charset, enum grouping grouping, unsigned interval_ms, struct live **ret_live)
{
	struct scan_options options = {.hostnames = true,
	    .perf_events = true,
	    .fds = true,
	    .fds_budget_us = FDS_BUDGET_US,
	    .cmdlines_budget_us = CMDLINES_BUDGET_US};
	struct scan *scan;
	int r = scan_new(&options, &scan);

	if (r < 0)
		return r;
	struct live *live = new_live(charset, grouping, NULL);

	live->plan.interval_ms = interval_ms;
	live->scan = scan;
	*ret_live = live;
	return 0;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	outline_done(&live->outline);
	outline_done(&live->before);
	graph_unref((struct graph *)live->shown);
	folds_free(live->folds);
	free(live->actor_pids);
	ns_letters_free(live->ns_letters);
	history_free(live->history);
	end_time_travel(&live->time_travel);
	timeline_free(live->timeline);
	scan_free(live->scan);
	free(live);
}

/* --- What is shown ---------------------------------------------------------------------------- */

void live_set_actors(struct live *live, const pid_t *pids, size_t count)
{
	free(live->actor_pids);
	live->actor_pids = xcalloc(count + 1, sizeof(*pids));
	for (size_t i = 0; i < count; i++)
		live->actor_pids[i] = pids[i];
	live->options.actors = (struct outline_actors){.pids = live->actor_pids, .count = count};
}

void live_rebuild(struct live *live)
{
	struct outline spare = live->before;

	if (!live->shown)
		return;
	live->before = live->outline;
	live->outline = spare;
	outline_build(&live->outline, live->shown, &live->options);
	if (live->rebuilt)
		live->rebuilt(live->rebuilt_data);
}

/* Plans when highlights expire.  What should have changed by now waits for the next scan. */
static void plan_fade(struct live *live, uint64_t now_ms)
{
	uint64_t change = history_next_change_ms(live->history, now_ms);

	live->fade_ms = change > now_ms ? change : 0;
}

/* Shows @graph.  Namespaces in @also keep their letters too; NULL for none. */
static void set_shown(struct live *live, const struct graph *graph, const struct graph *also)
{
	const struct graph *last = live->shown;

	live->shown = graph_ref(graph);
	ns_letters_update_with(live->ns_letters, graph, also);
	live_rebuild(live);
	graph_unref((struct graph *)last);
}

/* The time that the screen shows: of the freeze, or @now_ms. */
static uint64_t shown_ms(const struct live *live, uint64_t now_ms)
{
	if (live->time_travel.at)
		return live->time_travel.at_ms;
	return live->frozen ? live->frozen_at_ms : now_ms;
}

void live_context(const struct live *live, uint64_t now_ms, struct rowline_context *ret_context)
{
	*ret_context = (struct rowline_context){
	    .charset = live->charset,
	    .graph = live->shown,
	    .history = live->time_travel.at ? live->time_travel.then : live->history,
	    .ns_letters = live->ns_letters,
	    .now_ms = shown_ms(live, now_ms),
	    .search = live->options.search,
	    .fold_signs = true,
	    .ns_groups =
	        live->options.grouping == GROUP_BY_NS_GROUP ? &live->options.ns_groups : NULL,
	};
}

/* --- When the next scan begins ---------------------------------------------------------------- */

/* Does the kernel report changes, and may nsscope use the reports? With a set interval, the
 * interval holds. */
static bool is_reported(const struct live *live)
{
	return live->scan && !live->frozen && !live->plan.interval_ms && live->error == 0 &&
	       scan_news_fd(live->scan) >= 0;
}

/* CPU time of the scan so far, of this process and its helpers. */
static double cost_ms(const struct live *live)
{
	return live->work_ms + scan_helpers_ms(live->scan) - live->helpers_ms;
}

/* A pause is forty times the cost of a scan, so a tenth of it is four times the cost.  Where rows on
 * the screen change all the time, scans take a fifth of a processor. */
static void plan_link_check(struct live *live, uint64_t now_ms)
{
	unsigned pause_ms = live->plan.pause_ms / 10;

	live->link_check_ms = now_ms + (pause_ms > LINK_CHECK_MS ? pause_ms : LINK_CHECK_MS);
}

void live_attend(struct live *live, bool attentive, uint64_t now_ms)
{
	if (live->plan.attentive == attentive)
		return;
	live->plan.attentive = attentive;
	/* The pause was planned while nothing waited for a scan: it is too long now. */
	if (live->scan && live->phase == LIVE_RESTING && attentive && live->error == 0) {
		scan_plan_again(&live->plan, is_reported(live), now_ms);
		plan_link_check(live, now_ms);
	}
}

/* When the next scan begins; UINT64_MAX for never.  After an error a demanded scan waits for its
 * time, too. */
static uint64_t next_scan_ms(const struct live *live)
{
	if (!live->scan)
		return UINT64_MAX;
	if (live->demanded && live->error == 0)
		return 0;
	if (live->frozen && !live->demanded)
		return UINT64_MAX;
	return scan_plan_next_ms(&live->plan, is_reported(live));
}

/* When to begin polling for news; UINT64_MAX for never. */
static uint64_t next_news_ms(const struct live *live)
{
	return scan_plan_listen_ms(&live->plan, is_reported(live));
}

/* May the present scan be dropped for an incremental one? */
static bool can_wait(const struct live *live, uint64_t now_ms)
{
	return live->phase == LIVE_SCANNING && !live->serving && history_now(live->history) &&
	       scan_plan_may_drop(&live->plan, now_ms);
}

int live_news_fd(const struct live *live, uint64_t now_ms)
{
	bool listens = live->phase == LIVE_RESTING ? now_ms >= next_news_ms(live)
	                                           : is_reported(live) && can_wait(live, now_ms);

	return listens ? scan_news_fd(live->scan) : -1;
}

void live_hear(struct live *live, uint64_t now_ms)
{
	struct news news = scan_news(live->scan);

	scan_plan_hear(&live->plan, news, now_ms);
	if (news.moved && can_wait(live, now_ms)) {
		live->phase = LIVE_RESTING;
		scan_plan_drop(&live->plan, cost_ms(live), now_ms);
	}
}

/* A scan takes them by itself. */
int live_users_fd(const struct live *live)
{
	return live->scan && live->phase == LIVE_RESTING && !live->frozen
	           ? scan_users_fd(live->scan)
	           : -1;
}

void live_hear_users(struct live *live)
{
	live->plan.news.any |= scan_hear_users(live->scan);
}

/* When the links of the rows on the screen are checked next.  UINT64_MAX for never: a set interval
 * holds. */
static uint64_t next_link_check_ms(const struct live *live)
{
	bool wanted = !live->frozen && !live->plan.interval_ms && live->error == 0 && live->shown &&
	              !live->time_travel.at && live->scan && !is_reported(live);

	return wanted ? live->link_check_ms : UINT64_MAX;
}

/* --- Time travel and recordings --------------------------------------------------------------- */

enum {
	TICK_MS = 1000,   /* of "… ago" */
	AHEAD_SHOWN = 32, /* snapshots read ahead before their events are shown */
};

/* The time of snapshot @number, on the clock of history_push. */
static uint64_t snapshot_ms(const struct time_travel *time_travel, uint64_t number)
{
	return history_log_snapshot(time_travel->log, number)->at_ms;
}

/* Is the last snapshot on the screen? */
static bool is_at_end(const struct time_travel *time_travel)
{
	return time_travel->at + 1 >= history_log_end(time_travel->log);
}

/* A recording stops where it is. */
static void stop_playing(struct live *live)
{
	if (!live->time_travel.recorded)
		return;
	live->time_travel.plays = false;
	live->frozen = true;
}

/* The present position or the next one; now is the number after the last. */
static uint64_t place(const struct time_travel *time_travel)
{
	uint64_t first = history_log_first(time_travel->log),
	         end = history_log_end(time_travel->log);
	uint64_t at = time_travel->wanted ? time_travel->wanted : time_travel->at;

	if (time_travel->wants_now || !at)
		return end;
	/* It may have been dropped in the meantime. */
	return at < first ? first : at;
}

static uint64_t minute_from(const struct time_travel *time_travel, uint64_t number, int minutes)
{
	uint64_t end = history_log_end(time_travel->log);
	uint64_t from_ms = snapshot_ms(time_travel, number < end ? number : end - 1);
	uint64_t to_ms = minutes > 0           ? from_ms + MINUTE_MS
	                 : from_ms > MINUTE_MS ? from_ms - MINUTE_MS
	                                       : 0;
	uint64_t target = history_log_find(time_travel->log, to_ms);

	/* There may be a gap of more than a minute. */
	if (minutes < 0)
		return target < number ? target : number - 1;
	return target > number ? target : number + 1;
}

/* Chooses where to go next.  Returns false where there is nothing in that direction. */
static bool choose(struct time_travel *time_travel, enum time_travel_step step)
{
	uint64_t first = history_log_first(time_travel->log),
	         end = history_log_end(time_travel->log);
	uint64_t from = place(time_travel), to = end;

	if (first == end)
		return false;
	switch (step) {
	case TIME_TRAVEL_BACK:
		/* The last one is the present graph. */
		to = from - 1 - (from == end && from - first > 1);
		break;
	case TIME_TRAVEL_MINUTE_BACK:
		to = minute_from(time_travel, from, -1);
		break;
	case TIME_TRAVEL_FORTH:
		to = from + 1;
		break;
	case TIME_TRAVEL_MINUTE_FORTH:
		to = from < end ? minute_from(time_travel, from, 1) : end;
		break;
	case TIME_TRAVEL_NOW:
		break;
	}
	if (to < first)
		to = first;
	if (to >= end && time_travel->recorded)
		to = end - 1;
	if (to == from || (to >= end && from >= end))
		return false;
	time_travel->wants_now = to >= end;
	time_travel->wanted = to >= end ? 0 : to;
	return true;
}

/* The same for the last snapshot at or before @at_ms, on the clock of history_push. */
static void choose_time(struct time_travel *time_travel, uint64_t at_ms)
{
	if (history_log_first(time_travel->log) == history_log_end(time_travel->log))
		return;
	time_travel->wants_now = false;
	time_travel->wanted = history_log_find(time_travel->log, at_ms);
}

/* Goes to the chosen snapshot and returns its graph, which @then holds.  Returns NULL where it can't
 * be read: nothing has changed then, and @reader has the reason. */
static const struct graph *go_to_chosen(struct time_travel *time_travel)
{
	uint64_t first = history_log_first(time_travel->log);
	uint64_t number = time_travel->wanted < first ? first : time_travel->wanted;
	struct snapshot snapshot = *history_log_snapshot(time_travel->log, number);
	struct graph *graph = history_log_graph(time_travel->log, &time_travel->reader, number);

	time_travel->wanted = 0;
	if (!graph)
		return NULL;
	time_travel->at = number;
	time_travel->at_ms = snapshot.at_ms;
	time_travel->taken_at_ms = snapshot.taken_at_ms;
	history_place(time_travel->then, graph, snapshot.at_ms);
	graph_unref(graph);
	return history_now(time_travel->then);
}

/* Plays a recording from @now_ms on, from its beginning where it was at its end; or stops it. */
static void play(struct time_travel *time_travel, bool plays, uint64_t now_ms)
{
	time_travel->plays = plays;
	if (plays && is_at_end(time_travel)) {
		time_travel->wanted = history_log_first(time_travel->log);
		time_travel->later_ms = now_ms - snapshot_ms(time_travel, time_travel->wanted);
		return;
	}
	/* Unsigned, so what was recorded since a later boot comes out right as well. */
	time_travel->later_ms = now_ms - time_travel->at_ms;
}

/* When the next snapshot of a recording that plays is due, UINT64_MAX for never. */
static uint64_t next_snapshot_ms(const struct time_travel *time_travel)
{
	if (!time_travel->recorded || !time_travel->plays || !time_travel->at ||
	    is_at_end(time_travel))
		return UINT64_MAX;
	return snapshot_ms(time_travel, time_travel->at + 1) + time_travel->later_ms;
}

/* "75 s", "12:05" of minutes and seconds. */
static void add_span(uint64_t span_ms, struct line *line)
{
	unsigned long long seconds = span_ms / 1000;

	line_addf(line, STYLE_WARN, "%llu:%02llu", seconds / 60, seconds % 60);
}

void time_travel_describe(const struct time_travel *time_travel, uint64_t now_ms, struct line *line)
{
	struct line time;

	line_init(&time, line->charset);
	event_add_time(time_travel->taken_at_ms, &time);
	line_adds(line, STYLE_WARN, time_travel->recorded ? _("REPLAY") : _("HISTORY"));
	line_adds(line, STYLE_PLAIN, " ");
	/* Full seconds only. */
	line_append(line, &time, 0, time.cols > 4 ? time.cols - 4 : time.cols);
	line_done(&time);
	line_adds(line, STYLE_PLAIN, _(", "));
	if (!time_travel->recorded) {
		add_span(now_ms - time_travel->at_ms, line);
		line_adds(line, STYLE_PLAIN, _(" ago"));
		return;
	}
	uint64_t begin_ms = snapshot_ms(time_travel, history_log_first(time_travel->log));
	uint64_t end_ms = snapshot_ms(time_travel, history_log_end(time_travel->log) - 1);

	add_span(time_travel->at_ms - begin_ms, line);
	/* TRANSLATORS: minutes and seconds, behind "0:12": 12 s of 1:30. */
	line_addf(line, STYLE_PLAIN, _(" of %llu:%02llu"),
	    (unsigned long long)(end_ms - begin_ms) / 60000,
	    (unsigned long long)(end_ms - begin_ms) / 1000 % 60);
	if (time_travel->plays) {
		line_adds(line, STYLE_PLAIN, " ");
		line_add_symbol(line, STYLE_OK, "▶", ">");
	}
}

static void go_to_now(struct live *live)
{
	struct time_travel *time_travel = &live->time_travel;

	time_travel->wants_now = false;
	time_travel->at = 0;
	time_travel->tick_ms = 0;
	if (history_now(live->history))
		set_shown(live, history_now(live->history), NULL);
}

static void go_to_snapshot(struct live *live, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;
	bool first = !time_travel->at;
	const struct graph *graph = go_to_chosen(time_travel);

	live->error = graph ? 0 : -EBADMSG;
	/* Later snapshots depend on this one, so they can't be read either. */
	if (!graph) {
		time_travel->plays = false;
		live->frozen = time_travel->recorded;
		return;
	}
	if (time_travel->recorded && first)
		time_travel->later_ms = now_ms - time_travel->at_ms;
	if (!time_travel->recorded)
		time_travel->tick_ms = now_ms + TICK_MS;
	set_shown(live, graph, history_now(live->history));
}

/* A recording that plays goes to where it would be by now, however long the pause was. */
static void play_on(struct time_travel *time_travel, uint64_t now_ms)
{
	choose_time(time_travel, now_ms - time_travel->later_ms);
	if (time_travel->wanted <= time_travel->at)
		time_travel->wanted = time_travel->at + 1;
}

static bool reads_ahead(const struct time_travel *time_travel)
{
	return time_travel->ahead && time_travel->ahead < history_log_end(time_travel->log);
}

/* Reads the next snapshot of a recording, for the timeline.  Returns true now and then, and at the
 * end. */
static bool read_ahead(struct live *live)
{
	struct time_travel *time_travel = &live->time_travel;
	uint64_t number = time_travel->ahead;
	struct event_context context = {.before = time_travel->ahead_before};
	struct events events = {0};
	struct graph *graph =
	    history_log_graph(time_travel->log, &time_travel->ahead_reader, number);

	if (!graph) {
		time_travel->ahead = 0;
		return true;
	}
	context.after = graph;
	context.now_ms = snapshot_ms(time_travel, number);
	if (context.before)
		diff_graphs(context.before, context.after, &events);
	timeline_add(live->timeline, &context, &events);
	events_done(&events);
	graph_unref(time_travel->ahead_before);
	time_travel->ahead_before = graph;
	time_travel->ahead++;
	if (reads_ahead(time_travel))
		return number % AHEAD_SHOWN == 0;
	graph_unref(graph);
	time_travel->ahead_before = NULL;
	return true;
}

/* Goes to the snapshot that was requested, or to where a recording that plays is by now.  Returns
 * true when the screen has to change. */
static bool step_time_travel(struct live *live, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;

	if (time_travel->wants_now) {
		go_to_now(live);
		return true;
	}
	if (!time_travel->wanted && now_ms >= next_snapshot_ms(time_travel))
		play_on(time_travel, now_ms);
	if (time_travel->wanted) {
		go_to_snapshot(live, now_ms);
		if (is_at_end(time_travel))
			stop_playing(live);
		return true;
	}
	if (reads_ahead(time_travel))
		return read_ahead(live);
	if (!time_travel->tick_ms || now_ms < time_travel->tick_ms)
		return false;
	time_travel->tick_ms = now_ms + TICK_MS;
	return true;
}

/* When step_time_travel has something to do; UINT64_MAX for never. */
static uint64_t time_travel_wake_ms(const struct live *live)
{
	const struct time_travel *time_travel = &live->time_travel;
	uint64_t wake = next_snapshot_ms(time_travel);

	if (time_travel->wants_now || time_travel->wanted || reads_ahead(time_travel))
		return 0;
	return time_travel->tick_ms && time_travel->tick_ms < wake ? time_travel->tick_ms : wake;
}

const char *live_time_travel(struct live *live, enum time_travel_step step)
{
	struct time_travel *time_travel = &live->time_travel;
	bool goes = choose(time_travel, step);

	/* A request for one snapshot stops a recording that plays. */
	stop_playing(live);
	if (goes)
		return NULL;
	if (step == TIME_TRAVEL_BACK || step == TIME_TRAVEL_MINUTE_BACK)
		return _("nothing is known from before that");
	return time_travel->recorded ? _("this is where the recording ends") : _("this is now");
}

bool live_time_travel_at_once(struct live *live, uint64_t at_ms, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;
	uint64_t first = history_log_first(time_travel->log);

	if (first == history_log_end(time_travel->log) || at_ms < snapshot_ms(time_travel, first))
		return false;
	choose_time(time_travel, at_ms);
	stop_playing(live);
	go_to_snapshot(live, now_ms);
	return live->error == 0;
}

bool live_is_past(const struct live *live)
{
	return live->time_travel.at || live->time_travel.recorded;
}

const char *live_why_not(const struct live *live)
{
	if (live->time_travel.recorded)
		return _("This is a recording: the kernel can't be asked about it any more.");
	if (live->time_travel.at)
		return _(
		    "This is history: the kernel reports only the present.  Esc goes back to now.");
	return NULL;
}

/* --- Scans ------------------------------------------------------------------------------------ */

/* /proc can't be read now: say so, try again later. */
static bool give_up(struct live *live, int error, uint64_t now_ms)
{
	bool changed = live->error != error;

	live->error = error;
	live->phase = LIVE_RESTING;
	live->demanded |= live->serving;
	live->serving = false;
	scan_plan_fail(&live->plan, now_ms);
	plan_link_check(live, now_ms);
	return changed;
}

static bool begin(struct live *live, bool incremental, uint64_t now_ms)
{
	const struct graph *before = history_now(live->history);
	int r;

	live->helpers_ms = scan_helpers_ms(live->scan);
	scan_always(live->scan, live->actor_pids, live->options.actors.count);
	scan_plan_begin(&live->plan, incremental && !live->demanded);
	r = live->plan.incremental ? scan_begin_incremental(live->scan, before)
	                           : scan_begin(live->scan, before);
	live->serving = live->demanded;
	live->demanded = false;
	if (r < 0)
		return give_up(live, r, now_ms);
	live->phase = LIVE_SCANNING;
	live->work_ms = 0;
	return false;
}

static void show(struct live *live, uint64_t now_ms)
{
	if (!live->time_travel.at)
		set_shown(live, history_now(live->history), NULL);
	live->phase = LIVE_NOTING;
	live->answered = live->serving;
	live->serving = false;
	live->scans++;
	live->error = 0;
	plan_fade(live, now_ms);
}

static bool visible_links_changed(const struct live *live)
{
	const struct process *last = NULL;
	int link_checks = 0;

	for (uint32_t i = 0; i < live->visible_count && link_checks < VISIBLE_MAX; i++) {
		uint32_t at = live->visible_from + i;

		if (at >= live->outline.count)
			break;
		if (live->outline.rows[at].key.kind != ROW_PROCESS ||
		    live->outline.rows[at].process == last)
			continue;
		last = live->outline.rows[at].process;
		link_checks++;
		if (links_differ(last))
			return true;
	}
	return false;
}

static bool rest(struct live *live, uint64_t now_ms)
{
	if (now_ms >= next_scan_ms(live))
		return begin(live, scan_plan_is_urgent(&live->plan, now_ms), now_ms);
	if (now_ms >= next_link_check_ms(live)) {
		live->link_check_ms = now_ms + LINK_CHECK_MS;
		if (visible_links_changed(live))
			return begin(live, false, now_ms);
	}
	if (live->frozen || live->time_travel.at || live->fade_ms == 0 || now_ms < live->fade_ms)
		return false;
	plan_fade(live, now_ms);
	return true;
}

/* Makes the scan's graph the present one, and reports what changed. */
static void push(struct live *live, uint64_t now_ms)
{
	const struct graph *before = history_now(live->history);
	struct event_context context = {.before = before, .now_ms = now_ms};
	struct events events = {0};

	if (before)
		graph_ref(before);
	context.after = history_push(live->history, scan_take(live->scan), now_ms, &events);
	timeline_add(live->timeline, &context, &events);
	live->pushed_ms = now_ms;
	events_done(&events);
	graph_unref((struct graph *)before);
}

/* Continues the scan.  Returns whether the screen has to change. */
static bool take_turn(struct live *live, uint64_t now_ms)
{
	int r;

	switch (live->phase) {
	case LIVE_SCANNING:
		r = scan_step(live->scan, SLICE_US);
		if (r < 0)
			return give_up(live, r, now_ms);
		if (r > 0)
			live->phase = LIVE_PUSHING;
		return false;
	case LIVE_PUSHING:
		push(live, now_ms);
		live->phase = LIVE_SHOWING;
		return false;
	case LIVE_SHOWING:
		show(live, now_ms);
		return true;
	case LIVE_NOTING:
		history_log_note(
		    live->time_travel.log, history_now(live->history), live->pushed_ms);
		live->phase = LIVE_RESTING;
		return false;
	case LIVE_RESTING:
		break;
	}
	return false;
}

/* Returns whether the displayed pause has changed. */
static bool end_scan(struct live *live, uint64_t now_ms)
{
	bool incremental = scan_is_incremental(history_now(live->history));
	unsigned pause_ms = live->plan.pause_ms;

	scan_plan_end(&live->plan, cost_ms(live), incremental, is_reported(live), now_ms);
	if (!incremental)
		plan_link_check(live, now_ms);
	return live->plan.pause_ms != pause_ms;
}

bool live_step(struct live *live, uint64_t now_ms)
{
	double began = clock_worked_ms();
	bool ends = live->phase == LIVE_NOTING, changed;

	if (step_time_travel(live, now_ms))
		return true;
	changed = live->phase == LIVE_RESTING ? rest(live, now_ms) : take_turn(live, now_ms);
	live->work_ms += clock_worked_ms() - began;
	return ends ? end_scan(live, now_ms) || changed : changed;
}

bool live_demand(struct live *live, uint64_t now_ms)
{
	bool was_frozen = live->frozen;

	if (was_frozen)
		live_freeze(live, false, now_ms);
	/* The caller waits for the present, not for a snapshot. */
	if (live->time_travel.at)
		choose(&live->time_travel, TIME_TRAVEL_NOW);
	live->demanded = true;
	live->serving = live->answered = false;
	/* A scan that began earlier may have missed what the caller waits for: it is dropped. */
	if (live->phase == LIVE_SCANNING)
		live->phase = LIVE_RESTING;
	return was_frozen;
}

void live_freeze(struct live *live, bool frozen, uint64_t now_ms)
{
	if (frozen == live->frozen)
		return;
	live->frozen = frozen;
	live->frozen_at_ms = now_ms;
	if (live->time_travel.recorded)
		play(&live->time_travel, !frozen, now_ms);
	/* A scan that a lesson demanded is completed. */
	if (frozen && live->phase == LIVE_SCANNING && !live->serving)
		live->phase = LIVE_RESTING;
	if (!frozen)
		live->plan.due_ms = now_ms;
}

int live_timeout(const struct live *live, uint64_t now_ms)
{
	uint64_t wake = next_scan_ms(live);

	if (live->phase != LIVE_RESTING)
		return 0;
	if (time_travel_wake_ms(live) < wake)
		wake = time_travel_wake_ms(live);
	if (!live->frozen && !live->time_travel.at && live->fade_ms != 0 && live->fade_ms < wake)
		wake = live->fade_ms;
	/* From then on the descriptor wakes us. */
	if (next_news_ms(live) < wake && next_news_ms(live) > now_ms)
		wake = next_news_ms(live);
	if (next_link_check_ms(live) < wake)
		wake = next_link_check_ms(live);
	if (wake == UINT64_MAX)
		return -1;
	return wake > now_ms ? (int)(wake - now_ms) : 0;
}
