#include "scanner/helper/join.h"

#include "model/base/util.h"
#include "scanner/helper/sandbox.h"
#include "scanner/proc/kernel_abi.h"

#include <errno.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

uint64_t join_capabilities(enum nstype type)
{
	return CAP_BIT(CAP_SYS_ADMIN) | (type == NS_MNT ? CAP_BIT(CAP_SYS_CHROOT) : 0);
}

int join_ns(int fd, enum nstype type)
{
	int r;

	sandbox_raise(join_capabilities(type));
	r = setns(fd, (int)ns_types[type].flag) < 0 ? -errno : 0;
	/* In a user namespace that was joined all are in effect. */
	sandbox_lower();
	return r;
}

/* The user namespace that owns the one behind @fd, if the caller is not in it; else -1. */
static int open_other_owner(uint64_t own_user, int fd)
{
	int user_fd = ioctl(fd, NSFS_GET_OWNER);
	struct stat theirs;

	if (user_fd >= 0 && fstat(user_fd, &theirs) == 0 && theirs.st_ino != own_user)
		return user_fd;
	close_fd(&user_fd);
	return -1;
}

bool join_has_other_owner(uint64_t own_user, int fd)
{
	autoclose int user_fd = open_other_owner(own_user, fd);

	return user_fd >= 0;
}

int join_owner(uint64_t own_user, int fd)
{
	autoclose int user_fd = open_other_owner(own_user, fd);

	return user_fd < 0 ? -EPERM : join_ns(user_fd, NS_USER);
}

int join_by_all_means(uint64_t own_user, int fd, enum nstype type)
{
	int r = join_ns(fd, type);

	if (r == -EPERM) {
		r = join_owner(own_user, fd);
		if (r == 0)
			r = join_ns(fd, type);
	}
	return r;
}
