/* A lesson with a mistake in it: a call is left out, or made or expected otherwise. */
#pragma once

#include "lessons/script/lesson.h"

enum mutated {
	MUTATED,
	NOT_MUTATED, /* this can't be made of the call, or need not be noticed */
	NO_SUCH_WAY,
	NO_SUCH_CALL,
};

/* The ways to spoil a call: leave it out, expect something else, or change an argument, the first,
 * the second… */
enum { MUTATE_LEAVE_OUT, MUTATE_EXPECTATION, MUTATE_ARGUMENT };

/* @call: counted through the lesson, from 0.
 * @ret_step: the step that the call stands in; for the human reader of a failed test, @ret_line. */
enum mutated lesson_mutate(
    struct lesson *lesson, size_t call, size_t way, size_t *ret_step, int *ret_line);
