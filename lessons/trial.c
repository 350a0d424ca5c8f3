#include "lessons/trial.h"

#include "model/i18n.h"
#include "model/util.h"
#include "scanner/proc_file.h"
#include "scanner/want.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs @body in a child process.  Returns what it gives, 0 or -errno; -ECANCELED where it was killed. */
static int in_child(int (*body)(uint64_t flags), uint64_t flags)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	/* Every errno fits an exit status. */
	if (child == 0)
		_exit(-body(flags));
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECANCELED;
}

static int try_unshare(uint64_t flags)
{
	return unshare((int)flags) == 0 ? 0 : -errno;
}

int trial_unshare(uint64_t flags)
{
	return in_child(try_unshare, flags);
}

/* --- What forbids user namespaces, user_namespaces(7) ----------------------------------------- */

/* Who joins a mount namespace, the present one too, gets its root, setns(2).  Gives -EXDEV where that is
 * another one than before. */
static int look_for_root(uint64_t flags)
{
	autoclose int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct statx before, after;

	if (own < 0 || statx(AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, &before) < 0 ||
	    setns(own, (int)flags) < 0 ||
	    statx(AT_FDCWD, "/", 0, STATX_INO | STATX_MNT_ID, &after) < 0)
		return -errno;
	return before.stx_ino == after.stx_ino && before.stx_mnt_id == after.stx_mnt_id ? 0
	                                                                                : -EXDEV;
}

/* A root that is no mount's is none of a mount namespace; Linux 5.8 tells.  Where it is one, only who may
 * join namespaces finds out. */
static bool is_chrooted(void)
{
	struct statx root;

	if (statx(AT_FDCWD, "/", 0, STATX_INO, &root) == 0 &&
	    (root.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
	    !(root.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return true;
	return in_child(look_for_root, CLONE_NEWNS) == -EXDEV;
}

/* Has @id no number in the map, /proc/self/uid_map or gid_map? */
static bool is_unmapped(const char *map, unsigned long id)
{
	struct proc_lines lines = PROC_LINES_CLOSED;
	bool found = proc_lines_open(&lines, AT_FDCWD, map) < 0;
	const char *line;

	while (!found && (line = proc_lines_next(&lines, NULL))) {
		unsigned long first, count;

		found = sscanf(line, "%lu %*u %lu", &first, &count) == 2 && id >= first &&
		        id - first < count;
	}
	proc_lines_close(&lines);
	return !found;
}

const char *trial_obstacle(void)
{
	if (is_chrooted())
		return _("the kernel makes no user namespace for a process in a chroot; enter the "
		         "root by "
		         "pivot_root(2), as containers do");
	if (is_unmapped("/proc/self/uid_map", geteuid()) ||
	    is_unmapped("/proc/self/gid_map", getegid()))
		return _(
		    "the kernel makes no user namespace for a user or group without an ID in the "
		    "present one: see /proc/self/uid_map and gid_map");
	return NULL;
}

const char *trial_refusal(int error)
{
	const char *obstacle = error == -EPERM ? trial_obstacle() : NULL;

	if (obstacle)
		return obstacle;
	switch (error) {
	case -EPERM:
		return _("it is forbidden to this user (EPERM): by a switch of the kernel, or by a "
		         "container's filter");
	case -ENOSPC:
	case -EUSERS:
		return _("the limit is reached (ENOSPC): see /proc/sys/user");
	case -EINVAL:
		return _("the kernel doesn't know it (EINVAL)");
	case -EAGAIN:
		return want_of_processes();
	case -ECANCELED:
		return _("a seccomp filter kills who tries");
	default:
		return strerror(-error);
	}
}
