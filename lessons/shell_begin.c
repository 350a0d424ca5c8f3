/* From the helper to the shell: a process that joins and, since of a PID namespace only its children
 * become members, forks the shell as a brother of its own. */
#include "lessons/shell_helper.h"
#include "lessons/shell_privileges.h"
#include "lessons/shell_tty.h"
#include "lessons/stage_ground.h"
#include "lessons/wire.h"
#include "model/nstype.h"
#include "model/util.h"
#include "scanner/want.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	EXIT_NO_SHELL = 127,
	PIPE_FD = 3,   /* to the helper */
	JOINED_FD = 4, /* the pidfd of the process whose namespaces it is to be in */
	KEPT_FROM = 16,
};

#define DEFAULT_SHELL "/bin/sh"
#define DEFAULT_PATH  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

const char *shell_language;

/* What the processes of the beginning tell the helper, through a pipe. */
struct note {
	pid_t shell; /* 0: it could not be started */
	int error;
	char step[48];
};

static void tell(int pipe, pid_t shell, const char *step, int error)
{
	struct note note = {.shell = shell, .error = error};

	snprintf(note.step, sizeof(note.step), "%s", step);
	/* Whole, since it is shorter than PIPE_BUF; pipe(7). */
	if (write(pipe, &note, sizeof(note)) < 0)
		_exit(EXIT_NO_SHELL);
}

/* --- The shell ---------------------------------------------------------------------------------- */

static void default_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A session with a terminal of its own, which is standard input already; or a process group of its own,
 * in the foreground where there is a terminal to be had. */
static void take_terminal(bool own)
{
	if (own) {
		setsid();
		ioctl(STDIN_FILENO, TIOCSCTTY, 0);
		return;
	}
	setpgid(0, 0);
	if (tcgetpgrp(STDIN_FILENO) >= 0)
		tcsetpgrp(STDIN_FILENO, getpgrp()); /* SIGTTOU is ignored still */
}

static void execute(const char *path)
{
	const char *name = strrchr(path, '/');
	char *const arguments[] = {(char *)(name ? name + 1 : path), NULL};

	setenv("SHELL", path, 1);
	execv(path, arguments);
}

/* Does the name of @variable, "NAME=value", begin with @start, or is it that, where it has a "="? */
static bool begins(const char *variable, const char *start)
{
	return strncmp(variable, start, strlen(start)) == 0;
}

/* What the person's variables say, keys and sockets perhaps, is nothing to those in there.  A terminal and
 * a language are; and to the actors of a lesson, the prompt. */
static void begin_environment(const struct shell_place *place)
{
	static const char *const kept[] = {"TERM=", "COLORTERM=", "LANG=", "LC_"};
	const char *home = getenv("HOME"), *path = getenv("PATH");
	char **before = environ;

	environ = NULL;
	for (char **variable = before; variable && *variable; variable++) {
		bool keeps = !place->stays && begins(*variable, "PS1=");

		for (size_t i = 0; i < array_len(kept); i++)
			keeps |= begins(*variable, kept[i]);
		if (keeps)
			putenv(*variable);
	}
	/* Root's own can't be read any more by who gave it up. */
	if (place->give_up_root || !home || access(home, X_OK) < 0)
		home = "/";
	setenv("HOME", home, 1);
	setenv("PATH", place->stays || !path ? DEFAULT_PATH : path, 1);
}

/* Should the helper be killed.  Joining and giving up root would have undone it: prctl(2).  One that
 * was killed before sends no signal, but then nobody reads the pipe. */
static void end_with_helper(const struct shell_place *place, int pipe)
{
	struct pollfd reader = {.fd = pipe};

	prctl(PR_SET_PDEATHSIG, place->pidfd >= 0 ? SIGKILL : SIGHUP);
	if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR))
		_exit(EXIT_NO_SHELL);
}

_Noreturn static void be_shell(
    const struct shell_place *place, const struct shell_privileges *privileges, int slave, int pipe)
{
	const char *wish = getenv("SHELL"), *step = "";
	int r = place->as_process ? shell_privileges_take(privileges, &step) : 0;

	if (r < 0) {
		tell(pipe, 0, step, -r);
		_exit(EXIT_NO_SHELL);
	}
	end_with_helper(place, pipe);
	if (place->pidfd >= 0)
		begin_environment(place);
	if (shell_language)
		setenv("LANGUAGE", shell_language, 1);
	else
		unsetenv("LANGUAGE");
	take_terminal(slave >= 0);
	default_signals();
	if (!place->as_process)
		descriptors_restore();
	if (place->program) {
		execvp(place->program[0], (char **)place->program);
		tell(pipe, 0, place->program[0], errno);
		_exit(EXIT_NO_SHELL);
	}
	if (wish && wish[0] == '/')
		execute(wish);
	execute(DEFAULT_SHELL);
	tell(pipe, 0, DEFAULT_SHELL, errno);
	_exit(EXIT_NO_SHELL);
}

/* --- Joining ------------------------------------------------------------------------------------ */

/* The CLONE_NEW… flags of what @pid has not in common with the caller.  An actor lives while its
 * pidfd says so, and so do its namespaces: their inodes can't be others'. */
static int others(pid_t pid, int *ret_flags)
{
	int flags = 0;

	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		char path[64];
		struct stat own, theirs;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_types[i].name);
		if (stat(path, &own) < 0)
			continue; /* the kernel has no such type */
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, ns_types[i].name);
		if (stat(path, &theirs) < 0)
			return -errno;
		if (own.st_dev != theirs.st_dev || own.st_ino != theirs.st_ino)
			flags |= (int)ns_types[i].flag;
	}
	*ret_flags = flags;
	return 0;
}

/* Who has no number in the user namespace can't make a file there, and programs take nobody (65534)
 * for what it says.  Having joined gives all capabilities in there; user_namespaces(7). */
static void be_somebody(void)
{
	enum { NOBODY = 65534 }; /* /proc/sys/kernel/overflowuid, where nobody changed it */

	if (geteuid() != NOBODY || setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0)
		return;
	if (setresuid(0, 0, 0) < 0)
		return; /* it has no root: then as nobody */
}

static int join(
    const struct shell_place *place, struct shell_privileges *ret_privileges, const char **ret_step)
{
	autofree char *name = xasprintf("/proc/%d", (int)place->pid);
	autoclose int dir = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int flags = 0, r;

	if (place->give_up_root) {
		r = ground_give_up_root(ret_step);
		if (r < 0)
			return r;
	}
	*ret_step = "/proc/PID/ns";
	r = others(place->pid, &flags);
	if (r < 0 || !flags)
		return r;
	/* All at once, since 5.8: the kernel looks first whether we may join each of them, as who
	 * we still are.  One by one that would depend on the order: who has left for the user
	 * namespace below has no rights in those of the one above. */
	if (place->as_process)
		setgroups(0, NULL); /* who is not allowed to has none of root's */
	*ret_step = "setns(pidfd)";
	if (setns(place->pidfd, flags) < 0)
		return -errno;
	if (place->as_process) {
		*ret_step = "/proc/PID/status";
		return shell_privileges_read(dir, ret_privileges);
	}
	if (place->stays && (flags & CLONE_NEWUSER))
		be_somebody();
	return 0;
}

/* What this process holds on its way is nothing to those in there either: it has no more than the shell
 * will have, and nobody but who may trace all of the host's can trace it until it is the shell.  prctl(2) */
static int shed(const struct shell_place *place, int slave, int *pipe, const char **ret_step)
{
	int pidfd = fcntl(place->pidfd, F_DUPFD_CLOEXEC, KEPT_FROM);
	int high = fcntl(*pipe, F_DUPFD_CLOEXEC, KEPT_FROM);

	*ret_step = "dup";
	if (pidfd < 0 || high < 0 || shell_tty_take(slave) < 0 ||
	    dup3(high, PIPE_FD, O_CLOEXEC) < 0 || dup3(pidfd, JOINED_FD, O_CLOEXEC) < 0)
		return -errno;
	*pipe = PIPE_FD;
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	return wire_keep_only(PIPE_FD, JOINED_FD);
}

_Noreturn static void join_and_fork(const struct shell_place *given, int slave, int pipe)
{
	struct shell_place own = *given;
	const struct shell_place *place = &own;
	struct shell_privileges privileges = {.groups = NULL};
	const char *step = "";
	long pid;
	int r = 0;

	if (place->pidfd >= 0) {
		r = shed(place, slave, &pipe, &step);
		own.pidfd = JOINED_FD;
		if (r == 0)
			r = join(place, &privileges, &step);
		close(JOINED_FD);
	}

	if (r < 0) {
		tell(pipe, 0, step, -r);
		_exit(EXIT_NO_SHELL);
	}
	pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0L);
	if (pid == 0)
		be_shell(place, &privileges, slave, pipe);
	if (pid < 0)
		tell(pipe, 0, "clone", errno);
	else
		tell(pipe, (pid_t)pid, "", 0);
	_exit(pid < 0 ? EXIT_NO_SHELL : 0);
}

/* --- The helper --------------------------------------------------------------------------------- */

/* Reads until nobody holds the other end: the shell itself closed it when it was executed.  A note
 * of an error may come before or behind the one of the pid. */
static pid_t read_notes(int pipe, struct shell_result *result)
{
	struct note note;
	pid_t shell = 0;
	ssize_t got;

	do {
		got = read(pipe, &note, sizeof(note));
		if (got != (ssize_t)sizeof(note))
			continue;
		if (note.shell)
			shell = note.shell;
		if (note.error) {
			result->error = note.error;
			memcpy(result->step, note.step, sizeof(result->step));
		}
	} while (got > 0 || (got < 0 && errno == EINTR));
	return shell;
}

static pid_t failed(struct shell_result *result, const char *step, int error)
{
	result->error = error;
	snprintf(result->step, sizeof(result->step), "%s", step);
	return -error;
}

pid_t shell_begin(const struct shell_place *place, int slave, struct shell_result *ret_result)
{
	int ends[2];
	pid_t joiner, shell;

	*ret_result = (struct shell_result){0};
	if (pipe2(ends, O_CLOEXEC) < 0)
		return failed(ret_result, "pipe", errno);
	joiner = fork();
	if (joiner == 0) {
		close(ends[0]); /* the helper alone reads it */
		join_and_fork(place, slave, ends[1]);
	}
	if (joiner < 0)
		failed(ret_result, "fork", errno);
	close(ends[1]);
	shell = joiner < 0 ? 0 : read_notes(ends[0], ret_result);
	close(ends[0]);
	if (joiner > 0)
		while (waitpid(joiner, NULL, 0) < 0 && errno == EINTR)
			;
	if (!shell && !ret_result->error)
		failed(ret_result, "fork", ECHILD);
	if (ret_result->error && shell)
		while (waitpid(shell, NULL, 0) < 0 && errno == EINTR)
			;
	return ret_result->error ? -ret_result->error : shell;
}
