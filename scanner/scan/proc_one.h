/* Reading one process from /proc, outside of a walk. */
#pragma once

#include "scanner/proc/proc_read.h"
#include "scanner/proc/stat_walk.h"
#include "scanner/scan/source.h"

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
