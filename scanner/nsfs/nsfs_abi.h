/* What the kernel's nsfs understands, in names of our own.
 *
 * linux/nsfs.h is included nowhere: before Linux 6.18 it lacks most of this, and newer ones declare names
 * that a program may have taken already (enum nstype came with 6.19).  Numbers never change, so they are
 * written down here, each with the kernel's name and the first version that has it.  ioctl_nsfs(2) */
#pragma once

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
