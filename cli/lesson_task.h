/* A task in the plain player: told, hinted at, watched, and done or left undone. */
#pragma once

#include "cli/lesson_print.h"

struct lesson_task {
	const struct render *render;
	struct player *player;
	bool asks;   /* somebody sits at standard input; becomes false at its end */
	bool solves; /* does it in the learner's place */

	/* Private. */
	const struct lesson_block *block; /* the one that was told; NULL for none */
	struct solver *solver;
	int64_t deadline_ms; /* of the solver */
	struct learner_seen {
		struct process_id who[CHECK_CONTEXT_YOU_MAX];
		size_t held;
	} seen; /* as it was told last */
};

/* One turn while PLAYER_WATCHING: tells what is new, takes a line of the learner's, or waits for a
 * moment.  When the player watches still, it wants a graph now.
 * Returns 0 or -errno. */
int lesson_task_step(struct lesson_task *task);

/* To be called when the player does not watch (any more). */
void lesson_task_end(struct lesson_task *task);
