/* A glance at a few processes between two sweeps: is it time for a sweep?
 *
 * It costs some 15 microseconds for each process and makes no graph: what is shown is always what
 * a whole sweep saw. */
#pragma once

#include "model/graph/graph.h"

/* Has @process ended, or gone to another namespace, since its graph was made?  One that could not
 * be read then is not looked at. */
bool glance_differs(const struct process *process);
