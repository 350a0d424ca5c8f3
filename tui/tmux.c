#include "tui/tmux.h"

#include "lessons/stage/program.h"
#include "model/base/util.h"
#include "tui/core/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
	BESIDE_FROM_COLS = 160,
	LINES_BELOW = 8, /* which leaves room for a tree and a lesson at 24 rows */
	ARGUMENTS_MAX = 16,
};

bool pane_is_there(void)
{
	const char *server = getenv("TMUX");

	return server && *server && getenv("TMUX_PANE") && program_is_there("tmux", getenv("PATH"));
}

/* Its messages would stand in the middle of our screen. */
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

int pane_open(const char *ticket, pid_t *ret_pid, int *ret_fd)
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
