/* Adding a process that was read to the graph. */
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

/* Adds a process and the namespaces of its links to @context, and queries namespaces that are new in
 * this scan.  The caller adds the command line, users.h the name of the user. */
struct process *proc_add(struct context *context, const struct proc_seen *seen);

/* --- A single process, outside of a walk --- */

struct proc_one {
	struct stat_walk *walk;
	struct proc_stat stat; /* of the process that was read last */
	struct reading reading;
};

/* Returns 0 or -errno. */
int proc_one_init(struct proc_one *ret_one);
void proc_one_done(struct proc_one *one);

/* Adds @pid to @context with its links, but without threads, descriptors, command line and user name.
 * @ret_dir: /proc/PID, which the caller closes; -1 when there is no process.
 * Returns 0; @ret_process is NULL for an omitted process.  Else -errno: see want.h. */
int proc_one_add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, struct process **ret_process, int *ret_dir);
