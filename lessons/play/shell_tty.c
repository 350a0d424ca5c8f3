#include "lessons/play/shell_tty.h"

#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41) /* 4.13 */
#endif

int shell_tty_open(struct shell_tty *tty)
{
	struct termios raw;
	int r;

	*tty = (struct shell_tty){.master = -1, .slave = -1, .screen = -1};
	tty->in.ended = tty->out.ended = true;
	if (tcgetattr(STDIN_FILENO, &tty->before) < 0)
		return 0;
	tty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (tty->master < 0 || unlockpt(tty->master) < 0)
		goto failed;
	/* By its master, since a path leads to it only where its devpts is mounted. */
	tty->slave = ioctl(tty->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	/* The person's terminal by a description of our own: O_NONBLOCK would be nsscope's, too. */
	tty->screen = open("/proc/self/fd/1", O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (tty->screen < 0)
		tty->screen = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (tty->slave < 0 || tty->screen < 0 || tcsetattr(tty->slave, TCSANOW, &tty->before) < 0)
		goto failed;
	shell_tty_resize(tty);
	raw = tty->before;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		goto failed;
	tty->in = (struct shell_flow){.from = STDIN_FILENO, .to = tty->master};
	tty->out = (struct shell_flow){.from = tty->master, .to = tty->screen};
	return 0;
failed:
	r = -errno;
	close_fd(&tty->master);
	close_fd(&tty->slave);
	close_fd(&tty->screen);
	return r;
}

void shell_tty_given(struct shell_tty *tty)
{
	close_fd(&tty->slave);
}

int shell_tty_take(int slave)
{
	if (slave < 0)
		return 0;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(slave, fd) < 0)
			return -errno;
	return 0;
}

void shell_tty_resize(const struct shell_tty *tty)
{
	struct winsize size;

	if (tty->master >= 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(tty->master, TIOCSWINSZ, &size);
}

/* --- Passing on ------------------------------------------------------------------------------- */

static void poll_flow(const struct shell_flow *flow, struct pollfd fds[2])
{
	bool full = flow->at < flow->len;

	fds[0] = (struct pollfd){.fd = flow->ended || full ? -1 : flow->from, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = full ? flow->to : -1, .events = POLLOUT};
}

static void fill(struct shell_flow *flow)
{
	ssize_t got = read(flow->from, flow->data, sizeof(flow->data));

	flow->at = flow->len = 0;
	if (got > 0)
		flow->len = (size_t)got;
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		flow->ended = true; /* EIO: the other end is closed everywhere; pty(7) */
}

static void pour(struct shell_flow *flow)
{
	ssize_t put = write(flow->to, flow->data + flow->at, flow->len - flow->at);

	if (put > 0)
		flow->at += (size_t)put;
	else if (put < 0 && errno != EAGAIN && errno != EINTR)
		flow->at = flow->len;
}

static void relay_flow(struct shell_flow *flow, const struct pollfd fds[2])
{
	if (fds[1].fd >= 0 && fds[1].revents)
		pour(flow);
	else if (fds[0].fd >= 0 && fds[0].revents)
		fill(flow);
}

void shell_tty_poll(const struct shell_tty *tty, struct pollfd fds[SHELL_TTY_FDS])
{
	poll_flow(&tty->in, fds);
	poll_flow(&tty->out, fds + 2);
}

void shell_tty_relay(struct shell_tty *tty, const struct pollfd fds[SHELL_TTY_FDS])
{
	relay_flow(&tty->in, fds);
	relay_flow(&tty->out, fds + 2);
}

void shell_tty_close(struct shell_tty *tty)
{
	enum { PATIENCE_MS = 500 };
	struct pollfd screen = {.fd = tty->screen, .events = POLLOUT};

	if (tty->master < 0)
		return;
	/* A process that is still writing in there is not waited for: no more than a terminal holds. */
	for (size_t shown = 0; shown < 8 * SHELL_TTY_BYTES;) {
		if (tty->out.at == tty->out.len) {
			if (tty->out.ended)
				break;
			fill(&tty->out);
			if (!tty->out.len)
				break;
		}
		if (poll(&screen, 1, PATIENCE_MS) <= 0)
			break;
		shown += tty->out.len - tty->out.at;
		pour(&tty->out);
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &tty->before);
	close_fd(&tty->master);
	close_fd(&tty->slave);
	close_fd(&tty->screen);
}
