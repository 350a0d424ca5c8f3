/* Plays a lesson line by line, without a screen. */
#pragma once

#include "lessons/lesson.h"
#include "model/text.h"

#include <stdbool.h>

struct lesson_plain_options {
	enum charset charset;
	bool asks; /* wait for an answer to predictions, on standard input */
};

/* Returns EXIT_DONE, EXIT_FAILED where a call or a check failed, or EXIT_FORBIDDEN where the stage
 * could not be made; standard output is not finished. */
int lesson_plain(const struct lesson *lesson, const struct lesson_plain_options *options);
