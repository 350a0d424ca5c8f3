/* What is mounted below the root directory of another process: the only functions that open anything there. */
#pragma once

#include <stdbool.h>

/* Opens the mount point @path below the root directory @root, with O_PATH.  All that stands in the way
 * there is somebody else's: no link is followed, nothing but what the kernel has at hand is looked
 * at (RESOLVE_CACHED, 5.12), so neither a file system of his own nor one on a network is asked; the
 * way to a mount point is always at hand.  Returns a descriptor or -errno. */
int mount_point_open(int root, const char *path);

/* Opens the namespace that is mounted at @path below the directory @root, by that way and no other.
 * @may_wait: the caller is a helper that can be killed, so before 5.12 file systems may be asked; links
 * are followed nowhere.
 * Returns a descriptor, -ESTALE (it is no namespace), -ENOSYS (before 5.6), or another -errno. */
int mount_point_open_ns(int proc, int root, const char *path, bool may_wait);
