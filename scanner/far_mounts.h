/* Bind mounts of namespaces in a mount namespace that no process is in, so that no mountinfo tells of them.
 *
 * listmount(2) and statmount(2), 6.8, take the id of another mount namespace since Linux 6.11, of whoever has
 * CAP_SYS_ADMIN in the user namespace that owns it.  Nothing is opened or joined. */
#pragma once

#include <stdint.h>

/* Gives each mount of nsfs in the mount namespace @mnt_ns_id (NS_GET_MNTNS_ID) to @found: what is mounted, as
 * "net:[4026532100]", and the path as seen from that namespace's root.  Both are borrowed.
 * Returns 0 or -errno. */
int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg);
