/* What the mount tables tell of namespaces: the bind mounts that keep them and give them names, such
 * as those of ip-netns(8); and whether /proc hides other users' processes.
 *
 * Of a mount namespace that no process is in the kernel is asked (far_mounts.h).
 *
 * The caller's own table is read, and one of each other mount namespace that somebody in it lets
 * us read; proc_pid_mountinfo(5).  A table shows what is below its reader's root directory.
 */
#pragma once

#include "scanner/scan/source.h"

struct mounts;

struct mounts *mounts_new(void);
void mounts_free(struct mounts *mounts); /* NULL is fine */

/* Before anything else is read for @context, borrowed: sends for what may be long in coming. */
void mounts_prepare(struct mounts *mounts, struct context *context);

/* Begins to read the tables for @context, borrowed until the next call, all of whose members must be
 * there.  Of a namespace that only a mount keeps it asks through that mount. */
void mounts_begin(struct mounts *mounts, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool mounts_step(struct mounts *mounts, uint64_t until_us);
