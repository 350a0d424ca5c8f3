#include "tui/subshell.h"

#include "lessons/stage/program.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* --- A pane of tmux --------------------------------------------------------------------------- */

enum {
	BESIDE_FROM_COLS = 160,
	LINES_BELOW = 8, /* leaves room for a tree and a lesson at 24 rows */
	ARGUMENTS_MAX = 16,
};

/* Does nsscope run in tmux, and can it run tmux(1)? */
static bool can_open_pane(void)
{
	const char *server = getenv("TMUX");

	return server && *server && getenv("TMUX_PANE") && program_is_there("tmux", getenv("PATH"));
}

/* Its messages would appear in the middle of our screen. */
static int spawn(char *const *arguments, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int error;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	for (int fd = 0; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	error = posix_spawnp(ret_pid, arguments[0], &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

/* Asks tmux for another pane, beside or below this one, with a shell: the user's own, or, with a
 * @ticket (lessons/play/shell.h), that of an actor.  @ret_fd: a pidfd that is readable when tmux
 * ends; the caller closes it and waits for @ret_pid.
 * Returns 0 or -errno. */
static int open_pane(const char *ticket, pid_t *ret_pid, int *ret_fd)
{
	char self[PATH_MAX], folder[PATH_MAX], lines[16];
	const char *arguments[ARGUMENTS_MAX] = {"tmux", "split-window", "-t", getenv("TMUX_PANE")};
	size_t count = 4;
	int rows, cols, r;
	pid_t pid;

	screen_size(&rows, &cols);
	if (cols >= BESIDE_FROM_COLS) {
		arguments[count++] = "-h";
	} else {
		snprintf(
		    lines, sizeof(lines), "%d", rows / 3 < LINES_BELOW ? rows / 3 : LINES_BELOW);
		arguments[count++] = "-v";
		arguments[count++] = "-l";
		arguments[count++] = lines;
	}
	if (getcwd(folder, sizeof(folder))) {
		arguments[count++] = "-c";
		arguments[count++] = folder;
	}
	if (ticket) {
		ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

		if (len < 0)
			return -errno;
		self[len] = '\0';
		arguments[count++] = self;
		arguments[count++] = "shell";
		arguments[count++] = ticket;
	}
	r = spawn((char *const *)arguments, &pid);
	if (r < 0)
		return r;
	*ret_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (*ret_fd < 0) {
		r = -errno;
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return r;
	}
	*ret_pid = pid;
	return 0;
}

/* --- Shells ----------------------------------------------------------------------------------- */

enum { LEAVE_MS = 500 };

void subshell_init(struct subshell *subshell)
{
	*subshell = (struct subshell){.pane_fd = -1, .place.pidfd = -1};
}

bool subshell_is_here(const struct subshell *subshell)
{
	return subshell->shell != NULL;
}

pid_t subshell_pid(const struct subshell *subshell)
{
	return subshell->shell ? shell_pid(subshell->shell) : 0;
}

int subshell_fd(const struct subshell *subshell)
{
	return subshell->shell ? shell_fd(subshell->shell) : subshell->pane_fd;
}

static void forget_pane(struct subshell *subshell)
{
	subshell->pane = 0;
	close_fd(&subshell->pane_fd);
	close_fd(&subshell->place.pidfd);
}

/* A shell that does not end is killed by its helper when we exit. */
void subshell_done(struct subshell *subshell)
{
	struct shell_result result;

	forget_pane(subshell);
	if (!subshell->shell)
		return;
	shell_hang_up(subshell->shell);
	struct pollfd over = {.fd = shell_fd(subshell->shell), .events = POLLIN};

	if (poll(&over, 1, LEAVE_MS) > 0)
		shell_finish(subshell->shell, &result);
	subshell->shell = NULL;
}

/* A background process that writes is stopped where the terminal has tostop, unless SIGTTOU is
 * blocked; termios(3).  A terminal that accepts nothing must not block us. */
void subshell_print(const struct subshell *subshell, const char *text)
{
	struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};
	sigset_t set, before;

	if (!subshell->shell || poll(&terminal, 1, 0) <= 0 || !(terminal.revents & POLLOUT))
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	dprintf(STDOUT_FILENO, "\r\n%s\r\n", text);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static int open_here(
    struct subshell *subshell, const struct shell_place *place, const char *welcome)
{
	int r;

	screen_suspend();
	if (welcome)
		dprintf(STDOUT_FILENO, "%s\n", welcome);
	r = shell_start(place, &subshell->shell);
	if (r < 0) {
		subshell->shell = NULL;
		screen_resume();
	}
	return r;
}

int subshell_open(struct subshell *subshell, const struct shell_place *place, const char *welcome)
{
	char ticket[SHELL_TICKET_BYTES] = "";
	int r;

	if (subshell->shell || subshell->pane)
		return -EBUSY;
	if (subshell->no_pane || !can_open_pane())
		return open_here(subshell, place, welcome);
	if (place->pidfd >= 0) {
		r = shell_ticket(place, ticket);
		if (r < 0)
			return r;
	}
	subshell->place = *place;
	if (place->pidfd >= 0) {
		/* With -1 the shell would open in nsscope's own namespaces, not those requested. */
		subshell->place.pidfd = fcntl(place->pidfd, F_DUPFD_CLOEXEC, 0);
		if (subshell->place.pidfd < 0)
			return -errno;
	}
	r = open_pane(*ticket ? ticket : NULL, &subshell->pane, &subshell->pane_fd);
	if (r >= 0)
		return 0;
	forget_pane(subshell);
	return open_here(subshell, place, welcome);
}

int subshell_open_program(struct subshell *subshell, const char *const *words)
{
	const struct shell_place place = {.pidfd = -1, .program = words};
	int r;

	if (subshell->shell || subshell->pane)
		return -EBUSY;
	r = open_here(subshell, &place, NULL);
	subshell->program = r >= 0;
	return r;
}

static char *take_pane(struct subshell *subshell, const char *welcome)
{
	int status = 0, r;

	while (waitpid(subshell->pane, &status, 0) < 0 && errno == EINTR)
		;
	subshell->pane = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		forget_pane(subshell);
		return xstrdup(_("a shell is open in the other pane"));
	}
	/* No room for another pane, for example: opens the shell on this terminal. */
	subshell->no_pane = true;
	r = open_here(subshell, &subshell->place, welcome);
	forget_pane(subshell);
	return r < 0 ? xasprintf(_("no shell could be started: %s"), strerror(-r)) : NULL;
}

/* man(1), the only such program so far, prints errors on a screen that is gone now. */
static char *program_message(const struct shell_result *result)
{
	if (result->error == ENOENT || result->error == ENOTDIR)
		return xasprintf(_("%s is not installed: the package man-db has it, and manpages "
		                   "(man-pages) the pages"),
		    result->step);
	if (result->error)
		return xasprintf(_("%s: %s"), result->step, strerror(result->error));
	if (WIFEXITED(result->status) && WEXITSTATUS(result->status) != 0)
		return xstrdup(_("man has no such page: the package manpages (man-pages) has it"));
	return NULL;
}

char *subshell_take(struct subshell *subshell, const char *welcome)
{
	struct shell_result result = {0};
	bool was_program = subshell->program;
	int r;

	if (subshell->pane)
		return take_pane(subshell, welcome);
	if (!subshell->shell)
		return NULL;
	r = shell_finish(subshell->shell, &result);
	subshell->shell = NULL;
	subshell->program = false;
	screen_resume();
	if (r < 0)
		return xstrdup(_("the shell was ended from outside"));
	if (was_program)
		return program_message(&result);
	if (result.error == EPERM && strcmp(result.step, "setns(pidfd)") == 0)
		return xstrdup(_("refused: it takes CAP_SYS_ADMIN in the user namespaces that own "
		                 "them, setns(2)"));
	if (result.error == EINVAL && strcmp(result.step, "setns(pidfd)") == 0)
		return xstrdup(
		    _("refused: no PID namespace above nsscope's own can be joined, setns(2)"));
	if (result.error)
		return xasprintf(
		    _("no shell could be started: %s: %s"), result.step, strerror(result.error));
	if (*result.left)
		return xasprintf(
		    _("still running in another PID namespace: %s; kill(1) ends it"), result.left);
	return NULL;
}
