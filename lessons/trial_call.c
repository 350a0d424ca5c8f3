/* Trying what stands between a lesson and the kernel: filters, and what of its processes can be seen. */
#include "lessons/stage_ground.h"
#include "lessons/trial.h"
#include "model/util.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECANCELED;
}

/* --- Filters ------------------------------------------------------------------------------------ */

/* What can't be done with such arguments, whoever asks. */
static long in_vain(const char *call)
{
	static const struct {
		const char *call;
		long number;
		long arguments[2];
	} vain[] = {
	    {"sethostname", SYS_sethostname, {0, -1}},
	    {"setdomainname", SYS_setdomainname, {0, -1}},
	    {"setns", SYS_setns, {-1, 0}},
	    {"mount", SYS_mount, {0, 0}},
	    {"umount2", SYS_umount2, {0, -1}},
	    {"pivot_root", SYS_pivot_root, {0, 0}},
	    {"chroot", SYS_chroot, {0, 0}},
	};

	for (size_t i = 0; i < array_len(vain); i++)
		if (strcmp(call, vain[i].call) == 0)
			return syscall(
			    vain[i].number, vain[i].arguments[0], vain[i].arguments[1], 0L, 0L, 0L);
	return 0;
}

/* In namespaces of its own, where it has every capability. */
_Noreturn static void call_in_vain(const char *call)
{
	int flags = CLONE_NEWUTS | CLONE_NEWNS;

	if (unshare(CLONE_NEWUSER | flags) < 0 && unshare(flags) < 0)
		_exit(0);
	errno = 0;
	in_vain(call);
	_exit(errno == EPERM || errno == ENOSYS || errno == EACCES ? errno : 0);
}

int trial_call(const char *call)
{
	pid_t child;

	/* 0: there is no filter; what may not even be asked has one. */
	if (prctl(PR_GET_SECCOMP) == 0)
		return 0;
	child = fork();
	if (child < 0)
		return -errno;
	if (child == 0)
		call_in_vain(call);
	return wait_for(child);
}

/* --- Sight -------------------------------------------------------------------------------------- */

int trial_see_nobody(void)
{
	char path[48], link[64], byte;
	int ends[2], r = 0;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	child = fork();
	if (child == 0) {
		const char *step;

		close(ends[0]);
		/* As the stage does (stage_process.c); then it waits to be looked at. */
		if (ground_give_up_root(&step) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0 &&
		    write(ends[1], "", 1) == 1)
			_exit(read(ends[1], &byte, 1) != 0);
		_exit(1);
	}
	if (child < 0)
		r = -errno;
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)child);
	/* Where it could not give up root, the stage will say so. */
	if (child > 0 && read(ends[0], &byte, 1) == 1 && readlink(path, link, sizeof(link)) < 0)
		r = -errno;
	close(ends[0]);
	if (child > 0)
		wait_for(child);
	return r;
}
