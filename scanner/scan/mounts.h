/* What the mount tables say about namespaces: bind mounts that hold and name them, such as those of
 * ip-netns(8), and whether /proc hides the processes of other users.  Symbolic links in /run/netns
 * give names, too.
 *
 * Two kinds of tables are read (proc_pid_mountinfo(5)): the caller's own, and that of one member of
 * each other mount namespace, where permitted.  A table shows what is below the root directory of its
 * process.  For a mount namespace without a member the kernel is queried (far_mounts.h).
 */
#pragma once

#include "scanner/scan/source.h"

struct mounts;

struct mounts *mounts_new(void);
void mounts_free(struct mounts *mounts); /* NULL is fine */

/* Starts the reads that may take long, before anything else is read for @context.  It is borrowed. */
void mounts_prepare(struct mounts *mounts, struct context *context);

/* Begins to read the tables for @context, borrowed until the next call, which must have all its
 * members.  A namespace that only a mount holds is queried through that mount. */
void mounts_begin(struct mounts *mounts, struct context *context);

/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool mounts_step(struct mounts *mounts, uint64_t until_us);
