#include "scanner/far_mounts.h"

#include "scanner/mount_abi.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	FIRST_MOUNT = -1,  /* LSMT_ROOT */
	TEXT_BYTES = 8192, /* a path of PATH_MAX, and the other */
	MOUNTS_AT_ONCE = 256,
};

static void tell(const struct mount_request *which,
    void (*found)(void *arg, const char *root, const char *path), void *arg)
{
	struct mount_request request = *which;
	_Alignas(struct mount_answer) char room[sizeof(struct mount_answer) + TEXT_BYTES];
	const struct mount_answer *answer = (const void *)room;

	request.param = MOUNT_WANT_MAGIC;
	if (syscall(STATMOUNT_CALL, &request, room, sizeof(room), 0) < 0 ||
	    answer->sb_magic != NSFS_MAGIC)
		return;
	request.param = MOUNT_WANT_ROOT | MOUNT_WANT_POINT;
	if (syscall(STATMOUNT_CALL, &request, room, sizeof(room), 0) == 0 &&
	    (answer->mask & request.param) == request.param && answer->mnt_root < TEXT_BYTES &&
	    answer->mnt_point < TEXT_BYTES)
		found(arg, answer->texts + answer->mnt_root, answer->texts + answer->mnt_point);
}

int far_mounts_of_nsfs(
    uint64_t mnt_ns_id, void (*found)(void *arg, const char *root, const char *path), void *arg)
{
	struct mount_request request = {
	    .size = sizeof(request), .mnt_id = (uint64_t)FIRST_MOUNT, .mnt_ns_id = mnt_ns_id};
	uint64_t ids[MOUNTS_AT_ONCE];
	long count;

	do {
		count = syscall(LISTMOUNT_CALL, &request, ids, MOUNTS_AT_ONCE, 0);
		if (count < 0)
			return -errno;
		for (long i = 0; i < count; i++)
			tell(
			    &(struct mount_request){
			        .size = sizeof(request), .mnt_id = ids[i], .mnt_ns_id = mnt_ns_id},
			    found, arg);
		if (count > 0)
			request.param = ids[count - 1];
	} while (count == MOUNTS_AT_ONCE);
	return 0;
}
