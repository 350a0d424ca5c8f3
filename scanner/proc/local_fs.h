/* Which paths lie on file systems of this machine alone, so that a look at them waits for nobody.
 *
 * FUSE, NFS, autofs and the like ask a server for each step of a path, which may never answer; overlayfs may stand on
 * such a one.  No call that goes by a path can be told not to wait for it, so the way is gone step by step, and
 * the next one only where the folder is on a file system that is known to be local. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Is all of the way to @path local, symbolic links and what is there included?  True, too, where the way ends before:
 * a look at it fails at once, then.  Asks no other file system for anything.
 * @ret_mount: where it is not, which mount's file system may have to be asked (its id); 0 for not known. */
bool local_fs_has(const char *path, uint64_t *ret_mount);
