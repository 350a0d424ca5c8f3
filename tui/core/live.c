#include "tui/core/live.h"

#include "model/base/util.h"
#include "scanner/events/link_check.h"
#include "scanner/proc/clock.h"
#include "tui/core/live_internal.h"

enum {
	SLICE_US = 3000,
	/* A machine of 300 processes is looked through in one scan, one of 10,000 within some. */
	FDS_BUDGET_US = 10000,
	CMDLINES_BUDGET_US = 4000, /* of 500 processes and more */
	CHECK_CONTEXT_MAX = 64,    /* processes that are glanced at */
	TIMELINE_MAX = 4000,       /* events that are kept: some megabytes */
	DEAD_GRACE_MS = 4000,      /* the new and the dead stand out for so long */
};

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
	time_travel_init(&live->time_travel, recording, DEAD_GRACE_MS);
	live->timeline = timeline_new(charset, TIMELINE_MAX);
	return live;
}

struct live *live_new_recorded(
    enum charset charset, enum grouping grouping, struct history_log *recording, uint64_t at)
{
	struct live *live = new_live(charset, grouping, recording);

	live->time_travel.wanted = at ? at : history_log_first(recording);
	/* Who asked for a moment looks at that. */
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

	live->interval_ms = interval_ms;
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
	free(live->cast);
	ns_letters_free(live->ns_letters);
	history_free(live->history);
	time_travel_done(&live->time_travel);
	timeline_free(live->timeline);
	scan_free(live->scan);
	free(live);
}

/* /proc can't be read now: say so, try again later. */
static bool give_up(struct live *live, int error, uint64_t now_ms)
{
	bool changed = live->error != error;

	live->error = error;
	live->phase = LIVE_RESTING;
	live->demanded |= live->serving;
	live->serving = false;
	live_plan_next(live, PACE_SLOWEST_MS, now_ms);
	return changed;
}

static bool begin(struct live *live, bool incremental, uint64_t now_ms)
{
	const struct graph *before = history_now(live->history);
	int r;

	live->helpers_ms = scan_helpers_ms(live->scan);
	scan_always(live->scan, live->cast, live->options.cast.count);
	live->incremental = incremental && !live->demanded;
	live->news = (struct news){.any = false};
	r = live->incremental ? scan_begin_incremental(live->scan, before)
	                      : scan_begin(live->scan, before);
	live->serving = live->demanded;
	live->demanded = false;
	if (r < 0)
		return give_up(live, r, now_ms);
	live->phase = LIVE_SCANNING;
	live->work_ms = 0;
	return false;
}

void live_set_cast(struct live *live, const pid_t *pids, size_t count)
{
	free(live->cast);
	live->cast = xcalloc(count + 1, sizeof(*pids));
	for (size_t i = 0; i < count; i++)
		live->cast[i] = pids[i];
	live->options.cast = (struct outline_actors){.pids = live->cast, .count = count};
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

/* When what is shown will change by the mere passing of time.  What ought to have changed by now
 * waits for the next scan. */
static void plan_fade(struct live *live, uint64_t now_ms)
{
	uint64_t change = history_next_change_ms(live->history, now_ms);

	live->fade_ms = change > now_ms ? change : 0;
}

void live_set_shown(struct live *live, const struct graph *graph, const struct graph *also)
{
	const struct graph *last = live->shown;

	live->shown = graph_ref(graph);
	ns_letters_update_with(live->ns_letters, graph, also);
	live_rebuild(live);
	graph_unref((struct graph *)last);
}

static void show(struct live *live, uint64_t now_ms)
{
	if (!live->time_travel.at)
		live_set_shown(live, history_now(live->history), NULL);
	live->phase = LIVE_NOTING;
	live->answered = live->serving;
	live->serving = false;
	live->scans++;
	live->error = 0;
	plan_fade(live, now_ms);
}

static bool check_context_differs(const struct live *live)
{
	const struct process *last = NULL;
	int link_checks = 0;

	for (uint32_t i = 0; i < live->check_context_count && link_checks < CHECK_CONTEXT_MAX;
	     i++) {
		uint32_t at = live->check_context_from + i;

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
	if (now_ms >= live_next_scan_ms(live))
		return begin(live, live->news.moved && now_ms >= live->soon_ms, now_ms);
	if (now_ms >= live_next_link_check_ms(live)) {
		live->link_check_ms = now_ms + LINK_CHECK_MS;
		if (check_context_differs(live))
			return begin(live, false, now_ms);
	}
	if (live->frozen || live->time_travel.at || live->fade_ms == 0 || now_ms < live->fade_ms)
		return false;
	plan_fade(live, now_ms);
	return true;
}

/* Makes the graph of the scan the present, and tells what changed. */
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

/* Goes on with the scan.  Returns whether what is to be seen has changed. */
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
		    live->time_travel.history_log, history_now(live->history), live->pushed_ms);
		live->phase = LIVE_RESTING;
		return false;
	case LIVE_RESTING:
		break;
	}
	return false;
}

/* After a incremental scan the next whole one is due as it was.  Returns whether what is told of pauses has
 * changed. */
static bool end_scan(struct live *live, uint64_t now_ms)
{
	unsigned pause_ms = live->pause_ms;

	pace_spend(&live->credit, live_cost_ms(live), now_ms);
	if (scan_is_incremental(history_now(live->history))) {
		live_plan_soon(live, now_ms);
		return false;
	}
	live->put_off = false;
	live_plan_next(live, live_cost_ms(live), now_ms);
	return live->pause_ms != pause_ms;
}

bool live_step(struct live *live, uint64_t now_ms)
{
	double began = clock_worked_ms();
	bool ends = live->phase == LIVE_NOTING, changed;

	if (live_time_travel_step(live, now_ms))
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
	/* What is looked for is now. */
	if (live->time_travel.at)
		time_travel_choose(&live->time_travel, TIME_TRAVEL_NOW);
	live->demanded = true;
	live->serving = live->answered = false;
	/* One that began earlier may have missed what is looked for: it is dropped. */
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
		time_travel_play(&live->time_travel, !frozen, now_ms);
	/* What the lesson waits for is seen to its end. */
	if (frozen && live->phase == LIVE_SCANNING && !live->serving)
		live->phase = LIVE_RESTING;
	if (!frozen)
		live->due_ms = now_ms;
}

uint64_t live_moment(const struct live *live, uint64_t now_ms)
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
	    .now_ms = live_moment(live, now_ms),
	    .search = live->options.search,
	    .fold_signs = true,
	    .ns_groups =
	        live->options.grouping == GROUP_BY_NS_GROUP ? &live->options.ns_groups : NULL,
	};
}
