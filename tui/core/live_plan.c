/* When the next scan begins, and whether it may be an incremental one. */
#include "tui/core/live_internal.h"

enum {
	SOON_MS = 8,      /* after a scan, before the next one that can't wait */
	LISTEN_MS = 25,   /* between two times that news wake us */
	QUIET_PAUSES = 4, /* where the kernel tells who changes, and nobody does */
	QUIET_MS_MAX = 10000,
};

/* Does the kernel tell who changes, and may it be asked?  Who asked for an interval gets that. */
static bool is_told(const struct live *live)
{
	return live->scan && !live->frozen && !live->interval_ms && live->error == 0 &&
	       scan_news_fd(live->scan) >= 0;
}

double live_cost_ms(const struct live *live)
{
	return live->work_ms + scan_helpers_ms(live->scan) - live->helpers_ms;
}

void live_plan_soon(struct live *live, uint64_t now_ms)
{
	live->soon_ms = now_ms + SOON_MS;
	if (live->soon_ms < pace_soon_ms(&live->credit))
		live->soon_ms = pace_soon_ms(&live->credit);
	live->listen_ms = live->soon_ms;
}

void live_plan_next(struct live *live, double cost_ms, uint64_t now_ms)
{
	live_plan_soon(live, now_ms);
	live->cost_ms = cost_ms;
	live->pause_ms = live->interval_ms ? live->interval_ms
	                 : live->attentive ? pace_attentive_ms(cost_ms)
	                                   : pace_pause_ms(cost_ms);
	live->due_ms = now_ms + live->pause_ms;
	/* Pauses are forty times what a scan costs, so this is four times that: where something in
	 * sight changes all the time, a fifth of a processor is used. */
	live->link_check_ms =
	    now_ms + (live->pause_ms / 10 > LINK_CHECK_MS ? live->pause_ms / 10 : LINK_CHECK_MS);
	live->quiet_ms = live->due_ms;
	if (live->attentive)
		return;
	if (is_told(live) && live->pause_ms * QUIET_PAUSES < QUIET_MS_MAX)
		live->quiet_ms = now_ms + live->pause_ms * QUIET_PAUSES;
	else if (is_told(live) && live->pause_ms < QUIET_MS_MAX)
		live->quiet_ms = now_ms + QUIET_MS_MAX;
}

void live_attend(struct live *live, bool attentive, uint64_t now_ms)
{
	if (live->attentive == attentive)
		return;
	live->attentive = attentive;
	/* What was planned without somebody who waits comes too late. */
	if (live->scan && live->phase == LIVE_RESTING && attentive && live->error == 0)
		live_plan_next(live, live->cost_ms, now_ms);
}

/* A whole one is owed to what is known from an incremental one only. */
static bool is_owed(const struct live *live)
{
	const struct graph *now = history_now(live->history);

	return now && scan_is_incremental(now);
}

/* After an error also one that is demanded waits for its time. */
uint64_t live_next_scan_ms(const struct live *live)
{
	if (!live->scan)
		return UINT64_MAX;
	if (live->demanded && live->error == 0)
		return 0;
	if (live->frozen && !live->demanded)
		return UINT64_MAX;
	if (live->news.moved && live->soon_ms < live->due_ms)
		return live->soon_ms;
	return live->news.any || is_owed(live) || !is_told(live) ? live->due_ms : live->quiet_ms;
}

/* When news are waited for; UINT64_MAX for never. */
static uint64_t next_news_ms(const struct live *live)
{
	return is_told(live) && !live->news.moved ? live->listen_ms : UINT64_MAX;
}

/* May the scan under way be dropped for an incremental one?  Each whole one only once: they must come to an
 * end where there is always something. */
static bool can_wait(const struct live *live, uint64_t now_ms)
{
	return live->phase == LIVE_SCANNING && !live->incremental && !live->serving &&
	       !live->put_off && history_now(live->history) &&
	       now_ms >= pace_soon_ms(&live->credit);
}

int live_news_fd(const struct live *live, uint64_t now_ms)
{
	bool listens = live->phase == LIVE_RESTING ? now_ms >= next_news_ms(live)
	                                           : is_told(live) && can_wait(live, now_ms);

	return listens ? scan_news_fd(live->scan) : -1;
}

void live_hear(struct live *live, uint64_t now_ms)
{
	struct news news = scan_news(live->scan);

	live->news.any |= news.any;
	live->news.moved |= news.moved;
	if (news.moved && can_wait(live, now_ms)) {
		live->put_off = true;
		live->phase = LIVE_RESTING;
		live->soon_ms = now_ms;
		pace_spend(&live->credit, live_cost_ms(live), now_ms);
	}
	/* Where much happens, not each of it wakes us; nor does what happens out of our sight. */
	live->listen_ms = now_ms + LISTEN_MS;
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
	live->news.any |= scan_hear_users(live->scan);
}

uint64_t live_next_link_check_ms(const struct live *live)
{
	bool wanted = !live->frozen && !live->interval_ms && live->error == 0 && live->shown &&
	              !live->time_travel.at && live->scan && !is_told(live);

	return wanted ? live->link_check_ms : UINT64_MAX;
}

int live_timeout(const struct live *live, uint64_t now_ms)
{
	uint64_t wake = live_next_scan_ms(live);

	if (live->phase != LIVE_RESTING)
		return 0;
	if (live_time_travel_wake_ms(live) < wake)
		wake = live_time_travel_wake_ms(live);
	if (!live->frozen && !live->time_travel.at && live->fade_ms != 0 && live->fade_ms < wake)
		wake = live->fade_ms;
	/* From then on it is the descriptor that wakes. */
	if (next_news_ms(live) < wake && next_news_ms(live) > now_ms)
		wake = next_news_ms(live);
	if (live_next_link_check_ms(live) < wake)
		wake = live_next_link_check_ms(live);
	if (wake == UINT64_MAX)
		return -1;
	return wake > now_ms ? (int)(wake - now_ms) : 0;
}
