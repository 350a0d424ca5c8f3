#include "tests/screen/rig_internal.h"

#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <utmp.h>

#include <cmocka.h>

enum { PIECE_BYTES = 4096 };

static struct rig *open_rigs;

const char *rig_nsscope(void)
{
	const char *path = getenv("NSSCOPE_BIN");

	return path ? path : "build/nsscope";
}

pid_t rig_pid(const struct rig *rig)
{
	return rig->pid;
}

void rig_size(const struct rig *rig, int *ret_rows, int *ret_cols)
{
	*ret_rows = rig->rows;
	*ret_cols = rig->cols;
}

static void print_screen(struct rig *rig)
{
	if (rig->vt)
		fprintf(stderr, "--- the screen, %dx%d ---\n%s---\n", rig->cols, rig->rows,
		    rig_text(rig));
	else
		fprintf(stderr, "--- the output ---\n%s\n---\n", rig->raw ? rig->raw : "");
}

_Noreturn void rig_fail(struct rig *rig, const char *format, ...)
{
	va_list arguments;
	char message[600];

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	print_screen(rig);
	fail_msg("%s", message);
	abort(); /* fail_msg does not return, but does not say so */
}

/* --- Starting --------------------------------------------------------------------------------- */

/* In the child: only what a fresh login would have, so that no test depends on the user that runs it. */
static void set_environment(const struct rig_options *options)
{
	static const char *const kept[] = {
	    "PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE"};
	char *values[array_len(kept)];

	for (size_t i = 0; i < array_len(kept); i++) {
		const char *value = getenv(kept[i]);

		values[i] = value ? xstrdup(value) : NULL;
	}
	clearenv();
	for (size_t i = 0; i < array_len(kept); i++) {
		if (values[i])
			setenv(kept[i], values[i], 1);
	}
	setenv("HOME", "/", 1);
	/* For TERM=linux ncurses would load libgpm, which leaks; there is no console mouse here. */
	setenv("NCURSES_GPM_TERMS", "none", 1);
	setenv("XDG_CONFIG_HOME", "/dev/null/none", 1);
	/* No lessons but the built-in ones, and no memory of other tests. */
	setenv("XDG_DATA_DIRS", "/dev/null/none", 1);
	setenv("XDG_DATA_HOME", "/dev/null/none", 1);
	setenv("XDG_STATE_HOME", "/dev/null/none", 1);
	setenv("LC_ALL", options->locale ? options->locale : "C.UTF-8", 1);
	/* On a Linux console curses loads libgpm, which leaks ten bytes and is unloaded before that
	 * differs from a leak of ours. */
	if (options->term && !strcmp(options->term, "linux"))
		setenv("LSAN_OPTIONS", "detect_leaks=0", 1);
	if (!options->term)
		setenv("TERM", "xterm-256color", 1);
	else if (options->term[0])
		setenv("TERM", options->term, 1);
	for (size_t i = 0; i < RIG_ENV && options->env[i]; i++)
		putenv(xstrdup(options->env[i]));
}

static _Noreturn void run_child(const struct rig_options *options, const char *program, int slave)
{
	const char *argv[RIG_ARGS + 2] = {program};
	sigset_t none;
	struct rlimit no_core = {0};

	for (size_t i = 0; i < RIG_ARGS && options->args[i]; i++)
		argv[i + 1] = options->args[i];
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setrlimit(RLIMIT_CORE, &no_core);
	set_environment(options);
	if (login_tty(slave) < 0)
		_exit(120);
	if (options->uid &&
	    (setgroups(0, NULL) < 0 || setresgid(options->uid, options->uid, options->uid) < 0 ||
	        setresuid(options->uid, options->uid, options->uid) < 0))
		_exit(121);
	/* A shell without job control has what it starts in the background ignore these, and so may this be. */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	execvp(program, (char *const *)argv);
	_exit(127);
}

struct rig *rig_start(const struct rig_options *options)
{
	const char *program = options->program ? options->program : rig_nsscope();
	struct rig *rig = xcalloc(1, sizeof(*rig));
	struct winsize size;
	int slave;

	rig->options = *options;
	rig->rows = options->rows ? options->rows : 24;
	rig->cols = options->cols ? options->cols : 80;
	rig->pidfd = -1;
	size = (struct winsize){
	    .ws_row = (unsigned short)rig->rows, .ws_col = (unsigned short)rig->cols};
	assert_int_equal(openpty(&rig->master, &slave, NULL, NULL, &size), 0);
	rig->next = open_rigs;
	open_rigs = rig;
	fcntl(rig->master, F_SETFD, FD_CLOEXEC);
	fcntl(rig->master, F_SETFL, O_NONBLOCK);
	assert_int_equal(tcgetattr(slave, &rig->before), 0);
	fflush(NULL);
	rig->pid = fork();
	assert_true(rig->pid >= 0);
	if (rig->pid == 0)
		run_child(options, program, slave);
	close(slave);
	rig->pidfd = (int)syscall(SYS_pidfd_open, rig->pid, 0);
	assert_true(rig->pidfd >= 0);
	if (!options->plain_output)
		rig_open_screen(rig);
	return rig;
}

void rig_free(struct rig *rig)
{
	struct rig **at = &open_rigs;

	if (!rig)
		return;
	while (*at != rig)
		at = &(*at)->next;
	*at = rig->next;
	if (rig->pid > 0 && !rig->reaped) {
		kill(rig->pid, SIGKILL);
		waitpid(rig->pid, NULL, 0);
	}
	close(rig->master);
	close_fd(&rig->pidfd);
	rig_close_screen(rig);
	free(rig->raw);
	free(rig->text);
	free(rig);
}

int rig_free_all(void **state)
{
	(void)state;
	while (open_rigs)
		rig_free(open_rigs);
	return 0;
}

/* --- Reading the stream ----------------------------------------------------------------------- */

/* libvterm 0.1.4 takes only the first of several modes, and curses sends two for the mouse. */
static void feed_mouse(struct rig *rig, const char *data, size_t len)
{
	static const char on[] = "\033[?1006;1000h", off[] = "\033[?1006;1000l";

	if (memmem(data, len, on, sizeof(on) - 1))
		vterm_input_write(rig->vt, "\033[?1000h", 8);
	if (memmem(data, len, off, sizeof(off) - 1))
		vterm_input_write(rig->vt, "\033[?1000l", 8);
}

static void perf_events(struct rig *rig, const char *data, size_t len)
{
	char clean[PIECE_BYTES + STREAM_HELD], answer[512];
	size_t clean_len, answer_len;
	const char *problem;

	array_reserve(rig->raw, rig->raw_capacity, rig->raw_len + len + 1);
	memcpy(rig->raw + rig->raw_len, data, len);
	rig->raw_len += len;
	rig->raw[rig->raw_len] = '\0';
	if (!rig->vt)
		return;
	problem = stream_take(&rig->stream, data, len, clean, &clean_len);
	if (problem)
		rig_fail(rig, "%s", problem);
	vterm_input_write(rig->vt, clean, clean_len);
	feed_mouse(rig, clean, clean_len);
	while ((answer_len = vterm_output_read(rig->vt, answer, sizeof(answer))) > 0) {
		if (write(rig->master, answer, answer_len) < 0 && errno != EIO)
			rig_fail(rig, "answering the program: %s", strerror(errno));
	}
}

bool rig_pump(struct rig *rig, int timeout_ms)
{
	struct pollfd fd = {.fd = rig->master, .events = POLLIN};
	char data[PIECE_BYTES];

	if (rig->ended)
		return false;
	if (poll(&fd, 1, timeout_ms) < 0 && errno != EINTR)
		rig_fail(rig, "poll: %s", strerror(errno));
	for (;;) {
		ssize_t len = read(rig->master, data, sizeof(data));

		if (len > 0) {
			perf_events(rig, data, (size_t)len);
			continue;
		}
		/* EIO: no process has the other side open any more.  pty(7) */
		if (len == 0 || errno == EIO)
			rig->ended = true;
		else if (errno != EAGAIN && errno != EINTR)
			rig_fail(rig, "reading the terminal: %s", strerror(errno));
		return !rig->ended;
	}
}

/* --- Acting ----------------------------------------------------------------------------------- */

void rig_send(struct rig *rig, const char *bytes)
{
	size_t len = strlen(bytes);

	for (size_t at = 0; at < len;) {
		ssize_t n = write(rig->master, bytes + at, len - at);

		if (n > 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			rig_pump(rig, 100); /* its input is full: let it read and paint */
		else
			rig_fail(rig, "typing: %s", strerror(errno));
	}
}

/* Sends what the emulated keyboard has typed. */
static void send_typed(struct rig *rig)
{
	char typed[64];
	size_t len;

	while ((len = vterm_output_read(rig->vt, typed, sizeof(typed) - 1)) > 0) {
		typed[len] = '\0';
		rig_send(rig, typed);
	}
}

void rig_type(struct rig *rig, const char *text)
{
	rig_send(rig, text);
}

void rig_key_mod(struct rig *rig, VTermKey key, VTermModifier modifier)
{
	vterm_keyboard_key(rig->vt, key, modifier);
	send_typed(rig);
}

void rig_key(struct rig *rig, VTermKey key)
{
	rig_key_mod(rig, key, VTERM_MOD_NONE);
}

void rig_click(struct rig *rig, int row, int col)
{
	vterm_mouse_move(rig->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(rig->vt, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(rig->vt, 1, false, VTERM_MOD_NONE);
	send_typed(rig);
}

void rig_wheel(struct rig *rig, int row, int col, int step)
{
	vterm_mouse_move(rig->vt, row, col, VTERM_MOD_NONE);
	vterm_mouse_button(rig->vt, step < 0 ? 4 : 5, true, VTERM_MOD_NONE);
	send_typed(rig);
}

void rig_signal(struct rig *rig, int signal)
{
	assert_int_equal(kill(rig->pid, signal), 0);
}

void rig_resize(struct rig *rig, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	rig_pump(rig, 0);
	rig_close_screen(rig);
	rig->rows = rows;
	rig->cols = cols;
	rig_open_screen(rig);
	assert_int_equal(ioctl(rig->master, TIOCSWINSZ, &size), 0);
}
