/* The process that all actors descend from: it starts the first ones, and exits last. */
#pragma once

#include "lessons/stage/origin.h"
#include "lessons/stage/stage_setup.h"

#include <stdbool.h>

/* What it does before anything else (stage_ground.h). */
struct stage_plan {
	struct stage_setup setup;
	bool give_up_root, make_userns;
};

/* Becomes the stage process on @socket, in a process that was just forked with all signals
 * blocked; first carries out @plan and says hello, or the step that failed and its errno.  Ends when the other end of
 * @socket is closed, after it killed and reaped all its descendants.
 */
_Noreturn void stage_process_main(
    int socket, const struct stage_plan *plan, const struct origin *origin);
