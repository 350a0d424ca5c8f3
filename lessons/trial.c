#include "lessons/trial.h"

#include <errno.h>
#include <sched.h>
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
