/* The event loop: one poll over keyboard, signals, timer and the actors' sockets.
 *
 * A key is answered, and painted, before any more of a sweep is done. */
#pragma once

#include "tui/explorer.h"

#include <poll.h>

/* Runs until the person quits or a signal asks to end.
 * Returns 0, or the signal. */
int loop_run(struct explorer *explorer);

/* poll(2) that never returns at once because of what waiting can't change: a descriptor that is not open is taken
 * out of @fds, the first one excepted; where so many can't be polled, the first @needed are, for a moment.
 * Nothing is ready where it fails. */
void loop_poll(struct pollfd *fds, size_t count, size_t needed, int timeout_ms);
