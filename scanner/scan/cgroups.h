/* The cgroup paths that identify the container of a namespace (model/graph/containers.h).
 *
 * Reading one path costs a quarter of what the rest of a process costs.  So only few processes are
 * read: the first visible member of each namespace that is not initial, and the init of each PID
 * namespace.  No event reports a move to another cgroup.  But a container moves a process before its
 * program starts, and a process that called execve(2) is read again.  So paths are copied from the
 * previous graph, and each scan reads a part of them again.
 */
#pragma once

#include "scanner/scan/source.h"

struct cgroups {
	struct context *context;
	size_t at; /* the next process of the builder */
};

/* Begins with @context, borrowed, which must have all its processes. */
void cgroups_begin(struct cgroups *cgroups, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool cgroups_step(struct cgroups *cgroups, uint64_t until_us);
