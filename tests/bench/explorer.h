/* Measures the explorer on a pseudo-terminal: keys, memory, idling. */
#pragma once

#include "tests/bench/unsharer.h"

struct explorer_cost {
	int keys; /* that were measured */
	double key_p50_ms, key_p99_ms, key_max_ms;
	double resident_mb;       /* of the explorer and its helper, at the end */
	double idle_percent;      /* of one core, of both */
	double idle_bytes_second; /* to the terminal, while idle */
	struct unshare_cost unshares;
};

/* Runs @program as the explorer, presses @keys keys, then leaves it alone for @idle_seconds,
 * then has a process unshare @unshares times.  Ends the program, after a message, where it does not answer (rig.h). */
struct explorer_cost explorer_measure(
    const char *program, int keys, int idle_seconds, int unshares);
