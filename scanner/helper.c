#include "scanner/helper.h"

#include "model/util.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

static void shed_descriptors(int descriptor)
{
	if (dup2(descriptor, 0) < 0)
		_exit(1);
	if (close_range(1, ~0U, 0) < 0) { /* 5.9 */
		for (int fd = 1; fd < 65536; fd++)
			close(fd);
	}
	/* Where nothing is meant to be printed, nothing else may come to be 1 or 2. */
	if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0 || dup(1) < 0)
		_exit(1);
}

static void shed_signals(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGPIPE, SIGWINCH};
	sigset_t none;

	/* The handlers of a screen must not run here. */
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	for (size_t i = 0; i < array_len(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void helper_begin(int descriptor, const char *name)
{
	shed_signals();
	shed_descriptors(descriptor);
	setsid();
	prctl(PR_SET_NAME, name);
}
