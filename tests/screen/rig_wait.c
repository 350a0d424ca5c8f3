#include "tests/screen/rig_internal.h"

#include "model/base/util.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static long long deadline_ms(void)
{
	const char *seconds = getenv("RIG_SECONDS");

	return now_ms() + 1000LL * (seconds ? strtol(seconds, NULL, 10) : 300);
}

void rig_wait_for(
    struct rig *rig, bool (*holds)(struct rig *rig, void *data), void *data, const char *what)
{
	long long deadline = deadline_ms();

	while (!holds(rig, data)) {
		long long left = deadline - now_ms();

		if (left <= 0)
			rig_fail(rig, "waited too long for: %s", what);
		if (!rig_pump(rig, (int)left) && !holds(rig, data))
			rig_fail(rig, "the program ended before: %s", what);
	}
}

struct wanted {
	const char *text;
	int row;
	size_t from;
};

static bool is_there(struct rig *rig, void *data)
{
	const struct wanted *wanted = data;

	return strstr(rig_text(rig), wanted->text) != NULL;
}

static bool is_gone(struct rig *rig, void *data)
{
	return !is_there(rig, data);
}

static bool is_in_row(struct rig *rig, void *data)
{
	const struct wanted *wanted = data;

	return strstr(rig_row(rig, wanted->row), wanted->text) != NULL;
}

static bool is_in_stream(struct rig *rig, void *data)
{
	const struct wanted *wanted = data;

	return rig->raw_len > wanted->from &&
	       memmem(rig->raw + wanted->from, rig->raw_len - wanted->from, wanted->text,
	           strlen(wanted->text));
}

void rig_wait(struct rig *rig, const char *text)
{
	struct wanted wanted = {.text = text};

	rig_wait_for(rig, is_there, &wanted, text);
}

void rig_wait_find(struct rig *rig, const char *text, int *ret_row, int *ret_col)
{
	rig_wait(rig, text);
	/* Nothing was read since. */
	assert_true(rig_find(rig, text, ret_row, ret_col));
}

void rig_wait_gone(struct rig *rig, const char *text)
{
	struct wanted wanted = {.text = text};
	autofree char *what = xasprintf("no more \"%s\"", text);

	rig_wait_for(rig, is_gone, &wanted, what);
}

void rig_wait_row(struct rig *rig, int row, const char *text)
{
	struct wanted wanted = {.text = text, .row = row};
	autofree char *what = xasprintf("\"%s\" in row %d", text, row);

	rig_wait_for(rig, is_in_row, &wanted, what);
}

void rig_wait_raw(struct rig *rig, const char *text, size_t from)
{
	struct wanted wanted = {.text = text, .from = from};

	rig_wait_for(rig, is_in_stream, &wanted, text);
}

int rig_wait_exit(struct rig *rig)
{
	struct pollfd end = {.fd = rig->pidfd, .events = POLLIN};
	long long deadline = deadline_ms(), left;

	while (rig_pump(rig, (int)(deadline - now_ms()))) {
		if (now_ms() >= deadline)
			rig_fail(rig, "the program, or a process of it, keeps the terminal open");
	}
	if (rig->reaped)
		return rig->status;
	left = deadline - now_ms();
	if (poll(&end, 1, left > 0 ? (int)left : 0) != 1)
		rig_fail(rig, "the program closed its terminal and does not end");
	assert_int_equal(waitpid(rig->pid, &rig->status, 0), rig->pid);
	rig->reaped = true;
	return rig->status;
}

const char *rig_raw(const struct rig *rig, size_t *ret_len)
{
	*ret_len = rig->raw_len;
	return rig->raw ? rig->raw : "";
}

static void print_flags(char *text, size_t room, const struct termios *termios)
{
	snprintf(text, room, "iflag %o oflag %o cflag %o lflag %o", termios->c_iflag,
	    termios->c_oflag, termios->c_cflag, termios->c_lflag);
}

/* The last that was sent, with its escapes made visible. */
static _Noreturn void fail_with_tail(struct rig *rig, const char *what)
{
	enum { TAIL = 200 };
	size_t from = rig->raw_len > TAIL ? rig->raw_len - TAIL : 0, len = 0;
	char tail[2 * TAIL + 1];

	for (size_t i = from; i < rig->raw_len; i++) {
		unsigned char byte = (unsigned char)rig->raw[i];

		if (byte < 0x20)
			tail[len++] = '^';
		tail[len++] = (char)(byte < 0x20 ? byte + '@' : byte);
	}
	tail[len] = '\0';
	rig_fail(rig, "%s, after %s", what, tail);
}

void rig_assert_restored(struct rig *rig)
{
	struct termios after;
	char before_text[100], after_text[100];

	if (rig->altscreen)
		fail_with_tail(rig, "the alternate screen is left on");
	if (!rig_cursor_visible(rig))
		fail_with_tail(rig, "the cursor is left hidden");
	if (rig->mouse != VTERM_PROP_MOUSE_NONE)
		fail_with_tail(rig, "the mouse is left on");
	if (rig_keypad(rig))
		fail_with_tail(rig, "the keypad is left in application mode");
	if (rig->stream.held_len)
		fail_with_tail(rig, "a sequence is left half written");
	assert_int_equal(tcgetattr(rig->master, &after), 0);
	print_flags(before_text, sizeof(before_text), &rig->before);
	print_flags(after_text, sizeof(after_text), &after);
	if (strcmp(before_text, after_text) != 0 ||
	    memcmp(rig->before.c_cc, after.c_cc, sizeof(after.c_cc)) != 0)
		rig_fail(rig, "termios before: %s, after: %s", before_text, after_text);
}

void rig_assert_left(struct rig *rig)
{
	int row, col;
	bool visible;

	rig_assert_restored(rig);
	rig_cursor(rig, &row, &col, &visible);
	if (col != 0 || *rig_row(rig, row))
		rig_fail(rig, "what is printed next overwrites \"%s\"", rig_row(rig, row));
}
