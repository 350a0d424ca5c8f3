#include "tui/subshell.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/screen.h"
#include "tui/tmux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { LEAVE_MS = 500 };

void guest_init(struct guest *guest)
{
	*guest = (struct guest){.pane_fd = -1, .place.pidfd = -1};
}

bool guest_is_here(const struct guest *guest)
{
	return guest->shell != NULL;
}

pid_t guest_pid(const struct guest *guest)
{
	return guest->shell ? shell_pid(guest->shell) : 0;
}

int guest_fd(const struct guest *guest)
{
	return guest->shell ? shell_fd(guest->shell) : guest->pane_fd;
}

static void forget_pane(struct guest *guest)
{
	guest->pane = 0;
	close_fd(&guest->pane_fd);
	close_fd(&guest->place.pidfd);
}

/* Where a shell in the foreground won't end by itself, its helper sees to that when we are gone. */
void guest_done(struct guest *guest)
{
	struct shell_result result;

	forget_pane(guest);
	if (!guest->shell)
		return;
	shell_hang_up(guest->shell);
	struct pollfd over = {.fd = shell_fd(guest->shell), .events = POLLIN};

	if (poll(&over, 1, LEAVE_MS) > 0)
		shell_finish(guest->shell, &result);
	guest->shell = NULL;
}

/* Who isn't in the foreground is stopped for writing where the terminal says so (tostop), unless
 * that signal is blocked; termios(3).  A terminal that takes nothing must not hold us up. */
void guest_tell(const struct guest *guest, const char *text)
{
	struct pollfd terminal = {.fd = STDOUT_FILENO, .events = POLLOUT};
	sigset_t set, before;

	if (!guest->shell || poll(&terminal, 1, 0) <= 0 || !(terminal.revents & POLLOUT))
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	dprintf(STDOUT_FILENO, "\r\n%s\r\n", text);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static int open_here(struct guest *guest, const struct shell_place *place, const char *welcome)
{
	int r;

	screen_suspend();
	if (welcome)
		dprintf(STDOUT_FILENO, "%s\n", welcome);
	r = shell_start(place, &guest->shell);
	if (r < 0) {
		guest->shell = NULL;
		screen_resume();
	}
	return r;
}

int guest_open(struct guest *guest, const struct shell_place *place, const char *welcome)
{
	char ticket[SHELL_TICKET_BYTES] = "";
	int r;

	if (guest->shell || guest->pane)
		return -EBUSY;
	if (guest->no_pane || !pane_is_there())
		return open_here(guest, place, welcome);
	if (place->pidfd >= 0) {
		r = shell_ticket(place, ticket);
		if (r < 0)
			return r;
	}
	guest->place = *place;
	if (place->pidfd >= 0) {
		/* A shell at -1 would stand right here, where nobody asked for one. */
		guest->place.pidfd = fcntl(place->pidfd, F_DUPFD_CLOEXEC, 0);
		if (guest->place.pidfd < 0)
			return -errno;
	}
	r = pane_open(*ticket ? ticket : NULL, &guest->pane, &guest->pane_fd);
	if (r >= 0)
		return 0;
	forget_pane(guest);
	return open_here(guest, place, welcome);
}

int guest_open_program(struct guest *guest, const char *const *words)
{
	const struct shell_place place = {.pidfd = -1, .program = words};
	int r;

	if (guest->shell || guest->pane)
		return -EBUSY;
	r = open_here(guest, &place, NULL);
	guest->program = r >= 0;
	return r;
}

static char *take_pane(struct guest *guest, const char *welcome)
{
	int status = 0, r;

	while (waitpid(guest->pane, &status, 0) < 0 && errno == EINTR)
		;
	guest->pane = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		forget_pane(guest);
		return xstrdup(_("a shell stands in the other pane"));
	}
	/* No room for another pane, say: then here. */
	guest->no_pane = true;
	r = open_here(guest, &guest->place, welcome);
	forget_pane(guest);
	return r < 0 ? xasprintf(_("no shell could be started: %s"), strerror(-r)) : NULL;
}

/* man(1), the only program that is a guest so far, says what is wrong on a screen that is gone now. */
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

char *guest_take(struct guest *guest, const char *welcome)
{
	struct shell_result result = {0};
	bool was_program = guest->program;
	int r;

	if (guest->pane)
		return take_pane(guest, welcome);
	if (!guest->shell)
		return NULL;
	r = shell_finish(guest->shell, &result);
	guest->shell = NULL;
	guest->program = false;
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
	return NULL;
}
