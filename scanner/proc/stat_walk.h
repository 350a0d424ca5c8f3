/* What libproc2 reads of processes, in its walk through /proc.
 *
 * libproc2 lists /proc itself, in order of PID, and reads one file of each process.  For a single PID it
 * reads two, so that is only for the few that the walk read too early.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* proc_pid_stat(5) */
struct proc_stat {
	pid_t ppid;
	pid_t session;
	char state;
	int threads;
	uint64_t start_ticks;
	uid_t euid;   /* the owner of the directory, which libproc2 reads anyway: the effective
	             * user, dumpable or not */
	bool exiting; /* its first thread has begun to end, and may be without namespaces */
	bool kernel_thread;
	bool kernel_worker; /* of a work queue: its name changes as it works */
};

struct stat_walk;

/* Returns 0 or -errno. */
int stat_walk_new(struct stat_walk **ret_walk);
void stat_walk_free(struct stat_walk *walk); /* NULL is fine */

/* Ends the walk that was begun last, a step at a time, and begins another.
 * Returns 1 when that is begun, 0 when there is more to do, or -errno. */
int stat_walk_begin(struct stat_walk *walk);

/* Takes a step towards the end, so that nothing stays open.  Returns whether the end is reached. */
bool stat_walk_end(struct stat_walk *walk);

/* Marks what was read until now as too early for later calls of stat_walk_read. */
void stat_walk_handle(struct stat_walk *walk);

/* Goes one process further, unless the walk has reached @pid.  Request PIDs in their order.
 * Returns whether it has reached @pid or passed it. */
bool stat_walk_towards(struct stat_walk *walk, pid_t pid);

/* Reads @pid now, outside of a walk.  Returns 0, or -ESRCH where it has ended. */
int stat_walk_ask(struct stat_walk *walk, pid_t pid, struct proc_stat *ret_stat);

/* What was read of @pid since stat_walk_handle.  Returns 0, or -ESRCH where it had ended. */
int stat_walk_read(struct stat_walk *walk, pid_t pid, struct proc_stat *ret_stat);
