/* The descriptors of processes that keep namespaces: open files of nsfs, with O_PATH too, however
 * they were opened, and sockets and /dev/net/tun of net namespaces that their
 * process is not in.
 *
 * Each descriptor costs one statx(2), which tells nsfs from everything else without opening it, and
 * with AT_STATX_DONT_SYNC asks no server of a network or user-space file system.  (The text of the
 * link would not do: of a namespace that was opened through its bind mount it is that path.)
 * A socket has to be asked by taking a copy of its descriptor, pidfd_getfd(2), 5.6; since it never
 * changes its net namespace, each is asked once, and remembered by its inode.  /dev/net/tun is asked as
 * sockets are.
 *
 * Threads with a table of their own are looked through, too (own_tables.h); their sockets since Linux 6.9,
 * which has pidfds of threads.
 *
 * This process's own descriptors and those of its helper are never looked at.
 */
#pragma once

#include "scanner/scan/source.h"

struct fds;

/* @budget_us: see scan_options. */
struct fds *fds_new(unsigned budget_us);
void fds_free(struct fds *fds); /* NULL is fine */

/* Begins a scan, borrowed until the next call; what is under way is dropped. */
void fds_begin(struct fds *fds, struct context *context);

/* Is it the turn of @process?  Processes must be asked for in order of pid, once in each scan.
 * Where it is, fds_start follows. */
bool fds_wanted(struct fds *fds, const struct process *process);

/* Was each process of this scan, whose end has come, looked through in it? */
bool fds_whole(const struct fds *fds);

/* Begins with @process; @dir, its directory, is closed at the end. */
void fds_start(struct fds *fds, int dir, struct process *process);
/* Looks at some descriptors, a few milliseconds' work at most.  Returns whether all is done. */
bool fds_step(struct fds *fds);
