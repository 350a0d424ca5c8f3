/* What a scan copies from the previous graph for a process that has not changed since. */
#pragma once

#include "scanner/proc/stat_walk.h"
#include "scanner/scan/source.h"

/* Adds a process to @context as a copy of @before, the same process in the previous graph.  No kernel
 * event since may have named it (changes.h).  What events do not report comes from @stat; the caller
 * adds the command line and the user name.
 * @dir: its directory, borrowed; -1 when it was not opened.
 * Returns NULL when it must be read again: a link that was unreadable may be readable now, an exiting
 * process releases its namespaces after its event (perf_events.h), and a kernel worker changes its
 * name as it works. */
struct process *reuse_process(
    struct context *context, const struct process *before, const struct proc_stat *stat, int dir);
