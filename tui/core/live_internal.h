/* What the parts of the living picture share: live.c (scans), live_plan.c (when) and live_time_travel.c
 * (the past, recordings). */
#pragma once

#include "tui/core/live.h"

/* Shows @graph; what is in @also, NULL for nothing, keeps its marks too. */
void live_set_shown(struct live *live, const struct graph *graph, const struct graph *also);

/* Goes where it was wanted, or where a recording that plays is by now.  Returns true when what is to be
 * seen has changed. */
bool live_time_travel_step(struct live *live, uint64_t now_ms);
/* When that has something to do; UINT64_MAX for never. */
uint64_t live_time_travel_wake_ms(const struct live *live);

enum { LINK_CHECK_MS = 80 };

/* What the scan has cost so far, of a processor: this process and the helpers. */
double live_cost_ms(const struct live *live);

/* After a scan: when the next one may begin that can't wait; and after a whole one, which has worked for
 * @cost_ms, when all others are due. */
void live_plan_soon(struct live *live, uint64_t now_ms);
void live_plan_next(struct live *live, double cost_ms, uint64_t now_ms);
/* When the next scan begins; UINT64_MAX for never. */
uint64_t live_next_scan_ms(const struct live *live);
/* When it is time for a glance; UINT64_MAX for never: who asked for an interval gets that. */
uint64_t live_next_link_check_ms(const struct live *live);
