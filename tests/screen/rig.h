/* The screen rig: the real program on a pseudo-terminal, its screen read through libvterm.
 *
 * Nothing here sleeps: what a test wants to see it waits for (rig_wait and friends), in one poll
 * over the terminal and the process, up to a generous deadline (RIG_SECONDS in the environment,
 * 300 by default).  When that passes, the test fails and the screen is printed.
 *
 * libvterm 0.1.4 is an oracle for clean output only (some bytes make it overflow), so the stream
 * is checked before it is fed: bytes that are not valid UTF-8, C1 controls and any escape sequence
 * that curses has no business to send fail the test at once.  The raw stream is kept as well.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <vterm.h>

struct rig;

enum { RIG_ENV = 8, RIG_ARGS = 12 };

struct rig_options {
	int rows, cols;             /* 0: 24 and 80 */
	const char *program;        /* NULL: nsscope, as NSSCOPE_BIN says, else build/nsscope */
	const char *args[RIG_ARGS]; /* behind argv[0]; NULL ends them */
	const char *term;           /* NULL: xterm-256color; "": not set at all */
	const char *locale;         /* LC_ALL; NULL: C.UTF-8 */
	const char *env[RIG_ENV];   /* further NAME=value; NULL ends them */
	uid_t uid;                  /* not 0: run as this user and group, without capabilities */
	bool plain_output;          /* expect no screen: the stream is not checked nor fed */
};

/* Starts the program.  Never NULL: fails the test. */
struct rig *rig_start(const struct rig_options *options);
/* Kills the program when it still runs, reaps it.  NULL is fine. */
void rig_free(struct rig *rig);
/* The same for all rigs that are open: a cmocka teardown, so that a failed test leaves nothing. */
int rig_free_all(void **state);

/* The path of the program under test. */
const char *rig_nsscope(void);
pid_t rig_pid(const struct rig *rig);
void rig_size(const struct rig *rig, int *ret_rows, int *ret_cols);

/* --- Acting ----------------------------------------------------------------------------------- */

/* Types UTF-8 text, as from the keyboard; control characters as they are. */
void rig_type(struct rig *rig, const char *text);
void rig_key(struct rig *rig, VTermKey key);
void rig_key_mod(struct rig *rig, VTermKey key, VTermModifier modifier);
/* Left button pressed and released at a place; wheel: @step -1 up, 1 down. */
void rig_click(struct rig *rig, int row, int col);
void rig_wheel(struct rig *rig, int row, int col, int step);
/* Writes bytes to the terminal's input as they are (sequences of other terminals). */
void rig_send(struct rig *rig, const char *bytes);
void rig_signal(struct rig *rig, int signal);
/* Gives the terminal another size.  The screen is empty afterwards, until the program paints. */
void rig_resize(struct rig *rig, int rows, int cols);
/* Reads what has come and what comes within @timeout_ms; returns false at the end of the stream. */
bool rig_pump(struct rig *rig, int timeout_ms);

/* --- Waiting ---------------------------------------------------------------------------------- */

/* Until @text is somewhere on the screen (in one row). */
void rig_wait(struct rig *rig, const char *text);
void rig_wait_gone(struct rig *rig, const char *text);
/* Until @text is in row @row (negative: from the bottom, -1 the last). */
void rig_wait_row(struct rig *rig, int row, const char *text);
/* Until @holds(rig, data) is true; @what: for the message when it never is. */
void rig_wait_for(
    struct rig *rig, bool (*holds)(struct rig *rig, void *data), void *data, const char *what);
/* Until @text is in the raw stream behind byte @from. */
void rig_wait_raw(struct rig *rig, const char *text, size_t from);
/* Until the program ends and all that it wrote is read.  Returns its wait status. */
int rig_wait_exit(struct rig *rig);

/* --- Reading ---------------------------------------------------------------------------------- */

/* A row as UTF-8, blanks at its end dropped; negative: from the bottom.  Valid until the next call
 * that reads, waits or resizes. */
const char *rig_row(struct rig *rig, int row);
/* All rows, each with a newline; valid as above. */
const char *rig_text(struct rig *rig);
/* The first place of @text, row by row; columns, not bytes. */
bool rig_find(struct rig *rig, const char *text, int *ret_row, int *ret_col);
/* The same, as soon as it is there. */
void rig_wait_find(struct rig *rig, const char *text, int *ret_row, int *ret_col);
/* Is there a row with both texts in it? */
bool rig_has_row(struct rig *rig, const char *text, const char *other);
VTermScreenCell rig_cell(struct rig *rig, int row, int col);
/* The color of a cell as on the screen (reverse taken into account), red << 16 | green << 8 |
 * blue. */
uint32_t rig_foreground(struct rig *rig, int row, int col);
uint32_t rig_background(struct rig *rig, int row, int col);
void rig_cursor(struct rig *rig, int *ret_row, int *ret_col, bool *ret_visible);
bool rig_altscreen(const struct rig *rig);
bool rig_mouse(const struct rig *rig);

/* The raw stream so far; NUL-terminated, but may hold NULs. */
const char *rig_raw(const struct rig *rig, size_t *ret_len);

/* Fails the test, after printing the screen, unless the terminal is as it was before the program:
 * the normal screen, cursor shown, mouse off, attributes reset, termios(3) the same. */
void rig_assert_restored(struct rig *rig);
/* … and, where it ended and no shell runs in the terminal, what comes next has a row of its own. */
void rig_assert_left(struct rig *rig);
/* Fails the test with @message, after printing the screen. */
_Noreturn void rig_fail(struct rig *rig, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
