#include "scanner/proc/want.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

bool error_is_end(int error)
{
	return error == -ENOENT || error == -ESRCH;
}

bool error_is_refusal(int error)
{
	return error == -EACCES || error == -EPERM;
}

bool error_is_want(int error)
{
	return error == -EMFILE || error == -ENFILE || error == -ENOMEM || error == -EAGAIN;
}

int process_why_missing(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)pid);

	if (access(path, F_OK) == 0)
		return -ESRCH; /* a thread's number, or it came since */
	if (error_is_refusal(-errno))
		return -EPERM;
	/* The number is that of our PID namespace. */
	return proc_is_own() && (kill(pid, 0) == 0 || errno == EPERM) ? -EACCES : -ESRCH;
}

/* The machine's root has no RLIMIT_NPROC; getrlimit(2). */
const char *want_of_processes(void)
{
	struct rlimit limit = {0};

	getrlimit(RLIMIT_NPROC, &limit);
	if (limit.rlim_cur == RLIM_INFINITY ||
	    (geteuid() == 0 && ids_are_global("/proc/self/uid_map")))
		return _("the cgroup forbids more processes: its pids.max is reached, see "
		         "cgroups(7)");
	return _("a limit of processes is reached: pids.max of the cgroup, or ulimit -u");
}

/* Where the next child starts in another PID namespace than this process, and fork(2) says ENOMEM, that one
 * has no init any more.  pid_namespaces(7) */
static const char *want_of_memory(void)
{
	struct stat own, children;

	if (stat("/proc/self/ns/pid", &own) == 0 &&
	    stat("/proc/self/ns/pid_for_children", &children) == 0 && own.st_ino != children.st_ino)
		return _(
		    "this shell can start no more programs: the PID namespace for its children is "
		    "dead, "
		    "since its init has ended. Use another shell; next time: unshare --pid --fork");
	return _(
	    "the kernel has no memory for it; end something, or raise memory.max of the cgroup");
}

char *want_text(int error)
{
	struct rlimit limit = {0};

	switch (error) {
	case -EMFILE:
		getrlimit(RLIMIT_NOFILE, &limit);
		return xasprintf(
		    _("can't read the machine's processes: a limit of %llu open files is too "
		      "low for it; raise it: ulimit -n 256"),
		    (unsigned long long)limit.rlim_cur);
	case -ENFILE:
		return xstrdup(_("can't read the machine's processes: the machine has as many open "
		                 "files as it may; see fs.file-max in proc_sys_fs(5)"));
	case -ENOMEM:
		return xasprintf(_("can't read the machine's processes: %s"), want_of_memory());
	case -EAGAIN:
		return xasprintf(_("can't read the machine's processes: %s"), want_of_processes());
	default:
		return NULL;
	}
}

/* --- Descriptors --------------------------------------------------------------------------------- */

/* The soft limit as it was; 0 where it was not raised. */
static rlim_t soft_before;

void descriptors_raise(void)
{
	struct rlimit limit;
	rlim_t before;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS_MUCH ||
	    limit.rlim_cur >= limit.rlim_max)
		return;
	before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MUCH ? limit.rlim_max : DESCRIPTORS_MUCH;
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		soft_before = before;
}

void descriptors_restore(void)
{
	struct rlimit limit;

	if (!soft_before || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = soft_before;
	setrlimit(RLIMIT_NOFILE, &limit);
}

size_t descriptors_left(void)
{
	struct rlimit limit;
	size_t left = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > 4 * DESCRIPTORS_MUCH)
		return DESCRIPTORS_MUCH;
	for (int fd = 0; (rlim_t)fd < limit.rlim_cur && left < DESCRIPTORS_MUCH; fd++)
		left += fcntl(fd, F_GETFD) < 0;
	return left;
}
