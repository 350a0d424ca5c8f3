/* How often to look: sweeps stretch as they cost more. */
#pragma once

enum { PACE_SLOWEST_MS = 5000 };

/* The pause after a sweep that worked for @cost_ms, so that about a fortieth of a processor is
 * used, but at least 250 ms and at most PACE_SLOWEST_MS.  It goes in steps, so that what is told of
 * it does not change after each sweep. */
unsigned pace_pause_ms(double cost_ms);
