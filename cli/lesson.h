/* A lesson without a screen, and the speaker's notes. */
#pragma once

#include "lessons/script/lesson.h"

/* As on the command line. */
struct lesson_options {
	bool plain, yes, solve, notes, trust, present;
	unsigned long auto_s, from;
	bool has_from;
	const char *lessons; /* the folder to look in first, NULL for none */
};

struct lesson_result {
	size_t held, failed;  /* checks; calls count only where they failed */
	size_t tasks, solved; /* of the lesson */
	bool playable;        /* else it was only printed */
};

/* Plays a lesson line by line.  Returns EXIT_DONE, EXIT_FAILED where a call, a check or a solution
 * failed, or EXIT_FORBIDDEN where the lesson can't be played here or the stage could not be made.
 * report_finish is the caller's. */
int lesson_plain(const struct lesson *lesson, const struct lesson_options *options,
    struct lesson_result *ret_result);

/* Prints the speaker notes of each step that the same user's explorer shows, until a signal ends
 * nsscope.  Returns the exit status. */
int notes_follow(void);
