/* Who of all processes has done a task, or comes nearest: the "you" of a turn block's lines.
 *
 * Nobody says who the learner is; whoever makes all lines true is.  Left out are this process, the
 * actors and whatever else descends from this process (helpers); the kernel's threads; and those
 * for whom all lines held already when the task began.
 */
#pragma once

#include "lessons/play/player.h"

struct learner_search {
	const struct lesson_block *block; /* BLOCK_TURN */
	const struct check_contexts *now;
	const struct check_contexts *start; /* its .now is when the task began */
	pid_t pupil;                        /* only what descends from it counts; 0: anybody */
	pid_t subshell; /* what descends from it counts too, whoever its parents are; 0: nobody */
};

/* Returns true when all lines hold for somebody.
 * @ret_learners: those, or the best candidates: for whom most lines hold that tell anything, the
 *   newest of them; nobody where none does better than when the task began.
 * @ret_checks: each line with what its sides are for them; OUTCOME_OPEN where there is nobody. */
bool learner_find(const struct learner_search *search,
    struct learner ret_learners[CHECK_CONTEXT_YOU_MAX], struct check_record *ret_checks);
