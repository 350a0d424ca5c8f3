#include "model/base/i18n.h"
#include "tui/core/live_internal.h"

#include <errno.h>

enum {
	TICK_MS = 1000,   /* of "… ago" */
	AHEAD_SHOWN = 32, /* moments read ahead, until what they tell is shown */
};

static void go_to_now(struct live *live)
{
	struct time_travel *time_travel = &live->time_travel;

	time_travel->wants_now = false;
	time_travel->at = 0;
	time_travel->tick_ms = 0;
	if (history_now(live->history))
		live_set_shown(live, history_now(live->history), NULL);
}

static void go_to_past(struct live *live, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;
	bool first = !time_travel->at;
	const struct graph *graph = time_travel_go(time_travel);

	live->error = graph ? 0 : -EBADMSG;
	/* What follows from it can't be read either: there is no use in going on. */
	if (!graph) {
		time_travel->plays = false;
		live->frozen = time_travel->recorded;
		return;
	}
	if (time_travel->recorded && first)
		time_travel->later_ms = now_ms - time_travel->at_ms;
	if (!time_travel->recorded)
		time_travel->tick_ms = now_ms + TICK_MS;
	live_set_shown(live, graph, history_now(live->history));
}

/* What plays is where it would be by now, however long we were away. */
static void play_on(struct time_travel *time_travel, uint64_t now_ms)
{
	time_travel_choose_time(time_travel, now_ms - time_travel->later_ms);
	if (time_travel->wanted <= time_travel->at)
		time_travel->wanted = time_travel->at + 1;
}

static bool reads_ahead(const struct time_travel *time_travel)
{
	return time_travel->ahead && time_travel->ahead < history_log_end(time_travel->history_log);
}

/* Reads the next moment of a recording, for the timeline.  Returns true now and then, and at the end. */
static bool read_ahead(struct live *live)
{
	struct time_travel *time_travel = &live->time_travel;
	uint64_t number = time_travel->ahead;
	struct event_context context = {.before = time_travel->ahead_before};
	struct events events = {0};
	struct graph *graph =
	    history_log_graph(time_travel->history_log, &time_travel->ahead_reader, number);

	if (!graph) {
		time_travel->ahead = 0;
		return true;
	}
	context.after = graph;
	context.now_ms = history_log_moment(time_travel->history_log, number)->at_ms;
	if (context.before)
		diff_graphs(context.before, context.after, &events);
	timeline_add(live->timeline, &context, &events);
	events_done(&events);
	graph_unref(time_travel->ahead_before);
	time_travel->ahead_before = graph;
	time_travel->ahead++;
	if (reads_ahead(time_travel))
		return number % AHEAD_SHOWN == 0;
	graph_unref(time_travel->ahead_before);
	time_travel->ahead_before = NULL;
	return true;
}

bool live_time_travel_step(struct live *live, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;

	if (time_travel->wants_now) {
		go_to_now(live);
		return true;
	}
	if (!time_travel->wanted && now_ms >= time_travel_next_ms(time_travel))
		play_on(time_travel, now_ms);
	if (time_travel->wanted) {
		go_to_past(live, now_ms);
		/* At its end a recording stays. */
		if (time_travel->recorded &&
		    time_travel->at + 1 >= history_log_end(time_travel->history_log)) {
			time_travel->plays = false;
			live->frozen = true;
		}
		return true;
	}
	if (reads_ahead(time_travel))
		return read_ahead(live);
	if (!time_travel->tick_ms || now_ms < time_travel->tick_ms)
		return false;
	time_travel->tick_ms = now_ms + TICK_MS;
	return true;
}

uint64_t live_time_travel_wake_ms(const struct live *live)
{
	const struct time_travel *time_travel = &live->time_travel;
	uint64_t wake = time_travel_next_ms(time_travel);

	if (time_travel_is_due(time_travel) || reads_ahead(time_travel))
		return 0;
	return time_travel->tick_ms && time_travel->tick_ms < wake ? time_travel->tick_ms : wake;
}

const char *live_time_travel(struct live *live, enum time_travel_step step)
{
	struct time_travel *time_travel = &live->time_travel;
	bool goes = time_travel_choose(time_travel, step);

	/* Who looks for a moment is not carried away from it. */
	if (time_travel->recorded) {
		time_travel->plays = false;
		live->frozen = true;
	}
	if (goes)
		return NULL;
	if (step == TIME_TRAVEL_BACK || step == TIME_TRAVEL_MINUTE_BACK)
		return _("nothing is known from before that");
	return time_travel->recorded ? _("this is where the recording ends") : _("this is now");
}

bool live_time_travel_at_once(struct live *live, uint64_t at_ms, uint64_t now_ms)
{
	struct time_travel *time_travel = &live->time_travel;
	uint64_t first = history_log_first(time_travel->history_log);

	if (first == history_log_end(time_travel->history_log) ||
	    at_ms < history_log_moment(time_travel->history_log, first)->at_ms)
		return false;
	time_travel_choose_time(time_travel, at_ms);
	if (time_travel->recorded) {
		time_travel->plays = false;
		live->frozen = true;
	}
	go_to_past(live, now_ms);
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
		return _("This is the past: the kernel tells only of now.  Esc goes back to now.");
	return NULL;
}
