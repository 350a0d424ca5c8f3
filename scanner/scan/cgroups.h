/* The paths of cgroups, which tell whose container a namespace is (model/graph/containers.h).
 *
 * Reading one costs as much as a quarter of all else of a process, so only few are asked: the first
 * in sight of each namespace that isn't initial, and the init of each PID namespace.  Nothing tells
 * that a process was put into another cgroup; but it is put into a container's before its program
 * begins, and who has begun one is read anew.  So what the graph before knew is taken over, and a
 * part of all is asked again in each scan.
 */
#pragma once

#include "scanner/scan/source.h"

struct cgroups {
	struct context *context;
	size_t at; /* the next process of the builder */
};

/* Begins with @context, borrowed, all of whose processes must be there. */
void cgroups_begin(struct cgroups *cgroups, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool cgroups_step(struct cgroups *cgroups, uint64_t until_us);
