/* How often to look: scans stretch as they cost more. */
#pragma once

#include <stdint.h>

enum { PACE_SLOWEST_MS = 5000 };

/* The pause after a scan that worked for @cost_ms, so that about a fortieth of a processor is
 * used, but at least 250 ms and at most PACE_SLOWEST_MS.  It goes in steps, so that what is told of
 * it does not change after each scan. */
unsigned pace_pause_ms(double cost_ms);

/* The same where somebody waits for what the next scan shows: about a fifth of a processor. */
unsigned pace_attentive_ms(double cost_ms);

/* What may be spent of a processor on scans that can't wait, since somebody moved: a fifth of it in the
 * long run, and what was not spent for some time at once.  All zero: nothing was saved. */
struct pace_credit {
	double ms;      /* of a processor; below 0 it is owed */
	uint64_t at_ms; /* when it was that */
};

/* A scan that worked for @cost_ms ended at @now_ms. */
void pace_spend(struct pace_credit *credit, double cost_ms, uint64_t now_ms);
/* When the next one may begin that can't wait: not before @credit's time. */
uint64_t pace_soon_ms(const struct pace_credit *credit);
