#include "model/pace.h"

#include "model/util.h"

enum { PAUSE_COSTS = 40 };

unsigned pace_pause_ms(double cost_ms)
{
	static const unsigned steps_ms[] = {250, 500, 1000, 2000, PACE_SLOWEST_MS};
	size_t step = 0;

	while (step + 1 < array_len(steps_ms) && steps_ms[step] < cost_ms * PAUSE_COSTS)
		step++;
	return steps_ms[step];
}
