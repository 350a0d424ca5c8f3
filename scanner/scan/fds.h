/* The descriptors that hold namespaces: open files of nsfs (with O_PATH, too), and sockets and
 * /dev/net/tun of a net namespace other than that of their process.
 *
 * Each descriptor costs one statx(2).  It recognizes nsfs without opening the file, and with
 * AT_STATX_DONT_SYNC it asks no server of a network or user-space file system.  (The text of the link
 * does not suffice: for a namespace that was opened through its bind mount it is that path.)
 * A socket is queried through a copy of its descriptor, pidfd_getfd(2), 5.6.  It never changes its net
 * namespace, so each is queried once and cached by its inode.  /dev/net/tun is queried likewise.
 *
 * Threads with a descriptor table of their own are read, too (proc_read.h); their sockets since
 * Linux 6.9, which has pidfds of threads.
 *
 * The descriptors of this process and of its helpers are never read.
 */
#pragma once

#include "scanner/scan/source.h"

struct fds;

/* @budget_us: see scan_options. */
struct fds *fds_new(unsigned budget_us);
void fds_free(struct fds *fds); /* NULL is fine */

/* Begins a scan and drops an unfinished one; @context is borrowed until the next call. */
void fds_begin(struct fds *fds, struct context *context);

/* Returns whether this scan reads the descriptors of @process: then call fds_start.  Call it once for
 * each process of a scan, in order of PID. */
bool fds_wanted(struct fds *fds, const struct process *process);

/* Returns whether the finished scan read the descriptors of each of its processes. */
bool fds_whole(const struct fds *fds);

/* Begins with @process.  Takes @dir, a descriptor on its directory. */
void fds_start(struct fds *fds, int dir, struct process *process);
/* Reads some descriptors, for a few milliseconds at most.  Returns whether all is done. */
bool fds_step(struct fds *fds);
