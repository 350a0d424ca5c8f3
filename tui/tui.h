/* The explorer: opens the screen, runs until the user quits, gives the terminal back.
 *
 * One thread, one poll over keyboard, signals, timer and the actors' sockets.  Only this folder
 * includes curses.  The terminal is restored on every way out, crashes included.
 */
#pragma once

#include "lessons/script/lesson.h"
#include "model/record/history_log.h"
#include "model/view/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct tui_options {
	bool ascii;    /* no character past 0x7e, whatever the locale says */
	bool no_color; /* also set by NO_COLOR */
	struct settings settings;
	const char *said; /* what was wrong in their file, NULL for nothing; borrowed */
	/* Speaks another language from now on: "en", "zh" or "auto". */
	void (*speak)(const char *language);
	const struct lesson *lesson; /* open this one, NULL for none; borrowed */
	const char *lessons; /* a folder of lessons, see library.h; NULL for none; borrowed */
	size_t from;         /* the step of @lesson to begin with */
	bool resume;         /* … else the saved step */
	bool present;        /* begin in presenter mode */
	unsigned auto_s;     /* let @lesson go on by itself every so many seconds; 0: not */
	bool lab;            /* open the lab */
	bool tour;           /* begin with the tour (tour.h) */
	bool notes;          /* show what is for the speaker, too */
	struct history_log *recording; /* show this, not the machine; NULL for none; borrowed */
	uint64_t recording_at;         /* the first snapshot to show, 0 for the first one */
};

/* Returns 0, or -errno after a message on standard error: -ENOTTY (no terminal), -EINVAL (TERM is
 * unknown, or too dumb to move the cursor). */
int tui_run(const struct tui_options *options);

/* Looks up the terminal called TERM as tui_run does, without touching it.
 * Returns 0, or what terminal_find gives below 0 (screen.h).  *@ret_colors: how many it has, -1 for
 * none. */
int tui_terminal(int *ret_colors);
