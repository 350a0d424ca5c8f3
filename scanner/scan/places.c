#include "scanner/scan/places.h"

#include "model/base/util.h"
#include "scanner/nsfs/mount_point.h"
#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

void places_note(struct sweep *sweep, struct ns *ns, pid_t pid, int fd, const char *path)
{
	if (ns->seen_by || (ns->id.type != NS_UTS && ns->id.type != NS_NET))
		return;
	array_reserve(sweep->places, sweep->place_room, sweep->place_count + 1);
	sweep->places[sweep->place_count++] =
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

int places_open(const struct sweep *sweep, const struct ns_place *place)
{
	char name[48];
	int fd;

	if (place->fd >= 0) {
		snprintf(name, sizeof(name), "%d/fd/%d", (int)place->pid, place->fd);
		fd = nsfs_open(sweep->proc, sweep->proc, name);
	} else {
		snprintf(name, sizeof(name), "%d/root", (int)place->pid);
		autoclose int root = openat(sweep->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
		fd = root < 0 ? -errno : mount_point_open_ns(sweep->proc, root, place->path, false);
	}
	return only_on(fd, place->ns);
}

int places_open_member(const struct sweep *sweep, const struct ns *ns, pid_t pid)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)pid, ns_types[ns->id.type].name);
	fd = openat(sweep->proc, name, O_RDONLY | O_CLOEXEC);
	return only_on(fd < 0 ? -errno : fd, ns);
}
