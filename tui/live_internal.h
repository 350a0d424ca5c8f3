/* What the parts of the living picture share: live.c (sweeps) and live_travel.c (the past, recordings). */
#pragma once

#include "tui/live.h"

/* Shows @graph; what is in @also, NULL for nothing, keeps its marks too. */
void live_set_shown(struct live *live, const struct graph *graph, const struct graph *also);

/* Goes where it was wanted, or where a recording that plays is by now.  Returns true when what is to be
 * seen has changed. */
bool live_travel_step(struct live *live, uint64_t now_ms);
/* When that has something to do; UINT64_MAX for never. */
uint64_t live_travel_wake_ms(const struct live *live);
