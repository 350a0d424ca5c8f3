#include "tests/bench/explorer.h"
#include "tests/bench/measure.h"

#include "model/util.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <vterm.h>

enum { ROWS = 24, COLS = 80, PATIENCE_MS = 20000, CHUNK = 4096 };

struct terminal {
	pid_t pid;
	int fd;
	VTerm *vterm;
	VTermScreen *screen;
	VTermState *state;
	size_t bytes; /* that came from the program */
};

/* Feeds what the program writes within @wait_ms.  Returns 1 when there was something, 0 when
 * there was not, -1 when the program has ended. */
static int feed(struct terminal *terminal, double wait_ms)
{
	struct pollfd poll_fd = {.fd = terminal->fd, .events = POLLIN};
	char chunk[CHUNK];
	ssize_t len;

	if (poll(&poll_fd, 1, (int)(wait_ms + 0.999)) <= 0)
		return 0;
	len = read(terminal->fd, chunk, sizeof(chunk));
	if (len <= 0)
		return -1;
	terminal->bytes += (size_t)len;
	vterm_input_write(terminal->vterm, chunk, (size_t)len);
	/* Answers to the program's questions. */
	while ((len = (ssize_t)vterm_output_read(terminal->vterm, chunk, sizeof(chunk))) > 0) {
		if (write(terminal->fd, chunk, (size_t)len) < 0)
			return -1;
	}
	return 1;
}

static int open_terminal(struct terminal *terminal, const char *program)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};

	terminal->pid = forkpty(&terminal->fd, NULL, NULL, &size);
	if (terminal->pid < 0) {
		perror("bench: forkpty");
		return -1;
	}
	if (terminal->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	terminal->vterm = vterm_new(ROWS, COLS);
	vterm_set_utf8(terminal->vterm, 1);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	terminal->state = vterm_obtain_state(terminal->vterm);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_reset(terminal->screen, 1);
	return 0;
}

static void close_terminal(struct terminal *terminal)
{
	kill(terminal->pid, SIGTERM);
	close(terminal->fd);
	waitpid(terminal->pid, NULL, 0);
	vterm_free(terminal->vterm);
}

/* The cursor stands on the selected row, so a key that moves the selection is answered when the
 * cursor's row is another. */
static int cursor_row(const struct terminal *terminal)
{
	VTermPos position;

	vterm_state_get_cursorpos(terminal->state, &position);
	return position.row;
}

static bool has_text(const struct terminal *terminal, int row)
{
	char text[COLS * 4];
	VTermRect line = {.start_row = row, .end_row = row + 1, .start_col = 0, .end_col = COLS};

	return vterm_screen_get_text(terminal->screen, text, sizeof(text), line) > 8;
}

/* Lets the program run for @ms. */
static int rest(struct terminal *terminal, double ms)
{
	double until = now_ms() + ms, now;

	while ((now = now_ms()) < until) {
		if (feed(terminal, until - now) < 0)
			return -1;
	}
	return 0;
}

/* Waits until the tree stands: rows down to the middle of the screen, and then nothing new for a
 * moment. */
static int wait_for_tree(struct terminal *terminal)
{
	double until = now_ms() + PATIENCE_MS;

	while (now_ms() < until) {
		int came = feed(terminal, 300);

		if (came < 0)
			return -1;
		if (came == 0 && has_text(terminal, 3) && has_text(terminal, 8))
			return 0;
	}
	return has_text(terminal, 3) ? 0 : -1;
}

/* Presses @key; the milliseconds until the cursor's row changed, or -1. */
static double press(struct terminal *terminal, char key)
{
	int before = cursor_row(terminal);
	double begin = now_ms();

	if (write(terminal->fd, &key, 1) != 1)
		return -1;
	while (now_ms() - begin < PATIENCE_MS) {
		if (feed(terminal, 100) < 0)
			return -1;
		if (cursor_row(terminal) != before)
			return now_ms() - begin;
	}
	return -1;
}

static int measure_keys(struct terminal *terminal, int keys, struct explorer_cost *cost)
{
	autofree double *times = xcalloc((size_t)keys, sizeof(*times));
	uint64_t seed = 88172645463325252;

	for (int i = 0; i < keys; i++) {
		/* Some time between 5 and 150 ms, so that keys come at any phase of a sweep. */
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		if (rest(terminal, 5 + (double)(seed % 1450) / 10) < 0)
			return -1;
		times[i] = press(terminal, i % 2 ? 'k' : 'j');
		if (times[i] < 0)
			return -1;
	}
	sort_times(times, (size_t)keys);
	cost->keys = keys;
	cost->key_p50_ms = times[keys / 2];
	cost->key_p99_ms = times[keys * 99 / 100];
	cost->key_max_ms = times[keys - 1];
	return 0;
}

int explorer_measure(
    const char *program, int keys, int idle_seconds, struct explorer_cost *ret_cost)
{
	struct terminal terminal = {0};
	struct explorer_cost cost = {0};
	double cpu_ms, begin;
	int result = -1;

	if (open_terminal(&terminal, program) < 0)
		return -1;
	if (wait_for_tree(&terminal) < 0) {
		fputs("bench: the explorer shows no tree\n", stderr);
		goto out;
	}
	if (measure_keys(&terminal, keys, &cost) < 0) {
		fputs("bench: a key was not answered\n", stderr);
		goto out;
	}
	cpu_ms = family_cpu_ms(terminal.pid);
	terminal.bytes = 0;
	begin = now_ms();
	if (rest(&terminal, idle_seconds * 1000.0) < 0)
		goto out;
	cost.idle_percent = 100 * (family_cpu_ms(terminal.pid) - cpu_ms) / (now_ms() - begin);
	cost.idle_bytes_second = (double)terminal.bytes / idle_seconds;
	cost.resident_mb = family_resident_mb(terminal.pid);
	*ret_cost = cost;
	result = 0;
out:
	close_terminal(&terminal);
	return result;
}
