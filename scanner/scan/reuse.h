/* What a scan need not read again of a process that has not changed since the graph before. */
#pragma once

#include "scanner/proc/stat_walk.h"
#include "scanner/scan/source.h"

/* Adds the process that @stat was read of to @context as @before, which is it in the graph before,
 * when it is known (changes.h) that nothing was changed that the feed tells of.  What the feed
 * doesn't tell comes from @stat, but for the command line and the user's name, which are left
 * to the caller.  @dir: its directory, borrowed; -1 where it was not opened.
 * Returns NULL where it must be read all the same: what was unread may be read now, who is about to
 * end lets go of its namespaces after its record (perf_events.h), and the name of a worker of the kernel
 * tells what it works on. */
struct process *reuse_process(
    struct context *context, const struct process *before, const struct proc_stat *stat, int dir);
