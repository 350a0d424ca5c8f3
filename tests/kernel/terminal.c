#include "tests/kernel/terminal.h"

#include "tests/kernel/troupe.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SCREEN_BYTES = 65536 };

const struct stage_setup user_stage = {.kind = STAGE_USER};

/* What the terminal was sent so far. */
static struct {
	int keyboard; /* our end */
	char text[SCREEN_BYTES];
	size_t len;
} terminal;

void terminal_open(void)
{
	int screen;

	CHECK(setsid() > 0);
	terminal.keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(terminal.keyboard >= 0);
	CHECK(grantpt(terminal.keyboard) == 0 && unlockpt(terminal.keyboard) == 0);
	screen = open(ptsname(terminal.keyboard), O_RDWR | O_NOCTTY);
	CHECK(screen >= 0);
	CHECK(ioctl(screen, TIOCSCTTY, 0) == 0);
	for (int fd = 0; fd <= 2; fd++)
		CHECK(fd == STDERR_FILENO || dup2(screen, fd) == fd);
	close(screen);
	setenv("SHELL", "/bin/sh", 1);
	setenv("PS1", "", 1);
	signal(SIGHUP, SIG_IGN);
}

void terminal_type(const char *text)
{
	CHECK(write(terminal.keyboard, text, strlen(text)) == (ssize_t)strlen(text));
}

void terminal_resize(unsigned short rows, unsigned short cols)
{
	const struct winsize size = {.ws_row = rows, .ws_col = cols};

	CHECK(ioctl(terminal.keyboard, TIOCSWINSZ, &size) == 0);
}

bool terminal_read(int fd)
{
	struct pollfd fds[] = {
	    {.fd = terminal.keyboard, .events = POLLIN},
	    {.fd = fd, .events = POLLIN},
	};
	ssize_t got;

	CHECK(poll(fds, 2, -1) > 0);
	if (!(fds[0].revents & POLLIN))
		return !fds[1].revents;
	got = read(terminal.keyboard, terminal.text + terminal.len,
	    sizeof(terminal.text) - 1 - terminal.len);
	CHECK(got > 0);
	terminal.len += (size_t)got;
	terminal.text[terminal.len] = '\0';
	return true;
}

const char *terminal_read_mark(const struct shell *shell, const char *mark)
{
	static char line[256];

	for (;;) {
		const char *at = strstr(terminal.text, mark);

		if (at && strchr(at, '\n')) {
			snprintf(line, sizeof(line), "%.*s",
			    (int)strcspn(at + strlen(mark), "\r\n"), at + strlen(mark));
			return line;
		}
		CHECK(terminal_read(shell_fd(shell)));
	}
}

void terminal_forget(void)
{
	terminal.len = 0;
	terminal.text[0] = '\0';
}

struct shell *terminal_start_shell(const struct stage *stage, const char *actor)
{
	const struct shell_place place = {
	    .pidfd = stage ? stage_pidfd(stage, actor) : -1,
	    .pid = stage ? stage_pid(stage, actor) : 0,
	    .give_up_root = stage && stage_gave_up_root(stage),
	};
	struct shell *shell;

	CHECK(!stage || place.pidfd >= 0);
	CHECK(shell_start(&place, &shell) == 0);
	return shell;
}

struct shell_result terminal_finish_shell(struct shell *shell)
{
	struct shell_result result;

	while (terminal_read(shell_fd(shell)))
		;
	CHECK(shell_finish(shell, &result) == 0);
	CHECK(tcgetpgrp(STDIN_FILENO) == getpgrp());
	return result;
}

int terminal_exit_status(const struct shell_result *result)
{
	CHECK(result->error == 0);
	CHECK(WIFEXITED(result->status));
	return WEXITSTATUS(result->status);
}
