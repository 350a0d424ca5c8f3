/* What is mounted in a mount namespace that no process is in, so that no mountinfo tells of it.
 *
 * listmount(2) and statmount(2), 6.8, take the id of another mount namespace since Linux 6.11, of whoever has
 * CAP_SYS_ADMIN in the user namespace that owns it.  Nothing is opened or joined. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Gives each mount of nsfs in the mount namespace @mnt_ns_id (NS_GET_MNTNS_ID) to @found: what is mounted, as
 * "net:[4026532100]", and the path as seen from that namespace's root.  Both are borrowed.
 * Returns 0 or -errno. */
int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg);

/* What mountinfo has of a mount; texts are borrowed, and raw. */
struct far_mount {
	uint32_t id, parent_id, shared, master;
	bool unbindable, read_only;
	const char *point, *root, *type;
	const char *subtype, *source; /* NULL: none */
};

/* Gives all mounts in the mount namespace @mnt_ns_id to @found, those that its mountinfo would show to who joins it,
 * in the same order.  Linux 6.13, since sources are told.
 * Returns 0, or -errno: -EOPNOTSUPP where the kernel can't tell all of it.  Some may have been given by then. */
int far_mounts_of(
    uint64_t mnt_ns_id, void (*found)(void *arg, const struct far_mount *mount), void *arg);
