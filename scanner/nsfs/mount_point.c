#include "scanner/nsfs/mount_point.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where a mount or a name anywhere on the machine is just being changed, the kernel can't tell what it has at hand, and
 * says EAGAIN though all is there: seen up to three times in a row. */
enum { TRIES = 32 };

static int open_mount_point(int root, const char *path, uint64_t cached)
{
	const struct open_how how = {
	    .flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | cached,
	};
	int fd = -1;

	errno = EAGAIN;
	for (int tries = 0; fd < 0 && errno == EAGAIN && tries < TRIES; tries++)
		fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

int mount_point_open(int root, const char *path)
{
	return open_mount_point(root, path, RESOLVE_CACHED);
}

int mount_point_open_ns(int proc, int root, const char *path, bool may_wait)
{
	autoclose int point = mount_point_open(root, path);
	if (point == -EINVAL && may_wait)
		point = open_mount_point(root, path, 0);
	return point < 0 ? point : nsfs_reopen(proc, point);
}
