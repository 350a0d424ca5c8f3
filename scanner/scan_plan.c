#include "scanner/scan_plan.h"

#include "model/base/util.h"

enum {
	PAUSE_COSTS = 40,    /* a pause is so many times what the last full scan cost */
	URGENT_COSTS = 5,    /* urgent scans take a fifth of a processor in the long run */
	CREDIT_MS_MAX = 100, /* two scans of ten thousand processes */
	SOON_MS = 8,         /* between a scan and an urgent one */
	FULL_SOONER = 10,    /* an urgent full scan comes after a tenth of the pause */
	LISTEN_MS = 25,      /* between two reports that are taken */
	QUIET_PAUSES = 4,    /* without a report a scan is due after so many pauses */
	QUIET_MS_MAX = 10000,
};

/* In steps, so that what the screen says does not change after each scan. */
static unsigned pause_ms(double cost_ms, unsigned costs)
{
	static const unsigned steps_ms[] = {250, 500, 1000, 2000, SCAN_PLAN_PAUSE_MAX_MS};
	size_t step = 0;

	while (step + 1 < array_len(steps_ms) && steps_ms[step] < cost_ms * costs)
		step++;
	return steps_ms[step];
}

static void spend(struct scan_plan *plan, double cost_ms, uint64_t now_ms)
{
	double saved_ms = plan->credit_ms + (double)(now_ms - plan->credit_at_ms) / URGENT_COSTS;

	plan->credit_ms = (saved_ms < CREDIT_MS_MAX ? saved_ms : CREDIT_MS_MAX) - cost_ms;
	plan->credit_at_ms = now_ms;
}

/* When the credit allows an urgent scan. */
static uint64_t credit_from_ms(const struct scan_plan *plan)
{
	return plan->credit_at_ms +
	       (plan->credit_ms < 0 ? (uint64_t)(-plan->credit_ms * URGENT_COSTS) : 0);
}

static void plan_soon(struct scan_plan *plan, uint64_t now_ms)
{
	uint64_t from_ms = credit_from_ms(plan);

	plan->soon_ms = now_ms + (plan->full_only ? plan->pause_ms / FULL_SOONER : SOON_MS);
	if (plan->soon_ms < from_ms)
		plan->soon_ms = from_ms;
	plan->listen_ms = plan->soon_ms;
}

void scan_plan_again(struct scan_plan *plan, bool reported, uint64_t now_ms)
{
	uint64_t quiet_ms;

	plan->pause_ms = plan->interval_ms ? plan->interval_ms
	                                   : pause_ms(plan->cost_ms,
	                                         plan->attentive ? URGENT_COSTS : PAUSE_COSTS);
	plan->due_ms = plan->quiet_ms = now_ms + plan->pause_ms;
	plan_soon(plan, now_ms);
	if (!reported || plan->attentive || plan->full_only)
		return;
	quiet_ms = (uint64_t)plan->pause_ms * QUIET_PAUSES;
	plan->quiet_ms = now_ms + (quiet_ms < QUIET_MS_MAX ? quiet_ms : QUIET_MS_MAX);
}

void scan_plan_begin(struct scan_plan *plan, bool incremental)
{
	plan->incremental = incremental;
	plan->news = (struct news){.any = false};
}

void scan_plan_end(
    struct scan_plan *plan, double cost_ms, bool incremental, bool reported, uint64_t now_ms)
{
	spend(plan, cost_ms, now_ms);
	plan->full_next = incremental;
	/* The next full one is due as it was. */
	if (incremental) {
		plan_soon(plan, now_ms);
		return;
	}
	plan->dropped = false;
	plan->cost_ms = cost_ms;
	scan_plan_again(plan, reported, now_ms);
}

void scan_plan_fail(struct scan_plan *plan, uint64_t now_ms)
{
	plan->cost_ms = SCAN_PLAN_PAUSE_MAX_MS;
	scan_plan_again(plan, false, now_ms);
}

uint64_t scan_plan_next_ms(const struct scan_plan *plan, bool reported)
{
	if (plan->news.moved && plan->soon_ms < plan->due_ms)
		return plan->soon_ms;
	return plan->news.any || plan->full_next || !reported ? plan->due_ms : plan->quiet_ms;
}

bool scan_plan_is_urgent(const struct scan_plan *plan, uint64_t now_ms)
{
	return plan->news.moved && now_ms >= plan->soon_ms;
}

uint64_t scan_plan_listen_ms(const struct scan_plan *plan, bool reported)
{
	return reported && !plan->news.moved ? plan->listen_ms : UINT64_MAX;
}

void scan_plan_hear(struct scan_plan *plan, struct news news, uint64_t now_ms)
{
	plan->news.any |= news.any;
	plan->news.moved |= news.moved;
	plan->listen_ms = now_ms + LISTEN_MS;
}

bool scan_plan_may_drop(const struct scan_plan *plan, uint64_t now_ms)
{
	return !plan->incremental && !plan->full_only && !plan->dropped &&
	       now_ms >= credit_from_ms(plan);
}

void scan_plan_drop(struct scan_plan *plan, double cost_ms, uint64_t now_ms)
{
	plan->dropped = true;
	plan->soon_ms = now_ms;
	spend(plan, cost_ms, now_ms);
}
