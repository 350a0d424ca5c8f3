/* A call and what came of it, as lines: the same in lessons and in the lab. */
#pragma once

#include "lessons/stage.h"
#include "model/detail.h"

struct call_text {
	const char *actor, *name;
	const char *source;                /* as the lesson writes it */
	const char *c;                     /* as C writes it; NULL where that is no other */
	const struct stage_answer *answer; /* NULL: not made so far */
};

/* The call with its result; the same in C; what its errno means here; the line of /proc that
 * changed. */
void call_text_add(
    struct lines *lines, enum charset charset, size_t cols, const struct call_text *call);
