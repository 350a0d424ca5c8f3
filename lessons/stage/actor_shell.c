/* The calls that run a line of the shell: what a person would type, where one system call shows too
 * little (ip link add …).
 *
 * A line may do anything, so more is asked of the actor than of any other call: that it left all
 * types that a line could reach outside by, and that file systems are read-only but for the stage's
 * own.  PIDs need no namespace of the actor's: the line gets its own, which ends with it. */
#include "lessons/stage/actor.h"
#include "lessons/stage/wire.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/kernel_abi.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* --- A line of the shell -------------------------------------------------------------------- */

enum { SIGNAL_ENDED = 128 }; /* as a shell reports a command that a signal ended */

/* A line that runs:  actor - runner - init of a PID namespace - shell */
struct run {
	pid_t runner; /* our child */
	int life;     /* its other end is held by runner and init: it hangs up when they are gone */
	int output;   /* what the line prints */
	int64_t deadline_ms;
	char *text;
	size_t capacity, len;
};

static bool hung_up(int socket)
{
	struct pollfd fd = {.fd = socket};

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR));
}

/* --- In the children ---------------------------------------------------------------------------- */

/* Reports to the actor why there is no line, and ends. */
_Noreturn static void give_up(int life, int error)
{
	send(life, &error, sizeof(error), MSG_NOSIGNAL);
	_exit(COMMAND_NOT_FOUND);
}

/* Ends with its parent.  A parent that exited before sends no signal, but then @life was hung up. */
static void end_with_parent(int life)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || hung_up(life))
		_exit(COMMAND_NOT_FOUND);
}

/* Becomes the shell.  Its input is the actor's, which is /dev/null; what else it knows of its
 * surroundings is always the same. */
_Noreturn static void be_shell(const char *line, int output)
{
	static const char *const environment[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "HOME=/",
	    "LC_ALL=C",
	    NULL,
	};
	const char *const arguments[] = {"sh", "-c", line, NULL};
	const struct rlimit no_core = {0, 0};

	setrlimit(RLIMIT_CORE, &no_core);
	descriptors_restore();
	umask(S_IWGRP | S_IWOTH);
	/* What the actor holds (its socket, namespaces that it opened) is not the line's. */
	if (dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
	    close_range(STDERR_FILENO + 1, ~0u, 0) == 0)
		execve("/bin/sh", (char *const *)arguments, (char *const *)environment);
	dprintf(STDERR_FILENO, "/bin/sh: %s\n", strerrordesc_np(errno));
	_exit(COMMAND_NOT_FOUND);
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_ENDED + WTERMSIG(status);
}

/* The first of a PID namespace: when it ends, the kernel kills all that is left of the line.
 * pid_namespaces(7) */
_Noreturn static void be_init(const char *line, int life, int output)
{
	pid_t shell, pid;
	int status = 0;

	end_with_parent(life);
	/* A session of its own: "kill 0" must not reach the actors. */
	if (setsid() < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		give_up(life, errno);
	shell = fork();
	if (shell == 0)
		be_shell(line, output);
	if (shell < 0)
		give_up(life, errno);
	close(output);
	do
		pid = waitpid(-1, &status, 0);
	while (pid != shell && (pid > 0 || errno == EINTR));
	_exit(pid == shell ? exit_status(status) : COMMAND_NOT_FOUND);
}

/* A child that raises no signal when it ends: the actors ignore SIGCHLD, and the kernel would keep
 * no exit status of it.  clone(2), wait(2) */
static pid_t fork_quietly(uint64_t flags, int *ret_pidfd)
{
	struct clone_args arguments = {.flags = flags, .pidfd = (uint64_t)(uintptr_t)ret_pidfd};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

static int await_end(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, __WALL) < 0 && errno == EINTR)
		;
	return status;
}

/* Makes the init, from within the PID namespace that the actor's children are in: a process whose children
 * are in another one than itself can make none.  clone(2), EINVAL */
_Noreturn static void be_runner(const char *line, int life, int output)
{
	int pidfd = -1;
	pid_t init;

	signals_reset();
	end_with_parent(life);
	init = fork_quietly(CLONE_NEWPID | CLONE_PIDFD, &pidfd);
	if (init == 0)
		be_init(line, life, output);
	if (init < 0)
		give_up(life, errno);
	close(output);
	for (;;) {
		struct pollfd fds[] = {{.fd = life}, {.fd = pidfd, .events = POLLIN}};

		if (poll(fds, array_len(fds), -1) < 0 && errno == EINTR)
			continue;
		if (!fds[1].revents)
			kill(init, SIGKILL);
		_exit(exit_status(await_end(init)));
	}
}

/* --- In the actor ------------------------------------------------------------------------------- */

/* In the PID namespace of our children there is no number 1: asks for a child with another one.  Where
 * no process was created so far, that is EINVAL, and where the first one has ended ENOMEM.  clone3(2), set_tid, 5.5 */
static int why_no_first(void)
{
	pid_t second = 2;
	struct clone_args arguments = {
	    .set_tid = (uint64_t)(uintptr_t)&second,
	    .set_tid_size = 1,
	};
	pid_t child = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (child == 0)
		_exit(0);
	if (child > 0)
		await_end(child);
	return child < 0 ? -errno : 0;
}

/* Has the PID namespace of our children its first process?  Else the runner would become it, and
 * no process could be created there after its end.  Before there is one the link can't be opened, or, since
 * Linux 7.1, it can.  Returns 0, or the -errno that there can be no line. */
static int may_have_children(void)
{
	autoclose int fd = openat(PROC_FD, "self/ns/pid_for_children", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -EINVAL;
	if (ioctl(fd, NSFS_GET_PID_FROM, 1) >= 0 || errno != ESRCH)
		return 0;
	return why_no_first();
}

static int fork_runner(const char *line, struct run *run)
{
	int life[2], output[2];
	int r = may_have_children();

	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, life) < 0)
		return -errno;
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK) < 0) {
		r = -errno;
		close(life[0]);
		close(life[1]);
		return r;
	}
	/* Ours alone: what the line writes to waits as a program expects it. */
	fcntl(output[1], F_SETFL, 0);
	run->runner = fork_quietly(0, NULL);
	if (run->runner == 0) {
		close(life[0]);
		close(output[0]);
		be_runner(line, life[1], output[1]);
	}
	if (run->runner < 0)
		r = -errno;
	close(life[1]);
	close(output[1]);
	run->life = life[0];
	run->output = output[0];
	return r;
}

/* Takes what was printed, for as long as there is room; the rest is read too, so that no process waits
 * to write it.  Returns how much, 0 at end of file, -1 where there is nothing. */
static ssize_t read_output(struct run *run)
{
	char rest[4096];
	size_t capacity = run->capacity - 1 - run->len;
	ssize_t got = read(run->output, capacity ? run->text + run->len : rest,
	    capacity ? capacity : sizeof(rest));

	if (got > 0 && capacity)
		run->len += (size_t)got;
	return got;
}

/* Returns 0 when the line has ended, or is about to; -ETIMEDOUT, -ECANCELED or -errno. */
static int await_line(struct run *run, int hangup)
{
	struct pollfd fds[] = {
	    {.fd = run->life},
	    {.fd = hangup},
	    {.fd = run->output, .events = POLLIN},
	};

	for (;;) {
		int64_t left_ms = run->deadline_ms - clock_ms();

		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (poll(fds, array_len(fds), (int)left_ms) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			return 0;
		if (fds[1].revents)
			return -ECANCELED;
		/* The line may close its output and go on. */
		if (fds[2].revents && read_output(run) == 0)
			fds[2].fd = -1;
		fds[2].revents = 0;
	}
}

/* Whole lines, if not all of it fitted, and no line feed at the end. */
static void trim(struct run *run)
{
	char *end;

	run->text[run->len] = '\0';
	end = run->len == run->capacity - 1 ? strrchr(run->text, '\n') : NULL;
	if (end)
		*end = '\0';
	for (size_t len = strlen(run->text); len && run->text[len - 1] == '\n';)
		run->text[--len] = '\0';
}

/* The result of the line, when all of it is gone. */
static int result_of(const struct run *run, int status)
{
	int error;

	if (recv(run->life, &error, sizeof(error), MSG_DONTWAIT) == sizeof(error))
		return -error;
	return exit_status(status);
}

/* Runs /bin/sh -c @line, with nothing open but /dev/null and what it prints to, in a PID namespace
 * below that of the caller's children: whatever it started is killed when it ends, or when the
 * caller does.
 * @text: gets what it printed, errors too, as far as there is room, with a NUL; without the line
 *   feed at the end.  @capacity: at least 1.
 * @hangup: a socket; when its other end is gone, the line is killed.
 * Returns its exit status, 0 to 255, 128 + N where signal N ended it; -ETIMEDOUT (it took
 * @limit_ms and was killed), -ECANCELED (@hangup), or -errno: -EINVAL where the caller's children
 * would start in a PID namespace that has no process yet, as after unshare(CLONE_NEWPID); -ENOMEM
 * where its init has exited; -EPERM without CAP_SYS_ADMIN. */
static int line_run(const char *line, int hangup, int limit_ms, char *text, size_t capacity)
{
	struct run run = {
	    .life = -1,
	    .output = -1,
	    .deadline_ms = clock_ms() + limit_ms,
	    .text = text,
	    .capacity = capacity,
	};
	int r = fork_runner(line, &run);

	if (r == 0) {
		int status;

		r = await_line(&run, hangup);
		if (r < 0)
			shutdown(run.life, SHUT_RDWR);
		/* It ends after all that it had below it.  Then no process is left to write. */
		status = await_end(run.runner);
		while (read_output(&run) > 0)
			;
		if (r == 0)
			r = result_of(&run, status);
	}
	trim(&run);
	close_fd(&run.life);
	close_fd(&run.output);
	return r;
}

/* --- The calls ------------------------------------------------------------------------------ */

enum { LINE_MS_MAX = 10000 };

static void call_sh(struct actor *actor)
{
	int r = line_run(actor->arguments[0].text, WIRE_FD, LINE_MS_MAX, actor->answer.text,
	    sizeof(actor->answer.text));

	errno = r < 0 ? -r : 0;
	answer_result(actor, r < 0 ? -1 : r);
	actor->answer.failed = r > 0;
}

static void call_sh_read(struct actor *actor)
{
	call_sh(actor);
	actor->answer.text[strcspn(actor->answer.text, "\n")] = '\0';
}

/* For what the kernel does by and by: a link's carrier, the end of a network namespace. */
static void call_sh_until(struct actor *actor)
{
	const struct timespec slice = {.tv_nsec = 50L * 1000 * 1000};
	struct timespec now;
	time_t last_s;

	clock_gettime(CLOCK_MONOTONIC, &now);
	last_s = now.tv_sec + LINE_MS_MAX / 1000;
	for (;;) {
		actor->answer.text[0] = '\0';
		call_sh(actor);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (actor->answer.error || !actor->answer.failed ||
		    actor->answer.result == COMMAND_NOT_FOUND)
			return;
		if (now.tv_sec > last_s) {
			answer_error(actor, ETIMEDOUT);
			return;
		}
		nanosleep(&slice, NULL);
	}
}

#define REACHES_LINE                                                                               \
	(REACHES_INSIDE(NS_USER) | REACHES_INSIDE(NS_MNT) | REACHES_INSIDE(NS_NET) |               \
	    REACHES_INSIDE(NS_IPC) | REACHES_SEALED)

const struct call shell_calls[] = {
    {.name = "sh",
        .signature = "s",
        .form = "sh(\"LINE\")",
        .doc = "runs a line of the shell, 10 seconds at most; its exit status",
        .c = "system(%1)",
        .reaches = REACHES_LINE,
        .changes_holders = true,
        .seconds = LINE_MS_MAX / 1000,
        .run = call_sh},
    {.name = "sh_read",
        .signature = "s",
        .form = "sh_read(\"LINE\")",
        .doc = "runs a line of the shell, and reads the first line that it prints",
        .c = "popen(%1, \"r\")",
        .reaches = REACHES_LINE,
        .gives_text = true,
        .changes_holders = true,
        .seconds = LINE_MS_MAX / 1000,
        .run = call_sh_read},
    {.name = "sh_until",
        .signature = "s",
        .form = "sh_until(\"LINE\")",
        .doc =
            N_("runs a line of the shell, again and again until it succeeds, 10 seconds at most"),
        .c = "while (system(%1) != 0)",
        .reaches = REACHES_LINE,
        .seconds = LINE_MS_MAX / 1000,
        .changes_holders = true,
        .run = call_sh_until},
    {.name = NULL},
};
