/* Do two graphs of one moment say the same? */
#pragma once

#include "model/graph/graph.h"

/* Compares all of two graphs that a source fills, but the process @but, which is the one that
 * reads.  Prints what differs.  Returns how much that is. */
int graph_differences(const struct graph *a, const struct graph *b, pid_t but);
