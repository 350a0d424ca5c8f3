#include "lessons/play/solver.h"

#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/want.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	END_LIMIT_MS = 5000,   /* for all that was begun to be gone */
	CHILDREN_PAUSE_MS = 2, /* between two looks at who is left */
};

struct solver {
	pid_t pid;
	int hold; /* the writing end: closed, the process between ends all */
};

/* --- The process between ---------------------------------------------------------------------- */

static void set_signals(void (*children)(int))
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL);
	action.sa_handler = children;
	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void null_streams(void)
{
	int null = helper_open_null();

	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
}

static void set_path(void)
{
	const char *path = getenv("PATH");
	autofree char *more =
	    xasprintf("%s:/usr/local/sbin:/usr/sbin:/sbin", path && *path ? path : "/usr/bin:/bin");

	setenv("PATH", more, 1);
}

/* Whose child is @pid?  0 where it is gone. */
static pid_t parent_of(pid_t pid)
{
	autotext struct proc_text stat = {.data = NULL};
	struct stat_head head;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (proc_text_read(&stat, AT_FDCWD, path, PROC_TEXT_MAX) < 0 ||
	    parse_stat_head(stat.data, stat.len, &head) < 0)
		return 0;
	return head.ppid;
}

/* Holds the process, then looks whose it is: so no number is killed that is somebody else's now. */
static void kill_child(pid_t pid)
{
	autoclose int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (parent_of(pid) != getpid())
		return;
	if (pidfd >= 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	else if (errno == ENOSYS) /* before 5.3 */
		kill(pid, SIGKILL);
}

static void kill_children(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	if (!proc)
		return;
	while ((entry = readdir(proc))) {
		char *end;
		long pid = strtol(entry->d_name, &end, 10);

		if (pid > 0 && !*end && parent_of((pid_t)pid) == getpid())
			kill_child((pid_t)pid);
	}
	closedir(proc);
}

/* Whose parent dies comes to this subreaper, so after some rounds nobody is left; the kernel reaps
 * them.  What may not be killed (it changed its user) is left after a while. */
static void end_all(void)
{
	int64_t deadline_ms = clock_ms() + END_LIMIT_MS;

	while (clock_ms() < deadline_ms) {
		kill_children();
		if (waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD)
			return;
		poll(NULL, 0, CHILDREN_PAUSE_MS);
	}
}

static void start_line(const char *line, size_t len)
{
	autofree char *command = xstrndup(line, len);

	if (fork() != 0)
		return;
	set_signals(SIG_DFL);
	descriptors_restore();
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

_Noreturn static void stand_between(const char *lines, int hold)
{
	char byte;

	/* Nobody's socket is held open here: actors wait for their end. */
	if (wire_keep_only(hold, WIRE_FD) < 0)
		_exit(EXIT_FAILURE);
	set_signals(SIG_IGN); /* children are reaped by the kernel, sigaction(2) */
	setsid();
	prctl(PR_SET_NAME, "nsscope-solver");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	null_streams();
	set_path();
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		if (strspn(lines, " \t") < len)
			start_line(lines, len);
		lines += len + (lines[len] == '\n');
	}
	while (read(WIRE_FD, &byte, 1) < 0 && errno == EINTR)
		;
	end_all();
	_exit(EXIT_SUCCESS);
}

/* --- The caller ------------------------------------------------------------------------------- */

int solver_new(const char *lines, struct solver **ret_solver)
{
	struct solver *solver;
	sigset_t all, before;
	int ends[2], error;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	/* No signal reaches it before it has put away our handlers. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = errno;
	if (pid == 0) {
		oom_handler = NULL; /* the screen isn't ours */
		stand_between(lines, ends[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return -error;
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
