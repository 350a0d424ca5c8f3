/* Descriptions of terminals that the single file carries with it (make static), for a machine without
 * terminfo.  A program that is installed has none. */
#pragma once

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
