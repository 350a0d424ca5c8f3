/* Where namespaces that nobody is in can be opened: what a sweep saw on its way, through a descriptor
 * of somebody or a mount.  Only of uts and net namespaces, which are asked for more than nsfs tells. */
#pragma once

#include "scanner/source.h"

/* Notes that @ns, of the builder, is behind descriptor @fd of the process @pid (as in /proc), or where
 * @fd is -1 at the mount point @path, of the builder too, as that process sees it. */
void places_note(struct sweep *sweep, struct ns *ns, pid_t pid, int fd, const char *path);

/* Opens the namespace at @place.  Nothing is asked on the way but what the kernel has at hand.
 * Returns a descriptor, -ESTALE (something else is there by now), or another -errno. */
int places_open(const struct sweep *sweep, const struct ns_place *place);

/* Opens the namespace @ns that the task @pid is in.  Returns the same. */
int places_open_member(const struct sweep *sweep, const struct ns *ns, pid_t pid);

/* Opens the mount point @path below the root directory @root, with O_PATH.  All that stands in the way
 * there is somebody else's: no link is followed, nothing but what the kernel has at hand is looked
 * at (RESOLVE_CACHED, 5.12), so neither a file system of his own nor one on a network is asked; the
 * way to a mount point is always at hand.  Returns a descriptor or -errno. */
int places_open_mount_point(int root, const char *path);

/* Opens the namespace that is mounted at @path below the directory @root, by that way and no other: the one function that opens something below the root of another process.
 * @may_wait: the caller is a helper that can be killed, so before 5.12 file systems may be asked; links
 * are followed nowhere.
 * Returns a descriptor, -ESTALE (it is no namespace), -ENOSYS (before 5.6), or another -errno. */
int places_open_mounted(int proc, int root, const char *path, bool may_wait);
