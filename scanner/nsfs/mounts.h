/* Mounts in the mount namespaces of others: opening a mount point below the root directory of another
 * process, and the mounts of a namespace that has no members.  Nothing is joined. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* --- One mount point: only these functions open anything below another process's root --- */

/* Opens the mount point @path below the root directory @root, with O_PATH.  The path is chosen by others:
 * no link is followed, and only cached path components are used (RESOLVE_CACHED, 5.12), so no user-space
 * or network file system is queried.  The path to a mount point is always cached.
 * Returns a descriptor or -errno. */
int mount_point_open(int root, const char *path);

/* Opens the namespace that is mounted at @path below the directory @root, in that way.
 * @may_wait: the caller is a helper that can be killed, so before 5.12 file systems may be queried.  Links
 * are never followed.
 * Returns a descriptor, -ESTALE (it is no namespace), -ENOSYS (before 5.6), or another -errno. */
int mount_point_open_ns(int proc, int root, const char *path, bool may_wait);

/* --- All mounts of a mount namespace, by its id --- */

/* listmount(2) and statmount(2), 6.8, take the id of another mount namespace since Linux 6.11
 * (NS_GET_MNTNS_ID).  The caller needs CAP_SYS_ADMIN in the user namespace that owns it. */

/* Calls @found for each mount of nsfs: @root is what is mounted, such as "net:[4026532100]", @path is
 * relative to the root of that namespace.  Both are borrowed.
 * Returns 0 or -errno. */
int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg);

/* A mount as in mountinfo; texts are borrowed, and raw. */
struct far_mount {
	uint32_t id, parent_id, shared, master;
	bool unbindable, read_only;
	const char *point, *root, *type;
	const char *subtype, *source; /* NULL: none */
};

/* Calls @found for all mounts that mountinfo would show to a process that joins, in the same order.
 * Linux 6.13, the first to report sources.
 * Returns 0, or -errno: -EOPNOTSUPP when the kernel does not report all of it.  @found may have been called
 * by then. */
int far_mounts_of(
    uint64_t mnt_ns_id, void (*found)(void *arg, const struct far_mount *mount), void *arg);
