#include "model/i18n.h"
#include "tui/live_internal.h"

#include <errno.h>

enum { TICK_MS = 1000 }; /* of "… ago" */

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
	if (!travel->tick_ms || now_ms < travel->tick_ms)
		return false;
	travel->tick_ms = now_ms + TICK_MS;
	return true;
}

uint64_t live_travel_wake_ms(const struct live *live)
{
	const struct travel *travel = &live->travel;
	uint64_t wake = travel_next_ms(travel);

	if (travel_is_due(travel))
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

void live_travel_to(struct live *live, uint64_t at_ms)
{
	travel_choose_time(&live->travel, at_ms);
	if (live->travel.recorded) {
		live->travel.plays = false;
		live->frozen = true;
	}
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
