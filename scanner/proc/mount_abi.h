/* statmount(2) and listmount(2): numbers and structures, which the headers of Debian 12 lack.  They are the same
 * on every architecture. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	STATMOUNT_CALL = 457, /* 6.8 */
	LISTMOUNT_CALL = 458,
};

/* struct mnt_id_req, as of 6.11; before, without its last member */
struct mount_request {
	uint32_t size, pad;
	uint64_t mnt_id;
	uint64_t param; /* listmount(2): those after this one; statmount(2): what is wanted */
	uint64_t mnt_ns_id;
};

enum { MOUNT_REQUEST_FIRST = offsetof(struct mount_request, mnt_ns_id) }; /* the size of 6.8 */

/* struct statmount, 6.8 */
struct mount_answer {
	uint32_t size, pad;
	uint64_t mask;
	uint32_t sb_dev_major, sb_dev_minor;
	uint64_t sb_magic;
	uint32_t sb_flags, fs_type;
	uint64_t mnt_id, mnt_parent_id;
	uint32_t mnt_id_old, mnt_parent_id_old;
	uint64_t mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from;
	uint32_t mnt_root, mnt_point;   /* where these begin in texts */
	uint64_t mnt_ns_id;             /* 6.10 */
	uint32_t fs_subtype, sb_source; /* 6.13 */
	uint64_t more[48];
	char texts[]; /* as many as there is room for */
};

_Static_assert(offsetof(struct mount_answer, texts) == 512, "as the kernel has it");

/* STATMOUNT_SB_BASIC, …_MNT_BASIC, …_MNT_ROOT, …_MNT_POINT, …_FS_TYPE; …_FS_SUBTYPE, …_SB_SOURCE (6.13) */
enum {
	MOUNT_WANT_MAGIC = 1,
	MOUNT_WANT_MOUNT = 2,
	MOUNT_WANT_ROOT = 8,
	MOUNT_WANT_POINT = 16,
	MOUNT_WANT_TYPE = 32,
	MOUNT_WANT_SUBTYPE = 0x100,
	MOUNT_WANT_SOURCE = 0x200,
};
