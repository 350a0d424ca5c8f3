/* A lesson without a screen, and the speaker's notes. */
#pragma once

#include "lessons/script/lesson.h"

struct lesson_plain_options {
	bool asks;   /* wait for answers, and for tasks, on standard input */
	bool solves; /* run the solutions of tasks */
	bool notes;  /* print the speaker notes, too */
	size_t from; /* the step to begin with; 0 for the introduction */
};

struct lesson_plain_result {
	size_t held, failed;  /* checks; calls count only where they failed */
	size_t tasks, solved; /* of the lesson */
	bool playable;        /* else it was only printed */
};

/* Plays a lesson line by line.  Returns EXIT_DONE, EXIT_FAILED where a call, a check or a solution
 * failed, or EXIT_FORBIDDEN where the lesson can't be played here or the stage could not be made.
 * report_finish is the caller's. */
int lesson_plain(const struct lesson *lesson, const struct lesson_plain_options *options,
    struct lesson_plain_result *ret_result);

/* Prints the speaker notes of each step that the same user's explorer shows, until a signal ends
 * nsscope.  Returns the exit status. */
int notes_follow(void);
