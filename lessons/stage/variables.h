/* Variables of actors: what their calls gave, by name ("A: open(…) -> fd").
 *
 * One table serves three: the parser, which knows of each variable that there is one, and its kind;
 * the player, which sets it when the call is over; and a check context (check.h), which keeps its
 * value of that snapshot.  An actor that is forked begins with a copy of its parent's variables.  Names are compared
 * as bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	VARIABLES_MAX = 32, /* of an actor */
	VARIABLE_NAME_MAX = 32,
};

struct variable {
	char *actor, *name; /* "A", "fd" */
	bool is_text;
	long number; /* unless is_text */
	char *text;  /* raw; NULL unless is_text */
};

/* Begins as {0}. */
struct variables {
	struct variable *list; /* in the order in which they were first set */
	size_t count, capacity;
};

void variables_done(struct variables *variables); /* leaves it empty */

/* Sets a variable, or makes it.  @text: copied; NULL: it is the number @number.
 * Returns 0 or -E2BIG: the actor has VARIABLES_MAX. */
int variables_set(struct variables *variables, const char *actor, const char *name, long number,
    const char *text);

/* Unsets it; fine where it isn't set. */
void variables_unset(struct variables *variables, const char *actor, const char *name);

/* NULL for none; valid until the next change. */
const struct variable *variables_find(
    const struct variables *variables, const char *actor, const char *name);

/* @child gets what @parent has; what it had itself is forgotten. */
void variables_fork(struct variables *variables, const char *parent, const char *child);

/* Makes @to, {0} or filled, the same as @from. */
void variables_copy(struct variables *to, const struct variables *from);
