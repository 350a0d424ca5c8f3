#include "tests/bench/rest.h"

#include "tests/bench/measure.h"

void rest(struct rig *rig, double ms)
{
	double until = now_ms() + ms, now;

	while ((now = now_ms()) < until) {
		if (!rig_pump(rig, (int)(until - now + 0.999)))
			rig_fail(rig, "the explorer ended");
	}
}
