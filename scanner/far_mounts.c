#include "scanner/far_mounts.h"

#include <errno.h>
#include <linux/magic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of Debian 12; the same on every architecture. */
enum {
	STATMOUNT_CALL = 457, /* 6.8 */
	LISTMOUNT_CALL = 458,
};

/* struct mnt_id_req, as of 6.11 */
struct request {
	uint32_t size, pad;
	uint64_t mnt_id;
	uint64_t param; /* listmount(2): those after this one; statmount(2): what is wanted */
	uint64_t mnt_ns_id;
};

/* struct statmount, 6.8 */
struct answer {
	uint32_t size, pad;
	uint64_t mask;
	uint32_t sb_dev_major, sb_dev_minor;
	uint64_t sb_magic;
	uint32_t sb_flags, fs_type;
	uint64_t mnt_id, mnt_parent_id;
	uint32_t mnt_id_old, mnt_parent_id_old;
	uint64_t mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from;
	uint32_t mnt_root, mnt_point; /* where these begin in texts */
	uint64_t more[50];
	char texts[8192]; /* a path of PATH_MAX, and the other */
};

_Static_assert(offsetof(struct answer, texts) == 512, "as the kernel has it");

enum {
	FIRST_MOUNT = -1, /* LSMT_ROOT */
	/* STATMOUNT_SB_BASIC, STATMOUNT_MNT_ROOT, STATMOUNT_MNT_POINT */
	WANT_MAGIC = 1,
	WANT_ROOT = 8,
	WANT_POINT = 16,
	MOUNTS_AT_ONCE = 256,
};

static void tell(const struct request *which,
    void (*found)(void *arg, const char *root, const char *path), void *arg)
{
	struct request request = *which;
	struct answer answer;

	request.param = WANT_MAGIC;
	if (syscall(STATMOUNT_CALL, &request, &answer, sizeof(answer), 0) < 0 ||
	    answer.sb_magic != NSFS_MAGIC)
		return;
	request.param = WANT_ROOT | WANT_POINT;
	if (syscall(STATMOUNT_CALL, &request, &answer, sizeof(answer), 0) == 0 &&
	    (answer.mask & request.param) == request.param &&
	    answer.mnt_root < sizeof(answer.texts) && answer.mnt_point < sizeof(answer.texts))
		found(arg, answer.texts + answer.mnt_root, answer.texts + answer.mnt_point);
}

int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg)
{
	struct request request = {
	    .size = sizeof(request), .mnt_id = (uint64_t)FIRST_MOUNT, .mnt_ns_id = mnt_ns_id};
	uint64_t ids[MOUNTS_AT_ONCE];
	long count;

	do {
		count = syscall(LISTMOUNT_CALL, &request, ids, MOUNTS_AT_ONCE, 0);
		if (count < 0)
			return -errno;
		for (long i = 0; i < count; i++)
			tell(
			    &(struct request){
			        .size = sizeof(request), .mnt_id = ids[i], .mnt_ns_id = mnt_ns_id},
			    found, arg);
		if (count > 0)
			request.param = ids[count - 1];
	} while (count == MOUNTS_AT_ONCE);
	return 0;
}
