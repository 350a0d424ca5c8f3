#include "lessons/stage/origin.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/nsfs/nsfs_abi.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* What is open as @fd, where that is a namespace of @type: that it answers with its type shows that
 * it is one, and no file that was mounted over a link.  ioctl_nsfs(2) */
static struct ns_identity identity_of(int fd, enum nstype type)
{
	struct ns_identity identity = {.known = false};
	struct stat status;
	uint64_t id;

	if (fd < 0 || ioctl(fd, NSFS_GET_TYPE) != (int)ns_types[type].flag ||
	    fstat(fd, &status) < 0)
		return identity;
	identity.known = true;
	identity.device = status.st_dev;
	identity.inode = status.st_ino;
	if (ioctl(fd, NSFS_GET_ID, &id) == 0)
		identity.id = id;
	return identity;
}

/* @proc: a /proc that shows this process. */
static struct ns_identity own_identity(int proc, enum nstype type)
{
	char path[32];
	autoclose int fd = -1;

	snprintf(path, sizeof(path), "self/ns/%s", ns_types[type].name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	return identity_of(fd, type);
}

void origin_read(struct origin *ret_origin)
{
	autoclose int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ret_origin->sealed = false;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		ret_origin->types[i] = own_identity(proc, (enum nstype)i);
}

bool origin_left(const struct origin *origin, enum nstype type)
{
	const struct ns_identity *first = &origin->types[type];
	struct ns_identity now = own_identity(PROC_FD, type);

	if (!first->known || !now.known)
		return false;
	if (first->id && now.id && first->id == now.id)
		return false;
	return first->device != now.device || first->inode != now.inode;
}

bool origin_has(const struct origin *origin, int fd)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		const struct ns_identity *first = &origin->types[i];
		struct ns_identity other = identity_of(fd, (enum nstype)i);

		if (!other.known || !first->known)
			continue;
		if (first->id && other.id)
			return first->id == other.id;
		return first->device == other.device && first->inode == other.inode;
	}
	return false;
}
