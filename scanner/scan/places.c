#include "scanner/scan/places.h"

#include "model/base/util.h"
#include "scanner/nsfs/mount_point.h"
#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

void places_note(struct context *context, struct ns *ns, pid_t pid, int fd, const char *path)
{
	if (ns->seen_by || (ns->id.type != NS_UTS && ns->id.type != NS_NET))
		return;
	array_reserve(context->places, context->place_capacity, context->place_count + 1);
	context->places[context->place_count++] =
	    (struct ns_place){.ns = ns, .pid = pid, .fd = fd, .path = path};
}

/* Is @fd, or the error that it is, on @ns?  Gives it back, or closes it. */
static int only_on(int fd, const struct ns *ns)
{
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && st.st_ino == ns->id.ino && st.st_dev == ns->id.dev))
		return fd;
	close(fd);
	return -ESTALE;
}

int places_open(const struct context *context, const struct ns_place *place)
{
	char name[48];
	int fd;

	if (place->fd >= 0) {
		snprintf(name, sizeof(name), "%d/fd/%d", (int)place->pid, place->fd);
		fd = nsfs_open(context->proc, context->proc, name);
	} else {
		snprintf(name, sizeof(name), "%d/root", (int)place->pid);
		autoclose int root = openat(context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd = root < 0 ? -errno
		              : mount_point_open_ns(context->proc, root, place->path, false);
	}
	return only_on(fd, place->ns);
}

int places_open_member(const struct context *context, const struct ns *ns, pid_t pid)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)pid, ns_types[ns->id.type].name);
	fd = openat(context->proc, name, O_RDONLY | O_CLOEXEC);
	return only_on(fd < 0 ? -errno : fd, ns);
}
