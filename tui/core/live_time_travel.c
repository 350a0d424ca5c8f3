#include "model/base/i18n.h"
#include "tui/core/live_internal.h"

#include <errno.h>

enum {
	TICK_MS = 1000,   /* of "… ago" */
	AHEAD_SHOWN = 32, /* moments read ahead, until what they tell is shown */
};

static void go_to_now(struct live *live)
{
	struct travel *travel = &live->travel;

	travel->wants_now = false;
	travel->at = 0;
	travel->tick_ms = 0;
	if (history_now(live->history))
		live_set_shown(live, history_now(live->history), NULL);
}

static void go_to_past(struct live *live, uint64_t now_ms)
{
	struct travel *travel = &live->travel;
	bool first = !travel->at;
	const struct graph *graph = travel_go(travel);

	live->error = graph ? 0 : -EBADMSG;
	/* What follows from it can't be read either: there is no use in going on. */
	if (!graph) {
		travel->plays = false;
		live->frozen = travel->recorded;
		return;
	}
	if (travel->recorded && first)
		travel->later_ms = now_ms - travel->at_ms;
	if (!travel->recorded)
		travel->tick_ms = now_ms + TICK_MS;
	live_set_shown(live, graph, history_now(live->history));
}

/* What plays is where it would be by now, however long we were away. */
static void play_on(struct travel *travel, uint64_t now_ms)
{
	travel_choose_time(travel, now_ms - travel->later_ms);
	if (travel->wanted <= travel->at)
		travel->wanted = travel->at + 1;
}

static bool reads_ahead(const struct travel *travel)
{
	return travel->ahead && travel->ahead < past_end(travel->past);
}

/* Reads the next moment of a recording, for the timeline.  Returns true now and then, and at the end. */
static bool read_ahead(struct live *live)
{
	struct travel *travel = &live->travel;
	uint64_t number = travel->ahead;
	struct event_context context = {.before = travel->ahead_before};
	struct events events = {0};
	struct graph *graph = past_graph(travel->past, &travel->ahead_reader, number);

	if (!graph) {
		travel->ahead = 0;
		return true;
	}
	context.after = graph;
	context.now_ms = past_moment(travel->past, number)->at_ms;
	if (context.before)
		diff_graphs(context.before, context.after, &events);
	timeline_add(live->timeline, &context, &events);
	events_done(&events);
	graph_unref(travel->ahead_before);
	travel->ahead_before = graph;
	travel->ahead++;
	if (reads_ahead(travel))
		return number % AHEAD_SHOWN == 0;
	graph_unref(travel->ahead_before);
	travel->ahead_before = NULL;
	return true;
}

bool live_travel_step(struct live *live, uint64_t now_ms)
{
	struct travel *travel = &live->travel;

	if (travel->wants_now) {
		go_to_now(live);
		return true;
	}
	if (!travel->wanted && now_ms >= travel_next_ms(travel))
		play_on(travel, now_ms);
	if (travel->wanted) {
		go_to_past(live, now_ms);
		/* At its end a recording stays. */
		if (travel->recorded && travel->at + 1 >= past_end(travel->past)) {
			travel->plays = false;
			live->frozen = true;
		}
		return true;
	}
	if (reads_ahead(travel))
		return read_ahead(live);
	if (!travel->tick_ms || now_ms < travel->tick_ms)
		return false;
	travel->tick_ms = now_ms + TICK_MS;
	return true;
}

uint64_t live_travel_wake_ms(const struct live *live)
{
	const struct travel *travel = &live->travel;
	uint64_t wake = travel_next_ms(travel);

	if (travel_is_due(travel) || reads_ahead(travel))
		return 0;
	return travel->tick_ms && travel->tick_ms < wake ? travel->tick_ms : wake;
}

const char *live_travel(struct live *live, enum travel_step step)
{
	struct travel *travel = &live->travel;
	bool goes = travel_choose(travel, step);

	/* Who looks for a moment is not carried away from it. */
	if (travel->recorded) {
		travel->plays = false;
		live->frozen = true;
	}
	if (goes)
		return NULL;
	if (step == TRAVEL_BACK || step == TRAVEL_MINUTE_BACK)
		return _("nothing is known from before that");
	return travel->recorded ? _("this is where the recording ends") : _("this is now");
}

bool live_travel_at_once(struct live *live, uint64_t at_ms, uint64_t now_ms)
{
	struct travel *travel = &live->travel;
	uint64_t first = past_first(travel->past);

	if (first == past_end(travel->past) || at_ms < past_moment(travel->past, first)->at_ms)
		return false;
	travel_choose_time(travel, at_ms);
	if (travel->recorded) {
		travel->plays = false;
		live->frozen = true;
	}
	go_to_past(live, now_ms);
	return live->error == 0;
}

bool live_is_past(const struct live *live)
{
	return live->travel.at || live->travel.recorded;
}

const char *live_why_not(const struct live *live)
{
	if (live->travel.recorded)
		return _("This is a recording: the kernel can't be asked about it any more.");
	if (live->travel.at)
		return _("This is the past: the kernel tells only of now.  Esc goes back to now.");
	return NULL;
}
