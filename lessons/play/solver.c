#include "lessons/play/solver.h"

#include "lessons/play/shell.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct solver {
	pid_t pid;
	int hold; /* the writing end: closed, the process between ends all */
};

/* --- The process between ---------------------------------------------------------------------- */

static void set_child_action(void (*action)(int))
{
	sigaction(SIGCHLD, &(const struct sigaction){.sa_handler = action}, NULL);
}

static void set_path(void)
{
	const char *path = getenv("PATH");
	autofree char *more =
	    xasprintf("%s:/usr/local/sbin:/usr/sbin:/sbin", path && *path ? path : "/usr/bin:/bin");

	setenv("PATH", more, 1);
}

static void start_line(const char *line, size_t len)
{
	autofree char *command = xstrndup(line, len);

	if (fork() != 0)
		return;
	set_child_action(SIG_DFL);
	descriptors_restore();
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

_Noreturn static void stand_between(const char *lines, int hold)
{
	char byte;

	/* No actor's socket is held open here: actors wait for their end. */
	if (wire_keep_only(hold, WIRE_FD) < 0)
		_exit(EXIT_FAILURE);
	signals_reset();
	set_child_action(SIG_IGN); /* children are reaped by the kernel, sigaction(2) */
	setsid();
	prctl(PR_SET_NAME, "nsscope-solver");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	wire_null_streams();
	set_path();
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		if (strspn(lines, " \t") < len)
			start_line(lines, len);
		lines += len + (lines[len] == '\n');
	}
	while (read(WIRE_FD, &byte, 1) < 0 && errno == EINTR)
		;
	set_child_action(SIG_DFL);
	shell_kill_children();
	_exit(EXIT_SUCCESS);
}

/* --- The caller ------------------------------------------------------------------------------- */

int solver_new(const char *lines, struct solver **ret_solver)
{
	struct solver *solver;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork_without_signals();
	if (pid == 0)
		stand_between(lines, ends[0]);
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return pid;
	}
	solver = xcalloc(1, sizeof(*solver));
	*solver = (struct solver){.pid = pid, .hold = ends[1]};
	*ret_solver = solver;
	return 0;
}

pid_t solver_pid(const struct solver *solver)
{
	return solver->pid;
}

void solver_free(struct solver *solver)
{
	if (!solver)
		return;
	close(solver->hold);
	while (waitpid(solver->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(solver);
}
