/* From what was read of a process to its place in the graph. */
#pragma once

#include "scanner/proc/proc_read.h"
#include "scanner/proc/stat_walk.h"
#include "scanner/scan/source.h"

/* All borrowed. */
struct proc_seen {
	pid_t pid;
	int ns_dir; /* /proc/PID/ns */
	const struct proc_stat *stat;
	const struct reading *reading;
};

/* Adds a process and the namespaces behind its links to @context, and asks those that nobody has
 * asked.  The command line is left to the caller, the name of the user to users.h. */
struct process *proc_add(struct context *context, const struct proc_seen *seen);
