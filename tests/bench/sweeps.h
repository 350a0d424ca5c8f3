/* Measures sweeps within one process, through scan.h. */
#pragma once

#include <stddef.h>

/* Medians, in milliseconds. */
struct sweep_costs {
	double first_ms, again_ms;         /* without descriptors; again: nothing has changed */
	double first_fds_ms, again_fds_ms; /* with them, all looked through each time */
	double together_ms;                /* a first one without, on several processors */
	size_t processes, namespaces;
};

/* Sweeps @runs times in each way, in turn.  Returns 0 or -errno. */
int sweeps_measure(int runs, struct sweep_costs *ret_costs);
