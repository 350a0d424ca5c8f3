/* The terminal of a shell in other namespaces: a pseudo-terminal of its own, whose other end the helper
 * holds, so that no process in there can read the person's terminal or type into it (TIOCSTI). */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

enum { SHELL_TTY_FDS = 4, SHELL_TTY_BYTES = 8192 };

/* What was read here and is to be written there. */
struct shell_flow {
	int from, to;
	char data[SHELL_TTY_BYTES];
	size_t at, len;
	bool ended;
};

struct shell_tty {
	int master, slave; /* -1 without one */
	int screen;        /* the person's terminal, to be written without waiting */
	struct termios before;
	struct shell_flow in, out;
};

/* Makes one, of the size and with the modes of the terminal that is standard input, and puts that one into raw
 * mode.  Without a terminal there is nothing to guard: then @tty has none.  Returns 0 or -errno. */
int shell_tty_open(struct shell_tty *tty);
/* The slave belongs to the processes in there now. */
void shell_tty_given(struct shell_tty *tty);
/* What is written in there already is shown, and the person's terminal is as it was before. */
void shell_tty_close(struct shell_tty *tty);

/* Makes @slave, unless it is -1, standard input, output and error; in the process that is to join. */
int shell_tty_take(int slave);

/* The person's terminal has another size. */
void shell_tty_resize(const struct shell_tty *tty);
/* Fills @fds, and passes on what they say is there. */
void shell_tty_poll(const struct shell_tty *tty, struct pollfd fds[SHELL_TTY_FDS]);
void shell_tty_relay(struct shell_tty *tty, const struct pollfd fds[SHELL_TTY_FDS]);
