/* Measures the explorer on a pseudo-terminal: keys, memory, idling. */
#pragma once

#include "tests/bench/unsharer.h"

/* From a key to the row that it leads to. */
struct key_cost {
	const char *view;
	int keys; /* that were measured */
	double p50_ms, p99_ms, max_ms;
};

/* Of a program and its helpers, while nothing happens. */
struct idle_cost {
	double resident_mb;  /* at the end */
	double percent;      /* of one core */
	double bytes_second; /* to the terminal */
};

enum { EXPLORER_VIEWS = 7 };

struct explorer_cost {
	struct key_cost keys; /* at first, in the tree */
	struct key_cost views[EXPLORER_VIEWS];
	struct idle_cost idle;
	struct unshare_cost unshares;
};

/* Runs @program as the explorer, presses @keys keys, then leaves it alone for @idle_seconds, then has a
 * process unshare @unshares times, and then presses as many keys in each view.  Ends the program,
 * after a message, where it does not answer (rig.h). */
struct explorer_cost explorer_measure(
    const char *program, int keys, int idle_seconds, int unshares);

/* Runs another program on such a terminal, and leaves it alone for @idle_seconds. */
struct idle_cost other_measure(const char *program, int idle_seconds);
