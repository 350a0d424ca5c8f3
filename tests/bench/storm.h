/* A storm: a thousand forks and unshares a second, and what it costs to watch it. */
#pragma once

#include <stddef.h>

struct storm_cost {
	double forks_second;                     /* and as many unshares and exits */
	double explorer_percent, events_percent; /* of one core, with their helpers */
	size_t made, told;                       /* unshares, and those that the events told */
	size_t lost;                             /* records that the events say were lost */
};

/* Lets @program run as the explorer and as "events --json", which writes to the file @output, both at once
 * beside the storm, for @seconds.  Ends the program, after a message, where that fails. */
struct storm_cost storm_measure(const char *program, const char *output, int seconds);
