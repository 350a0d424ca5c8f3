/* Plays a lesson line by line, without a screen. */
#pragma once

#include "lessons/script/lesson.h"
#include "model/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct lesson_plain_options {
	enum charset charset;
	bool asks;   /* somebody is there: wait for answers, and for tasks, on standard input */
	bool solves; /* run the solutions of tasks */
	bool notes;  /* print what is for the speaker, too */
	size_t from; /* the step to begin with; 0 for the introduction */
};

struct lesson_plain_result {
	size_t held, failed;  /* calls count only when they failed */
	size_t tasks, solved; /* of the lesson */
	bool playable;        /* else it was only read */
};

/* Returns EXIT_DONE, EXIT_FAILED where a call, a check or a solution failed, or EXIT_FORBIDDEN where
 * the lesson can't be played here or the stage could not be made; standard output is not finished.
 */
int lesson_plain(const struct lesson *lesson, const struct lesson_plain_options *options,
    struct lesson_plain_result *ret_result);
