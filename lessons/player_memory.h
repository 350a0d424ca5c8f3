/* A sight (player_check.h) that owns what it shows. */
#pragma once

#include "lessons/player_check.h"

struct memory {
	struct graph *graph; /* a reference; NULL for nothing so far */
	struct cast_member *cast;
	size_t cast_count;
};

/* Takes a reference to @graph and copies the cast; what was remembered before is forgotten. */
void memory_set(struct memory *memory, const struct graph *graph, const struct cast_member *cast,
    size_t cast_count);
void memory_done(struct memory *memory); /* leaves it empty */

/* Borrowed. */
struct sight memory_sight(const struct memory *memory);
