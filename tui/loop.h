/* The event loop: one poll over keyboard, signals, timer and the actors' sockets.
 *
 * A key is answered, and painted, before any more of a sweep is done. */
#pragma once

#include "tui/explorer.h"

/* Runs until the person quits or a signal asks to end.
 * Returns 0, or the signal. */
int loop_run(struct explorer *explorer);
