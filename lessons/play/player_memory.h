/* A check context (check_context.h) that owns its data. */
#pragma once

#include "lessons/stage/check_context.h"
#include "model/view/rowline.h"

struct memory {
	struct graph *graph; /* a reference; NULL for nothing so far */
	struct actor_state *people;
	size_t people_count;
	struct variables variables;
};

/* Takes a reference to @graph and copies the rest.  Of the old content only
 * the actors that are not in @cast any more stay. */
void memory_set(struct memory *memory, const struct graph *graph, const struct cast_member *cast,
    size_t cast_count, const struct variables *variables);
/* Makes @to the same as @from. */
void memory_copy(struct memory *to, const struct memory *from);
void memory_done(struct memory *memory); /* leaves it empty */

/* Borrowed. */
struct check_context memory_check_context(const struct memory *memory);
