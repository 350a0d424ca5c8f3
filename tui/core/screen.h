/* The terminal, through curses: opened, painted line by line, restored.
 *
 * Only a struct line is painted, so no byte reaches the terminal that line.h has not made safe.
 * curses sends only the cells that changed.
 */
#pragma once

#include "model/base/line.h"
#include "tui/core/palette.h"

#include <stdbool.h>
#include <stdio.h>

/* How a full line is highlighted. */
enum look {
	LOOK_PLAIN,
	LOOK_BAR,      /* headings and the titles of panes that have the focus */
	LOOK_RULE,     /* the titles of panes that have not */
	LOOK_SELECTED, /* the selected row, in the pane that has the focus */
	LOOK_RESTING,  /* the selected row of another pane */
};

/* What was pressed: a key, or something that the mouse did. */
struct press {
	enum { PRESS_KEY, PRESS_CLICK, PRESS_WHEEL } kind;
	int key;  /* see keys.h */
	int y, x; /* of the mouse */
	int step; /* of the wheel: -1 up, 1 down */
};

/* Opens the screen on standard input and output, with the characters of @charset and the colors of @theme.
 * Returns 0, -ENOTTY, or -EINVAL (TERM is unknown, or the terminal can't place its cursor), after
 * a message on standard error. */
int screen_start(enum charset charset, enum theme theme);
/* Restores the terminal; fine when it is not open. */
void screen_stop(void);
/* The same from a signal handler, where only write(2) and tcsetattr(3) are safe. */
void screen_rescue(void);

/* Before the process stops, and after it goes on. */
void screen_suspend(void);
void screen_resume(void);

void screen_size(int *ret_rows, int *ret_cols);
/* Takes up the terminal's new size. */
void screen_resize(void);
/* The next paint sends every cell. */
void screen_redraw(void);

/* Puts the text of @line into the terminal's clipboard; see osc52.h.
 * Returns 0, or -EMSGSIZE where it is too long. */
int screen_copy(const struct line *line);

/* Changes the colors; everything must be painted again. */
void screen_theme(enum theme theme);

void screen_mouse(bool on);

/* Paints @line at (@y, @x), exactly @cols columns: cut where longer, blank behind its end. */
void screen_line(const struct line *line, int y, int x, int cols, enum look look);
void screen_blank(int y, int x, int rows, int cols);
/* Where the cursor is left; visible only where text is typed. */
void screen_cursor(int y, int x, bool visible);
void screen_flush(void);

/* Reads the next key or mouse event.  Returns false when none is waiting. */
bool screen_press(struct press *ret_press);

/* Writes what is on the screen to @out, read back from the cells of curses: nothing else has been made safe.
 * As lines of UTF-8, or of ASCII where the locale is so, without blanks at their ends. */
void screen_write_text(FILE *out);
/* As an SVG image, in the colors of the theme. */
void screen_write_svg(FILE *out);

/* --- Which terminal ------------------------------------------------------------------------------ */

/* Descriptions of terminals that the single file carries with it (make static), for a machine without
 * terminfo.  A program that is installed has none. */
struct terminal_entry {
	const char *term;  /* "xterm-256color" */
	const char *entry; /* as TERMINFO may have it, "b64:…"; ncurses(3x) */
};

extern const struct terminal_entry terminal_entries[]; /* ends with a NULL term */

/* What terminal_find knows. */
struct terminal {
	const char *carried; /* as which newterm(3x) knows it; NULL: as TERM calls it */
	int colors;          /* how many it has; -1: none */
};

/* Looks up the terminal that TERM names: in terminfo, else among those that are carried along.  Does not
 * touch the terminal.  ncurses uses a carried description, by way of TERMINFO, until terminal_forget.
 * Returns 0, -ENODATA (TERM is not set), -ENOENT (nothing describes it), or -EINVAL (it can't place its
 * cursor). */
int terminal_find(struct terminal *ret_terminal);
void terminal_forget(void);
