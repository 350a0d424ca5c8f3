/* What the terms of a check are worth, and whether it holds. */
#pragma once

#include "lessons/player.h"

/* The machine at one moment of a lesson, and who was on the stage then. */
struct sight {
	const struct graph *graph; /* NULL: there was no such moment */
	const struct cast_member *cast;
	size_t cast_count;
};

struct sights {
	struct sight now;
	struct sight start;  /* when the stage was made */
	struct sight before; /* before the last do block */
	pid_t me;            /* nsscope's own pid */
};

/* Fills @ret_record: a side that can't be read makes the check fail, be it == or !=, and is
 * written as the reason. */
void check_evaluate(
    const struct lesson_check *check, const struct sights *sights, struct check_record *ret_record);
