/* The kernel's interfaces to nsfs and to mounts, in names of our own.
 *
 * linux/nsfs.h is included nowhere: before Linux 6.18 it lacks most of this, and newer ones declare names
 * that a program may have taken already (enum nstype came with 6.19).  Numbers never change, so they are
 * written down here, each with the kernel's name and the first version that has it.  ioctl_nsfs(2) */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* The ioctls; each works on a descriptor of a namespace. */
#define NSFS_GET_OWNER     _IO(0xb7, 1)            /* NS_GET_USERNS, 4.9: opens it */
#define NSFS_GET_PARENT    _IO(0xb7, 2)            /* NS_GET_PARENT, 4.9: opens it */
#define NSFS_GET_TYPE      _IO(0xb7, 3)            /* NS_GET_NSTYPE, 4.11: its CLONE_NEW… flag */
#define NSFS_GET_OWNER_UID _IO(0xb7, 4)            /* NS_GET_OWNER_UID, 4.11: into a uid_t */
#define NSFS_GET_MNT_ID    _IOR(0xb7, 5, uint64_t) /* NS_GET_MNTNS_ID, 6.11 */
#define NSFS_GET_PID_FROM  _IOR(0xb7, 6, int) /* NS_GET_PID_FROM_PIDNS, 6.11: a number in it, here */
#define NSFS_GET_ID        _IOR(0xb7, 13, uint64_t) /* NS_GET_ID, 6.18 */

/* On a socket: opens the network namespace that it is of.  SIOCGSKNS, 4.10 */
#define NSFS_OF_SOCKET 0x894c

enum {
	NSFS_HANDLE_TYPE = 0xf1, /* FILEID_NSFS, 6.18 */
	NSFS_ROOT =
	    -10003, /* FD_NSFS_ROOT, 6.18: where open_by_handle_at(2) looks for namespaces */
};

/* listns(2), 6.19, on every architecture: writes the ids of namespaces. */
enum { NSFS_LISTNS = 470 };

/* Its request: struct ns_id_req.  Zeros ask for all. */
struct nsfs_list_request {
	uint32_t size, pad;
	uint64_t id;          /* those after this one */
	uint32_t types, pad2; /* CLONE_NEW… flags */
	uint64_t owner;       /* of this user namespace */
};

/* What follows struct file_handle in a handle of nsfs: struct nsfs_file_handle, 6.18.  Zero for type and
 * inode: any. */
struct nsfs_handle {
	uint64_t id;
	uint32_t type, inode;
};

/* --- statmount(2) and listmount(2), which the headers of Debian 12 lack, too --- */

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
