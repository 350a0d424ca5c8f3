/* The process that all actors descend from: it starts the first ones, and is the last to go. */
#pragma once

#include "lessons/origin.h"

#include <stdbool.h>

/* Becomes the stage process on @socket, in a process that was just forked with all signals
 * blocked; first says hello, or the step that failed and its errno.  Ends when the other end of
 * @socket is closed, after it killed and reaped all its descendants.
 * @make_userns: moves into a user namespace of its own, with the caller as its root. */
_Noreturn void stage_process_main(int socket, bool make_userns, const struct origin *origin);
