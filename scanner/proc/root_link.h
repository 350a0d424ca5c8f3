/* The root of a process, as its link in /proc tells it. */
#pragma once

#include "model/graph/graph.h"

/* Reads the link /proc/PID/root of @process, proc_pid_root(5): the path of its root in its mount
 * namespace ("/" but for a chroot); of a process in another one than nsscope's, what the kernel can
 * tell of it.  It asks no file system, so it never waits.
 * Returns 0 and fills @ret_path (raw, the caller's to free), or -errno; -ESRCH also where another
 * process has that PID by now. */
int root_link_read(const struct process *process, char **ret_path);
