#include "lessons/stage/confine.h"

#include "lessons/stage/actor.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* --- The namespaces that the stage began in ------------------------------------------------- */

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

void confine_begin(struct actor_world *world, bool sealed)
{
	autoclose int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	world->sealed = sealed;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		world->origin[i] = own_identity(proc, (enum nstype)i);
}

/* Is the calling process, an actor, in another namespace of @type than the stage began in?  While the first one has a
 * member on the stage, its inode number can't be reused. */
static bool has_left(const struct actor_world *world, enum nstype type)
{
	const struct ns_identity *first = &world->origin[type];
	struct ns_identity now = own_identity(PROC_FD, type);

	if (!first->known || !now.known)
		return false;
	if (first->id && now.id && first->id == now.id)
		return false;
	return first->device != now.device || first->inode != now.inode;
}

/* Is @fd, opened and not only a place (O_PATH), one of the namespaces that the stage began in? */
static bool is_origin_fd(const struct actor_world *world, int fd)
{
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		const struct ns_identity *first = &world->origin[i];
		struct ns_identity other = identity_of(fd, (enum nstype)i);

		if (!other.known || !first->known)
			continue;
		if (first->id && other.id)
			return first->id == other.id;
		return first->device == other.device && first->inode == other.inode;
	}
	return false;
}

bool actor_confined(const struct actor *actor, unsigned reaches)
{
	const unsigned known = REACHES_INSIDE(NS_TYPE_COUNT) - 1;

	if (reaches == REACHES_ITSELF)
		return true;
	if (reaches & REACHES_SEALED) {
		/* An actor in the first mount namespace again is where the mounts are not read-only. */
		if (!actor->world->sealed || !(reaches & REACHES_INSIDE(NS_MNT)))
			return false;
		reaches &= ~REACHES_SEALED;
	}
	if (reaches == 0 || (reaches & ~known))
		return false;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		if ((reaches & REACHES_INSIDE(i)) && !has_left(actor->world, (enum nstype)i))
			return false;
	}
	return true;
}

/* --- Walking ---------------------------------------------------------------------------------- */

enum { PART_MAX = 255 };

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

static bool is_up(const char *part)
{
	return strcmp(part, "..") == 0;
}

/* Opens @path below @folder part by part, for no more than a place (O_PATH), and follows no link at
 * all.  Returns the descriptor, -errno or PATH_REFUSED at a link or "..". */
static int walk(int folder, const char *path)
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
	return start < 0 ? -errno : walk(start, path);
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

/* Is @folder one of /proc, of a process of this stage?  They all are in the session that the stage
 * process began, and no other process is. */
static bool is_of_stage(const struct actor *actor, int folder)
{
	autoclose int self = openat(PROC_FD, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat of_self, of_folder;

	if (self < 0 || fstat(self, &of_self) < 0 || fstat(folder, &of_folder) < 0 ||
	    filesystem_of(self) != PROC_SUPER_MAGIC || filesystem_of(folder) != PROC_SUPER_MAGIC)
		return false;
	if (of_self.st_dev == of_folder.st_dev)
		return session_of(self) > 0 && session_of(folder) == session_of(self);
	/* The /proc of a PID namespace that the stage's processes made doesn't know their session, nor
	 * any others.  pid_namespaces(7) */
	return actor_confined(actor, REACHES_INSIDE(NS_PID)) && session_of(folder) == 0;
}

/* Splits "/proc/4711/ns/uts" into "/proc/4711" and "ns/uts".  Returns false for other paths. */
static bool split_process(
    const char *path, char *ret_folder, size_t capacity, const char **ret_rest)
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

/* --- The file systems that the stage made: no other process has files on them ----------------- */

static bool identify(int fd, struct filesystem_identity *ret_identity)
{
	struct stat status;
	struct statfs filesystem;

	if (fstat(fd, &status) < 0 || fstatfs(fd, &filesystem) < 0 ||
	    filesystem.f_type != TMPFS_MAGIC)
		return false;
	ret_identity->device = status.st_dev;
	ret_identity->id = filesystem.f_fsid;
	return true;
}

static bool is_same(const struct filesystem_identity *a, const struct filesystem_identity *b)
{
	return a->device == b->device && memcmp(&a->id, &b->id, sizeof(a->id)) == 0;
}

bool path_filesystem(const char *target, struct filesystem_identity *ret_identity)
{
	autoclose int fd = open(target, O_PATH | O_CLOEXEC);

	return fd >= 0 && identify(fd, ret_identity);
}

/* Is @fd on a file system that was passed to path_made_filesystem? */
static bool was_made(const struct actor *actor, int fd)
{
	const struct actor_world *world = actor->world;
	struct filesystem_identity identity;

	if (!identify(fd, &identity))
		return false;
	for (size_t i = 0; i < world->made_count; i++) {
		if (is_same(&world->made[i], &identity))
			return true;
	}
	return false;
}

void path_unmade_filesystem(const struct actor *actor, const struct filesystem_identity *identity)
{
	struct actor_world *world = actor->world;

	for (size_t i = 0; i < world->made_count;) {
		if (is_same(&world->made[i], identity))
			world->made[i] = world->made[--world->made_count];
		else
			i++;
	}
}

void path_made_filesystem(const struct actor *actor, const char *target)
{
	struct actor_world *world = actor->world;
	struct filesystem_identity identity;

	if (world->made_count < array_len(world->made) && path_filesystem(target, &identity))
		world->made[world->made_count++] = identity;
}

/* Those whose change is invisible to others: null, zero, full, random, urandom.  mem(4) */
static bool is_harmless_device(const struct stat *status)
{
	unsigned number = minor(status->st_rdev);

	return S_ISCHR(status->st_mode) && major(status->st_rdev) == 1 &&
	       (number == 3 || number == 5 || number == 7 || number == 8 || number == 9);
}

/* May files on the file system of @fd be changed? */
static bool is_ours(const struct actor *actor, int fd)
{
	struct stat status;
	struct statfs filesystem;

	if (!actor_confined(actor, REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT)) ||
	    fstat(fd, &status) < 0 || fstatfs(fd, &filesystem) < 0)
		return false;
	/* A group that is made is the machine's, however it was mounted. */
	if (filesystem.f_type == CGROUP2_SUPER_MAGIC && !(filesystem.f_flags & ST_RDONLY))
		return false;
	return actor->world->sealed || is_harmless_device(&status) || was_made(actor, fd);
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
	return fd >= 0 && is_origin_fd(actor->world, fd);
}

static int open_place_of_process(
    const struct actor *actor, const char *folder_path, const char *rest)
{
	autoclose int folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (folder < 0)
		return -errno;
	if (!is_ns_link(rest))
		return walk(folder, rest);
	fd = openat(folder, rest, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!is_of_stage(actor, folder) && !is_origin(actor, fd)) {
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
	if (split_process(path, folder, sizeof(folder), &rest))
		return open_place_of_process(actor, folder, rest);
	fd = open_without_magic(path);
	/* A namespace is mounted here. */
	if (fd >= 0 && filesystem_of(fd) == NSFS_MAGIC && !is_origin(actor, fd)) {
		close(fd);
		return PATH_REFUSED;
	}
	return fd;
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

/* Opens what is at a place, for good.  Returns as path_open. */
static int open_for_good(int place, int flags)
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
	if (!is_harmless(place) || (is_to_write(flags) && !is_ours(actor, place)))
		return PATH_REFUSED;
	return open_for_good(place, flags & ~O_CREAT);
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
	if (fd >= 0 && !is_ours(actor, fd)) {
		close(fd);
		return PATH_REFUSED;
	}
	*ret_name = name;
	return fd;
}

/* --- The files of /proc that a lesson may write ---------------------------------------------------- */

/* What is below /proc/sys, and the types that must be left to write it.  A file there is the
 * writer's own namespace's; sysctl(2) knows no others where they are left. */
static const struct {
	const char *path; /* with a '/' at its end: all below */
	unsigned reaches;
} sysctls[] = {
    {"kernel/hostname", REACHES_INSIDE(NS_UTS)},
    {"kernel/domainname", REACHES_INSIDE(NS_UTS)},
    {"kernel/msgmax", REACHES_INSIDE(NS_IPC)},
    {"kernel/msgmnb", REACHES_INSIDE(NS_IPC)},
    {"kernel/msgmni", REACHES_INSIDE(NS_IPC)},
    {"kernel/sem", REACHES_INSIDE(NS_IPC)},
    {"kernel/shmall", REACHES_INSIDE(NS_IPC)},
    {"kernel/shmmax", REACHES_INSIDE(NS_IPC)},
    {"kernel/shmmni", REACHES_INSIDE(NS_IPC)},
    {"fs/mqueue/", REACHES_INSIDE(NS_IPC)},
    {"user/", REACHES_INSIDE(NS_USER)},
    {"net/ipv4/conf/", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/icmp_echo_ignore_all", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/ip_default_ttl", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/ip_forward", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/ip_local_port_range", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/ip_unprivileged_port_start", REACHES_INSIDE(NS_NET)},
    {"net/ipv4/ping_group_range", REACHES_INSIDE(NS_NET)},
    {"net/ipv6/conf/", REACHES_INSIDE(NS_NET)},
    /* For root, some of these are of all network namespaces, and some load a module into the kernel. */
    {"net/", REACHES_INSIDE(NS_NET) | REACHES_INSIDE(NS_USER)},
};

/* Of a process of this stage. */
static const char *const of_process[] = {"uid_map", "gid_map", "setgroups", "timens_offsets"};

/* The reach (calls.h) of writing the file @rest of /proc/sys; 0 for one that may not be written. */
static unsigned reaches_of(const char *rest)
{
	for (size_t i = 0; i < array_len(sysctls); i++) {
		size_t len = strlen(sysctls[i].path);

		if (sysctls[i].path[len - 1] == '/' ? strncmp(rest, sysctls[i].path, len) == 0
		                                    : strcmp(rest, sysctls[i].path) == 0)
			return sysctls[i].reaches;
	}
	return 0;
}

static int open_of_process(const struct actor *actor, const char *folder_path, const char *rest)
{
	autoclose int folder = -1;
	bool listed = false, self = strcmp(folder_path, "/proc/self") == 0;
	int fd;

	for (size_t i = 0; i < array_len(of_process); i++)
		listed |= strcmp(rest, of_process[i]) == 0;
	if (!listed)
		return PATH_REFUSED;
	/* Whatever was mounted over it, by its own name an actor means itself. */
	folder = self ? openat(PROC_FD, "self", O_PATH | O_DIRECTORY | O_CLOEXEC)
	              : open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	if (filesystem_of(folder) != PROC_SUPER_MAGIC || (!self && !is_of_stage(actor, folder)))
		return PATH_REFUSED;
	fd = openat(folder, rest, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_sysctl(const struct actor *actor, const char *rest)
{
	autoclose int sys = open("/proc/sys", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	autoclose int place = -1;

	if (sys < 0)
		return -errno;
	if (filesystem_of(sys) != PROC_SUPER_MAGIC || !actor_confined(actor, reaches_of(rest)))
		return PATH_REFUSED;
	place = walk(sys, rest);
	if (place < 0)
		return place;
	return filesystem_of(place) == PROC_SUPER_MAGIC ? open_for_good(place, O_WRONLY)
	                                                : PATH_REFUSED;
}

int path_open_to_write(const struct actor *actor, const char *path)
{
	static const char sys[] = "/proc/sys/";
	char folder[32];
	const char *rest;

	if (split_process(path, folder, sizeof(folder), &rest))
		return open_of_process(actor, folder, rest);
	if (strncmp(path, sys, strlen(sys)) == 0)
		return open_sysctl(actor, path + strlen(sys));
	return path_open(actor, path, O_WRONLY | O_CREAT | O_TRUNC);
}
