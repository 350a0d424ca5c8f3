#include "lessons/stage/stage_ground.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int write_file(const char *path, const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -errno;
	written = write(fd, text, strlen(text));
	if (written < 0)
		return -errno;
	return (size_t)written == strlen(text) ? 0 : -EIO;
}

int ground_keep_proc(void)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = proc < 0 ? STDIN_FILENO : proc;

	if (fd != PROC_FD && dup3(fd, PROC_FD, O_CLOEXEC) < 0)
		return -errno;
	if (proc >= 0 && proc != PROC_FD)
		close(proc);
	return 0;
}

int ground_give_up_root(const char **ret_step)
{
	if (getuid() == 0 || geteuid() == 0) {
		*ret_step = "setgroups";
		if (setgroups(0, NULL) < 0)
			return -errno;
		*ret_step = "setresgid(65534, 65534, 65534)";
		if (setresgid(GROUND_NOBODY, GROUND_NOBODY, GROUND_NOBODY) < 0)
			return -errno;
		*ret_step = "setresuid(65534, 65534, 65534)";
		if (setresuid(GROUND_NOBODY, GROUND_NOBODY, GROUND_NOBODY) < 0)
			return -errno;
	}
	/* Those that didn't come from being root stay else; ambient ones go with the permitted.
	 * capabilities(7) */
	*ret_step = "capset";
	return privileges_set(0, 0);
}

/* Moves into new namespaces, among them a user namespace in which we are root; a process without
 * privilege may map nothing but itself, and only after setgroups is denied.
 * user_namespaces(7) */
static int unshare_user(int flags, const char **ret_step)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[32];
	int r;

	*ret_step = "unshare(CLONE_NEWUSER)";
	if (unshare(CLONE_NEWUSER | flags) < 0)
		return -errno;
	*ret_step = "/proc/self/setgroups";
	r = write_file(*ret_step, "deny");
	if (r < 0 && r != -ENOENT) /* since 3.19 */
		return r;
	*ret_step = "/proc/self/uid_map";
	snprintf(map, sizeof(map), "0 %u 1", uid);
	r = write_file(*ret_step, map);
	if (r < 0)
		return r;
	*ret_step = "/proc/self/gid_map";
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_file(*ret_step, map);
}

/* --- Sealing ---------------------------------------------------------------------------------- */

static int set_read_only(const char *path, unsigned flags, bool read_only)
{
	struct mount_attr attributes = {0};

	if (read_only)
		attributes.attr_set = MOUNT_ATTR_RDONLY;
	else
		attributes.attr_clr = MOUNT_ATTR_RDONLY;
	return (int)syscall(
	    SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof(attributes));
}

static int close_mounts(const char **ret_step)
{
	*ret_step = "mount(MS_REC|MS_PRIVATE)";
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -errno;
	*ret_step = "mount_setattr(AT_RECURSIVE, MOUNT_ATTR_RDONLY)";
	if (set_read_only("/", AT_RECURSIVE, true) < 0)
		return -errno;
	/* The maps of a user namespace and the like are written there.  What was read-only before
	 * can't be given back, and stays. */
	set_read_only("/proc", 0, false);
	return 0;
}

/* Device files may be written also where their file system is read-only, so that a terminal of the
 * person's is not beyond reach: only those stay whose change is visible to no one. */
static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};

static int keep_devices(int *kept)
{
	for (size_t i = 0; i < array_len(devices); i++) {
		char path[32];

		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		kept[i] = (int)syscall(
		    SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (kept[i] < 0 && errno != ENOENT)
			return -errno;
	}
	return 0;
}

static int place_devices(const int *kept)
{
	for (size_t i = 0; i < array_len(devices); i++) {
		char path[32];

		if (kept[i] < 0)
			continue;
		snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		if (mknod(path, S_IFREG | 0600, 0) < 0 ||
		    syscall(SYS_move_mount, kept[i], "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) <
		        0)
			return -errno;
	}
	if (symlink("/proc/self/fd", "/dev/fd") < 0 || symlink("fd/0", "/dev/stdin") < 0 ||
	    symlink("fd/1", "/dev/stdout") < 0 || symlink("fd/2", "/dev/stderr") < 0 ||
	    mkdir("/dev/shm", 0700) < 0 || chmod("/dev/shm", 01777) < 0 ||
	    mkdir("/dev/mqueue", 0755) < 0)
		return -errno;
	return 0;
}

static int fresh_devices(const char **ret_step)
{
	int kept[array_len(devices)] = {-1, -1, -1, -1, -1};
	int r;

	*ret_step = "open_tree(/dev)";
	r = keep_devices(kept);
	if (r == 0) {
		*ret_step = "mount(tmpfs, /dev)";
		r = mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC,
		        "mode=755,size=64k,nr_inodes=64") < 0
		        ? -errno
		        : place_devices(kept);
	}
	for (size_t i = 0; i < array_len(devices); i++)
		close_fd(&kept[i]);
	return r;
}

static int fresh_folders(const char **ret_step)
{
	*ret_step = "mount(tmpfs, /tmp)";
	if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV,
	        "mode=1777,size=16m,nr_inodes=4096") < 0)
		return -errno;
	*ret_step = "mount(tmpfs, /run)";
	if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV,
	        "mode=755,size=16m,nr_inodes=4096") < 0)
		return -errno;
	return fresh_devices(ret_step);
}

/* --- All of it -------------------------------------------------------------------------------- */

static const enum nstype may[] = {NS_MNT, NS_NET, NS_IPC, NS_UTS, NS_CGROUP};

bool stage_setup_may(const char *type)
{
	for (size_t i = 0; i < array_len(may); i++) {
		if (strcmp(type, ns_types[may[i]].name) == 0)
			return true;
	}
	return false;
}

bool ground_seals(const struct stage_setup *setup)
{
	return setup->kind == STAGE_USER && (setup->types & (1u << NS_MNT));
}

/* Sealing takes mount_setattr(2). */
const char *stage_setup_kernel(const struct stage_setup *setup)
{
	return ground_seals(setup) ? "5.12" : NULL;
}

int ground_make_userns(const struct stage_setup *setup, const char **ret_step)
{
	bool seals = ground_seals(setup);
	int flags = 0, r = 0;

	for (size_t i = 0; i < array_len(may); i++) {
		if (setup->types & (1u << may[i]))
			flags |= (int)ns_types[may[i]].flag;
	}
	if (seals) {
		r = unshare_user(CLONE_NEWNS, ret_step);
		if (r == 0)
			r = close_mounts(ret_step);
		/* The mounts of the person aren't read-only, and from a folder of one ".." leads to
		 * the others. */
		if (r == 0) {
			*ret_step = "/proc";
			r = ground_keep_proc();
		}
	}
	if (r == 0)
		r = unshare_user(flags, ret_step);
	return r == 0 && seals ? fresh_folders(ret_step) : r;
}
