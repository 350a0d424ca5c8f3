/* The threads of a process that are in different namespaces than the process: namespaces(7).
 *
 * A thread can leave its process in the cgroup, ipc, mnt, net and uts namespaces and in what its
 * children get.  It can't in the other three: unshare(2) and setns(2) refuse user and time
 * namespaces to a process with threads, and a PID namespace is never changed.  So seven links of
 * each thread are read, and ten when the main thread has exited.  There is no cheaper way: the kernel
 * does not show which threads called unshare(2).
 */
#pragma once

#include "scanner/scan/source.h"

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
