#include "model/base/pace.h"

#include "model/base/util.h"

enum {
	PAUSE_COSTS = 40,
	CREDIT_COSTS = 5,    /* a fifth */
	CREDIT_MS_MAX = 100, /* two scans over ten thousand processes */
};

/* @costs: so many times what it has cost is to be paused. */
static unsigned pause_ms(double cost_ms, unsigned costs)
{
	static const unsigned steps_ms[] = {250, 500, 1000, 2000, PACE_SLOWEST_MS};
	size_t step = 0;

	while (step + 1 < array_len(steps_ms) && steps_ms[step] < cost_ms * costs)
		step++;
	return steps_ms[step];
}

unsigned pace_pause_ms(double cost_ms)
{
	return pause_ms(cost_ms, PAUSE_COSTS);
}

unsigned pace_attentive_ms(double cost_ms)
{
	return pause_ms(cost_ms, CREDIT_COSTS);
}

void pace_spend(struct pace_credit *credit, double cost_ms, uint64_t now_ms)
{
	double saved_ms = credit->ms + (double)(now_ms - credit->at_ms) / CREDIT_COSTS;

	credit->ms = (saved_ms < CREDIT_MS_MAX ? saved_ms : CREDIT_MS_MAX) - cost_ms;
	credit->at_ms = now_ms;
}

uint64_t pace_soon_ms(const struct pace_credit *credit)
{
	return credit->at_ms + (credit->ms < 0 ? (uint64_t)(-credit->ms * CREDIT_COSTS) : 0);
}
