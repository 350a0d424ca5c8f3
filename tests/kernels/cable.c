/* cable NEAR FAR PROGRAM…: runs PROGRAM on the serial line FAR, whose other end is NEAR, and is itself the terminal at
 * NEAR: what comes there goes to standard output, what is typed on standard input goes there.  So a test that knows
 * pseudo-terminals sees a program on a serial line.
 *
 * Ends with PROGRAM's status; with 125 where PROGRAM left the line in another mode than it found it in. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Written behind all that PROGRAM wrote; no program for a terminal writes it. */
static const char end_of_output = '\001';

static bool same_mode(const struct termios *one, const struct termios *other)
{
	return one->c_iflag == other->c_iflag && one->c_oflag == other->c_oflag &&
	       one->c_cflag == other->c_cflag && one->c_lflag == other->c_lflag &&
	       memcmp(one->c_cc, other->c_cc, sizeof(one->c_cc)) == 0;
}

/* Opens a serial line that waits for no modem; raw: passes all bytes as they are. */
static int open_line(const char *path, bool raw, struct termios *ret_mode)
{
	int line = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	struct termios mode;

	if (line < 0 || tcgetattr(line, &mode) < 0) {
		perror(path);
		_exit(126);
	}
	if (raw)
		cfmakeraw(&mode);
	mode.c_cflag = (mode.c_cflag & ~(tcflag_t)HUPCL) | CLOCAL | CREAD;
	cfsetspeed(&mode, B115200);
	if (tcsetattr(line, TCSANOW, &mode) < 0 || tcgetattr(line, ret_mode) < 0 ||
	    fcntl(line, F_SETFL, fcntl(line, F_GETFL) & ~O_NONBLOCK) < 0) {
		perror(path);
		_exit(126);
	}
	return line;
}

/* The session on the far end: stays when PROGRAM ends, since the line hangs up with its session's leader. */
static _Noreturn void be_far_end(const char *path, char **program)
{
	const struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios before, after;
	int line, status = 0;
	pid_t child;

	setsid();
	line = open_line(path, false, &before);
	ioctl(line, TIOCSCTTY, 0);
	ioctl(line, TIOCSWINSZ, &size);
	child = fork();
	if (child == 0) {
		dup2(line, STDIN_FILENO);
		dup2(line, STDOUT_FILENO);
		dup2(line, STDERR_FILENO);
		close(line);
		execvp(program[0], program);
		_exit(127);
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	waitpid(child, &status, 0);
	tcgetattr(line, &after);
	if (write(line, &end_of_output, 1) != 1 || tcdrain(line) < 0)
		_exit(126);
	if (!same_mode(&before, &after))
		_exit(125);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Returns when the end of the output has come. */
static void carry(int line)
{
	struct pollfd polled[] = {
	    {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = line, .events = POLLIN}};
	char bytes[256];

	while (poll(polled, 2, -1) >= 0) {
		ssize_t length;

		if (polled[0].revents) {
			length = read(STDIN_FILENO, bytes, sizeof(bytes));
			if (length <= 0 || write(line, bytes, (size_t)length) != length)
				polled[0].fd = -1;
		}
		if (polled[1].revents) {
			length = read(line, bytes, sizeof(bytes));
			if (length <= 0)
				return;
			const char *end = memchr(bytes, end_of_output, (size_t)length);
			size_t wanted = end ? (size_t)(end - bytes) : (size_t)length;

			if (wanted > 0 && write(STDOUT_FILENO, bytes, wanted) < 0)
				return;
			if (end)
				return;
		}
	}
}

int main(int argc, char **argv)
{
	struct termios here, raw, near_mode;
	int near, status = 0;
	pid_t far;

	if (argc < 4 || tcgetattr(STDIN_FILENO, &here) < 0) {
		fprintf(stderr, "cable NEAR FAR PROGRAM..., on a terminal\n");
		return 126;
	}
	near = open_line(argv[1], true, &near_mode);
	tcflush(near, TCIOFLUSH);
	raw = here;
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	far = fork();
	if (far == 0) {
		close(near);
		be_far_end(argv[2], argv + 3);
	}
	carry(near);
	waitpid(far, &status, 0);
	tcsetattr(STDIN_FILENO, TCSANOW, &here);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
