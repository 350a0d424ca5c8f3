/* Descriptions of terminals that the single file carries with it (make static), for a machine without
 * terminfo.  A program that is installed has none. */
#pragma once

struct terminal_entry {
	const char *term;  /* "xterm-256color" */
	const char *entry; /* as TERMINFO may have it, "b64:…"; ncurses(3x) */
};

extern const struct terminal_entry terminal_entries[]; /* ends with a NULL term */

/* Has ncurses use the description of @term that is carried along, by way of TERMINFO, until
 * terminals_forget.  Returns the name that the description goes by, for setupterm(3x) and newterm(3x);
 * NULL where there is none. */
const char *terminals_use(const char *term);
void terminals_forget(void);
