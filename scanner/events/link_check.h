/* A glance at a few processes between two scans: is it time for a scan?
 *
 * It costs some 15 microseconds for each process and makes no graph: what is shown is always what
 * a full scan saw. */
#pragma once

#include "model/graph/graph.h"

/* Has @process ended, or gone to another namespace, since its graph was made?  One that could not
 * be read then is not looked at. */
bool links_differ(const struct process *process);
