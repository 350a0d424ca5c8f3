/* The files of /proc that a lesson may write. */
#include "lessons/stage/actor_path.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

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
    /* For root, some of these are everybody's, and some load a module into the kernel. */
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

static bool is_on_proc(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
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
	if (!is_on_proc(folder) || (!self && !path_is_of_stage(actor, folder)))
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
	if (!is_on_proc(sys) || !actor_confined(actor, reaches_of(rest)))
		return PATH_REFUSED;
	place = path_walk(sys, rest);
	if (place < 0)
		return place;
	return is_on_proc(place) ? path_open_place(place, O_WRONLY) : PATH_REFUSED;
}

int path_open_to_write(const struct actor *actor, const char *path)
{
	static const char sys[] = "/proc/sys/";
	char folder[32];
	const char *rest;

	if (path_split_process(path, folder, sizeof(folder), &rest))
		return open_of_process(actor, folder, rest);
	if (strncmp(path, sys, strlen(sys)) == 0)
		return open_sysctl(actor, path + strlen(sys));
	return path_open(actor, path, O_WRONLY | O_CREAT | O_TRUNC);
}
