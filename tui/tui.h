/* The explorer: opens the screen, runs until the person quits, gives the terminal back.
 *
 * One thread, one poll over keyboard, signals, timer and the actors' sockets.  Only this folder
 * includes curses.  The terminal is restored on every way out, crashes included.
 */
#pragma once

#include "lessons/lesson.h"
#include "model/outline.h"

#include <stdbool.h>

struct tui_options {
	bool ascii;     /* no character past 0x7e, whatever the locale says */
	bool no_colour; /* also told by NO_COLOR */
	bool no_mouse;
	unsigned interval_ms; /* between sweeps; 0: by their cost */
	enum grouping grouping;
	const struct lesson *lesson; /* open this one, NULL for none; borrowed */
};

/* Returns 0, or -errno after a message on standard error: -ENOTTY (no terminal), -EINVAL (TERM is
 * unknown, or too dumb to move the cursor). */
int tui_run(const struct tui_options *options);

/* Looks up the terminal called TERM, without touching it.
 * Returns 0, or -EINVAL: it is unknown, or too dumb to move the cursor.  *@ret_colours: how many it
 * has, -1 for none. */
int tui_terminal(int *ret_colours);
