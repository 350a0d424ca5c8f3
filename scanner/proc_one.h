/* Reading one process from /proc, outside of a walk. */
#pragma once

#include "scanner/proc_read.h"
#include "scanner/source.h"
#include "scanner/stat_walk.h"

struct proc_one;

/* Returns 0 or -errno. */
int proc_one_new(struct proc_one **ret_one);
void proc_one_free(struct proc_one *one); /* NULL is fine */

/* What stat tells of @pid now.  Returns 0, or -ESRCH where it has ended. */
int proc_one_stat(struct proc_one *one, pid_t pid, struct proc_stat *ret_stat);

/* Adds @pid to @sweep: its links, but no threads and descriptors, nor its command line and the name of
 * its user.
 * @ret_dir: /proc/PID, for the caller to close; -1 where there is no process.
 * Returns NULL where it has ended or is to be left out. */
struct process *proc_one_add(struct proc_one *one, struct sweep *sweep, pid_t pid,
    const struct known_links *known, int *ret_dir);

/* What was read of that one. */
const struct proc_stat *proc_one_last_stat(const struct proc_one *one);
const struct reading *proc_one_last_reading(const struct proc_one *one);
