#include "lessons/stage/actor_path.h"
#include "lessons/stage/answer.h"
#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

enum { PART_MAX = 255 };

void path_answer(struct stage_answer *answer, int result)
{
	if (result == PATH_REFUSED)
		answer_refuse(answer);
	else
		answer_error(answer, -result);
}

static long filesystem_of(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) < 0 ? 0 : (long)status.f_type;
}

/* The link of an own descriptor below PROC_FD. */
static const char *link_of(int fd, char *ret, size_t capacity)
{
	snprintf(ret, capacity, "self/fd/%d", fd);
	return ret;
}

/* --- Walking ---------------------------------------------------------------------------------- */

static bool is_up(const char *part)
{
	return strcmp(part, "..") == 0;
}

int path_walk(int folder, const char *path)
{
	int at = fcntl(folder, F_DUPFD_CLOEXEC, 0);

	if (at < 0)
		return -errno;
	while (at >= 0 && *path) {
		char part[PART_MAX + 1];
		size_t len = strcspn(path, "/");
		struct stat status;
		int next;

		if (len == 0) {
			path++;
			continue;
		}
		snprintf(part, sizeof(part), "%.*s", (int)len, path);
		path += len;
		next = len > PART_MAX || is_up(part)
		           ? PATH_REFUSED
		           : openat(at, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (next == -1)
			next = -errno;
		if (next >= 0 && (fstat(next, &status) < 0 || S_ISLNK(status.st_mode))) {
			close(next);
			next = PATH_REFUSED;
		}
		close(at);
		at = next;
	}
	return at;
}

/* Opens a place by way of any links but those of /proc/PID.  openat2(2), since 5.6; before, of none
 * at all. */
static int open_without_magic(const char *path)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
	int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	autoclose int start = -1;

	if (fd >= 0 || errno != ENOSYS)
		return fd >= 0 ? fd : errno == ELOOP ? PATH_REFUSED : -errno;
	start = open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return start < 0 ? -errno : path_walk(start, path);
}

/* --- Processes -------------------------------------------------------------------------------- */

/* The session of the process whose folder of /proc is @folder, -1 where it is unknown. */
static int session_of(int folder)
{
	autotext struct proc_text stat = {.data = NULL};
	struct stat_head head;
	autoclose int fd = openat(folder, "stat", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || proc_text_read_fd(&stat, fd, PROC_TEXT_MAX) < 0 ||
	    parse_stat_head(stat.data, stat.len, &head) < 0)
		return -1;
	return head.session;
}

bool path_is_of_stage(const struct actor *actor, int folder)
{
	autoclose int self = openat(PROC_FD, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat of_self, of_folder;

	if (self < 0 || fstat(self, &of_self) < 0 || fstat(folder, &of_folder) < 0 ||
	    filesystem_of(self) != PROC_SUPER_MAGIC || filesystem_of(folder) != PROC_SUPER_MAGIC)
		return false;
	if (of_self.st_dev == of_folder.st_dev)
		return session_of(self) > 0 && session_of(folder) == session_of(self);
	/* The /proc of a PID namespace that the stage's processes made doesn't know their session, nor
	 * anybody but them.  pid_namespaces(7) */
	return actor_confined(actor, REACHES_INSIDE(NS_PID)) && session_of(folder) == 0;
}

bool path_split_process(const char *path, char *ret_folder, size_t capacity, const char **ret_rest)
{
	const char *name = path + strlen("/proc/");
	size_t len;

	if (strncmp(path, "/proc/", strlen("/proc/")) != 0)
		return false;
	len = strcspn(name, "/");
	if (name[len] != '/' || name + len + 1 - path > (ptrdiff_t)capacity ||
	    (strspn(name, "0123456789") != len && strncmp(name, "self/", 5) != 0 &&
	        strncmp(name, "thread-self/", 12) != 0))
		return false;
	snprintf(ret_folder, capacity, "%.*s", (int)(name + len - path), path);
	*ret_rest = name + len + 1;
	return true;
}

/* "ns/uts" or "task/4712/ns/uts", with the name of a link. */
static bool is_ns_link(const char *rest)
{
	if (strncmp(rest, "task/", 5) == 0) {
		size_t digits = strspn(rest + 5, "0123456789");

		if (!digits || rest[5 + digits] != '/')
			return false;
		rest += 5 + digits + 1;
	}
	if (strncmp(rest, "ns/", 3) != 0)
		return false;
	for (size_t i = 0; i < NS_LINK_COUNT; i++) {
		if (strcmp(rest + 3, ns_link_names[i]) == 0)
			return true;
	}
	return false;
}

/* --- Opening ---------------------------------------------------------------------------------- */

/* Is at the place @place a namespace that the stage began in? */
static bool is_origin(const struct actor *actor, int place)
{
	char link[32];
	autoclose int fd = -1;

	if (filesystem_of(place) != NSFS_MAGIC)
		return false;
	fd = openat(PROC_FD, link_of(place, link, sizeof(link)), O_RDONLY | O_CLOEXEC);
	return fd >= 0 && origin_has(&actor->world->origin, fd);
}

static int open_place_of_process(
    const struct actor *actor, const char *folder_path, const char *rest)
{
	autoclose int folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (folder < 0)
		return -errno;
	if (!is_ns_link(rest))
		return path_walk(folder, rest);
	fd = openat(folder, rest, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!path_is_of_stage(actor, folder) && !is_origin(actor, fd)) {
		close(fd);
		return PATH_REFUSED;
	}
	return fd;
}

/* Opens a place, by a way that the actor may go. */
static int open_place(const struct actor *actor, const char *path)
{
	char folder[32];
	const char *rest;
	int fd;

	if (actor_confined(actor, REACHES_INSIDE(NS_USER))) {
		fd = open(path, O_PATH | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	if (path_split_process(path, folder, sizeof(folder), &rest))
		return open_place_of_process(actor, folder, rest);
	fd = open_without_magic(path);
	/* A namespace is mounted here. */
	if (fd >= 0 && filesystem_of(fd) == NSFS_MAGIC && !is_origin(actor, fd)) {
		close(fd);
		return PATH_REFUSED;
	}
	return fd;
}

/* Those whose change is visible to no one: null, zero, full, random, urandom.  mem(4) */
static bool is_harmless_device(const struct stat *status)
{
	unsigned number = minor(status->st_rdev);

	return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 &&
	       (number == 3 || number == 5 || number == 7 || number == 8 || number == 9);
}

/* The memory of a process, and the log that is gone when it was read. */
static bool is_secret_of_proc(int fd)
{
	static const char *const names[] = {"mem", "kmsg", "kcore"};
	char link[32], path[512];
	const char *name;
	ssize_t len;

	len = readlinkat(PROC_FD, link_of(fd, link, sizeof(link)), path, sizeof(path) - 1);
	if (len < 0)
		return true;
	path[len] = '\0';
	name = strrchr(path, '/');
	for (size_t i = 0; name && i < array_len(names); i++) {
		if (strcmp(name + 1, names[i]) == 0)
			return true;
	}
	return false;
}

/* Does opening and reading what is at the place @fd change nothing? */
static bool is_harmless(int fd)
{
	struct stat status;
	long filesystem = filesystem_of(fd);

	if (fstat(fd, &status) < 0)
		return false;
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return is_harmless_device(&status);
	if (filesystem == PROC_SUPER_MAGIC)
		return !is_secret_of_proc(fd);
	return filesystem != DEBUGFS_MAGIC && filesystem != TRACEFS_MAGIC;
}

int path_open_place(int place, int flags)
{
	char link[32];
	int fd = openat(
	    PROC_FD, link_of(place, link, sizeof(link)), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static bool is_to_write(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

/* There is nothing of that name: makes it, and follows no link that appears in between. */
static int open_new(const struct actor *actor, const char *path, int flags)
{
	const char *name;
	autoclose int folder = path_open_folder(actor, path, &name);
	int fd;

	if (folder < 0)
		return folder;
	fd = openat(
	    folder, name, flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	return fd < 0 ? -errno : fd;
}

int path_open(const struct actor *actor, const char *path, int flags)
{
	autoclose int place = open_place(actor, path);

	if (place == -ENOENT && (flags & O_CREAT))
		return open_new(actor, path, flags);
	if (place < 0)
		return place;
	if (flags & O_PATH)
		return filesystem_of(place) == PROC_SUPER_MAGIC && is_secret_of_proc(place)
		           ? PATH_REFUSED
		           : fcntl(place, F_DUPFD_CLOEXEC, 0);
	if (flags & O_EXCL)
		return -EEXIST;
	if (!is_harmless(place) || (is_to_write(flags) && !path_is_ours(actor, place)))
		return PATH_REFUSED;
	return path_open_place(place, flags & ~O_CREAT);
}

/* --- Changing --------------------------------------------------------------------------------- */

bool path_is_ours(const struct actor *actor, int fd)
{
	struct stat status;
	struct statfs filesystem;

	if (!actor_confined(actor, REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT)) ||
	    fstat(fd, &status) < 0 || fstatfs(fd, &filesystem) < 0)
		return false;
	/* A group that is made is the machine's, however it was mounted. */
	if (filesystem.f_type == CGROUP2_SUPER_MAGIC && !(filesystem.f_flags & ST_RDONLY))
		return false;
	return actor->world->origin.sealed || is_harmless_device(&status) ||
	       path_was_made(actor, fd);
}

int path_open_folder(const struct actor *actor, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	autofree char *folder =
	    slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
	int fd;

	if (!*path)
		return -ENOENT;
	if (!*name || is_up(name) || strcmp(name, ".") == 0)
		return -EINVAL;
	fd = open_place(actor, folder);
	if (fd >= 0 && !path_is_ours(actor, fd)) {
		close(fd);
		return PATH_REFUSED;
	}
	*ret_name = name;
	return fd;
}
