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

/* --- A single process, outside of a walk --- */

struct proc_one {
	struct stat_walk *walk;
	struct proc_stat stat; /* what was read of the last one */
	struct reading reading;
};

/* Returns 0 or -errno. */
int proc_one_init(struct proc_one *ret_one);
void proc_one_done(struct proc_one *one);

/* Adds @pid to @context: its links, but no threads and descriptors, nor its command line and the name of
 * its user.
 * @ret_dir: /proc/PID, for the caller to close; -1 where there is no process.
 * Returns 0; @ret_process is NULL where it is to be left out.  Else -errno: see want.h. */
int proc_one_add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, struct process **ret_process, int *ret_dir);
