/* What the mount table tells of namespaces: names given to them by bind mounts, such as those of
 * ip-netns(8), and whether /proc hides other users' processes. */
#pragma once

#include "scanner/source.h"

struct mounts;

struct mounts *mounts_new(void);
void mounts_free(struct mounts *mounts); /* NULL is fine */

/* Begins to read the caller's mount table for @sweep, borrowed until the next call, whose
 * namespaces must all be there.  Without a table (/proc is another PID namespace's) nothing is
 * told. */
void mounts_begin(struct mounts *mounts, struct sweep *sweep);

/* Works until clock_us() passes @until_us.  Returns whether all is done. */
bool mounts_step(struct mounts *mounts, uint64_t until_us);
