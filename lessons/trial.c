#include "lessons/trial.h"

#include "model/i18n.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int trial_unshare(uint64_t flags)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	/* Every errno fits an exit status. */
	if (child == 0)
		_exit(unshare((int)flags) == 0 ? 0 : errno);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECANCELED;
}

const char *trial_refusal(int error)
{
	switch (error) {
	case -EPERM:
		return _("it is forbidden to this user (EPERM): by a switch of the kernel, or by a "
		         "container's filter");
	case -ENOSPC:
	case -EUSERS:
		return _("the limit is reached (ENOSPC): see /proc/sys/user");
	case -EINVAL:
		return _("the kernel doesn't know it (EINVAL)");
	case -ECANCELED:
		return _("a seccomp filter kills who tries");
	default:
		return strerror(-error);
	}
}
