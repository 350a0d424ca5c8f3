/* How long it takes from an unshare(2) somewhere to the changed screen. */
#pragma once

#include "tests/screen/rig.h"

enum { UNSHARES_MAX = 1000 };

struct unshare_cost {
	int rounds;
	double p50_ms, p99_ms, max_ms;
};

/* Filters the explorer in @rig for a process of the benchmark's own, which leaves its uts namespace
 * @rounds times, each at another moment. */
struct unshare_cost unshare_measure(struct rig *rig, int rounds);
