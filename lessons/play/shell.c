#include "lessons/play/shell.h"
#include "lessons/play/shell_helper.h"
#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/proc/privileges.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	ACTOR_FD = WIRE_FD + 1, /* the actor's pidfd, in the helper */
	FREE_FROM = 16,         /* numbers behind those that are given away */
};

struct shell {
	pid_t helper;
	int socket;
};

/* --- The caller's own terminal ------------------------------------------------------------------ */

/* Keeps @socket, the actor's pidfd if there is one, and what the terminal is. */
static int keep_only(int socket, int *pidfd)
{
	int high = fcntl(socket, F_DUPFD_CLOEXEC, FREE_FROM);
	int high_pidfd = *pidfd < 0 ? -1 : fcntl(*pidfd, F_DUPFD_CLOEXEC, FREE_FROM);

	if (high < 0 || (*pidfd >= 0 && high_pidfd < 0) || dup3(high, WIRE_FD, O_CLOEXEC) < 0)
		return -errno;
	if (high_pidfd < 0)
		return wire_keep_only(WIRE_FD, WIRE_FD);
	if (dup3(high_pidfd, ACTOR_FD, O_CLOEXEC) < 0)
		return -errno;
	*pidfd = ACTOR_FD;
	return wire_keep_only(WIRE_FD, ACTOR_FD);
}

_Noreturn static void helper_main(const struct shell_place *place, int socket)
{
	struct shell_place own = *place;
	struct shell_result result = {0};
	int r;

	oom_handler = NULL; /* the screen isn't ours */
	r = keep_only(socket, &own.pidfd);
	if (r < 0) {
		result.error = -r;
		snprintf(result.step, sizeof(result.step), "dup");
	} else {
		shell_help(&own, WIRE_FD, &result);
	}
	wire_send(WIRE_FD, &result, sizeof(result), -1, MSG_DONTWAIT);
	_exit(EXIT_SUCCESS);
}

int shell_start(const struct shell_place *place, struct shell **ret_shell)
{
	struct shell *shell;
	sigset_t all, before;
	int ends[2], error;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	/* No signal reaches it before it has put away our handlers. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		helper_main(place, ends[1]);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -error;
	}
	shell = xcalloc(1, sizeof(*shell));
	shell->helper = pid;
	shell->socket = ends[0];
	*ret_shell = shell;
	return 0;
}

int shell_fd(const struct shell *shell)
{
	return shell->socket;
}

pid_t shell_pid(const struct shell *shell)
{
	return shell->helper;
}

void shell_hang_up(struct shell *shell)
{
	shutdown(shell->socket, SHUT_WR);
}

/* A process that isn't in the foreground is stopped for taking it, unless that signal is blocked;
 * tcsetpgrp(3). */
static void take_terminal_back(void)
{
	sigset_t set, before;

	if (tcgetpgrp(STDIN_FILENO) < 0)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	tcsetpgrp(STDIN_FILENO, getpgrp());
	sigprocmask(SIG_SETMASK, &before, NULL);
}

int shell_finish(struct shell *shell, struct shell_result *ret_result)
{
	struct shell_result result;
	int r = wire_receive(shell->socket, &result, sizeof(result), 0, NULL, NULL);

	while (waitpid(shell->helper, NULL, 0) < 0 && errno == EINTR)
		;
	close(shell->socket);
	free(shell);
	take_terminal_back();
	if (r != 1)
		return -ECHILD;
	result.step[sizeof(result.step) - 1] = '\0';
	result.left[sizeof(result.left) - 1] = '\0';
	*ret_result = result;
	return 0;
}

/* --- Another terminal --------------------------------------------------------------------------- */

/* When it began, in clock ticks since boot.  Returns false where it has ended. */
static bool read_start(pid_t pid, uint64_t *ret_ticks)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_PROC);
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return read_start_ticks(AT_FDCWD, path, ret_ticks) == 0;
}

static bool has_ended(int pidfd)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	return poll(&fd, 1, 0) != 0;
}

int shell_ticket(const struct shell_place *place, char ret[SHELL_TICKET_BYTES])
{
	uint64_t start_ticks;

	/* In this order: what was read while it lived is its. */
	if (!read_start(place->pid, &start_ticks) || has_ended(place->pidfd))
		return -ESRCH;
	snprintf(ret, SHELL_TICKET_BYTES, "%d:%" PRIu64 ":%s", (int)place->pid, start_ticks,
	    place->give_up_root ? "drop"
	    : place->as_process ? "same"
	    : place->stays      ? "stay"
	                        : "keep");
	return 0;
}

void shell_ticket_of(pid_t pid, uint64_t start_ticks, bool as_process, char ret[SHELL_TICKET_BYTES])
{
	snprintf(ret, SHELL_TICKET_BYTES, "%d:%" PRIu64 ":%s", (int)pid, start_ticks,
	    as_process ? "same" : "stay");
}

/* Reads digits and the colon behind them.  Returns false where there are none. */
static bool take_number(const char **at, uint64_t *ret)
{
	size_t digits = strspn(*at, "0123456789");

	if (!digits || digits > 19 || (*at)[digits] != ':')
		return false;
	*ret = strtoull(*at, NULL, 10);
	*at += digits + 1;
	return true;
}

int shell_ticket_read(const char *ticket, struct shell_place *ret_place)
{
	uint64_t pid, told_ticks, start_ticks;
	bool drop, stays, same;

	if (!take_number(&ticket, &pid) || !take_number(&ticket, &told_ticks) || !pid ||
	    pid > INT_MAX)
		return -EINVAL;
	drop = strcmp(ticket, "drop") == 0;
	same = strcmp(ticket, "same") == 0;
	stays = same || strcmp(ticket, "stay") == 0;
	if (!drop && !stays && strcmp(ticket, "keep") != 0)
		return -EINVAL;
	int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);

	if (pidfd < 0)
		return -errno;
	if (!read_start((pid_t)pid, &start_ticks) || start_ticks != told_ticks ||
	    has_ended(pidfd)) {
		close(pidfd);
		return -ESRCH;
	}
	*ret_place = (struct shell_place){.pidfd = pidfd,
	    .pid = (pid_t)pid,
	    .stays = stays,
	    .as_process = same,
	    .give_up_root = drop};
	return 0;
}

void shell_be_helper(const struct shell_place *place, struct shell_result *ret_result)
{
	shell_help(place, -1, ret_result);
}
