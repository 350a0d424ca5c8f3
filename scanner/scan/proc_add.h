/* Adding a process that was read to the graph. */
#pragma once

#include "scanner/proc/proc_read.h"
#include "scanner/proc/stat_walk.h"
#include "scanner/scan/source.h"

enum { KTHREADD = 2 }; /* the parent of all kernel threads */

/* All borrowed. */
struct proc_seen {
	pid_t pid;
	int ns_dir; /* /proc/PID/ns */
	const struct proc_stat *stat;
	const struct reading *reading;
};

/* Adds a process and the namespaces of its links to @context, and queries namespaces that are new in
 * this scan.  The caller adds the command line, phases.h the name of the user. */
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

/* --- The threads of a process that are in different namespaces than the process: namespaces(7) --- */

/* A thread can leave its process in the cgroup, ipc, mnt, net and uts namespaces and in what its
 * children get.  It can't in the other three: unshare(2) and setns(2) refuse user and time
 * namespaces to a process with threads, and a PID namespace is never changed.  So seven links of
 * each thread are read, and ten when the main thread has exited.  There is no cheaper way: the kernel
 * does not show which threads called unshare(2). */

struct threads;

struct threads *threads_new(void);
void threads_free(struct threads *threads); /* NULL is fine */

/* Begins with @process of @context, which has its links.  @dir: its directory, borrowed. */
void threads_start(
    struct threads *threads, struct context *context, int dir, struct process *process);
/* Reads some threads, for a millisecond at most.  Returns whether all is done. */
bool threads_step(struct threads *threads);
/* Drops an unfinished run. */
void threads_stop(struct threads *threads);

/* Returns whether the thread @tid of @process was in namespaces of its own in the previous graph. */
bool thread_had_diverged(const struct context *context, const struct process *process, pid_t tid);
