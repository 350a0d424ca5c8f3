/* The event loop: one poll over keyboard, signals, timer and the actors' sockets.
 *
 * A key is answered, and painted, before any more of a scan is done.  Where there is always another one, as of a key
 * that is held down on a busy machine, the scan has one turn in eight all the same. */
#pragma once

#include "tui/explorer.h"

#include <poll.h>

/* Runs until the person quits or a signal asks to end.
 * Returns 0, or the signal. */
int loop_run(struct explorer *explorer);

/* Is a turn over that has answered keys?  @in_row: of such turns, from 0, counted here; @answered: has this one? */
bool loop_turn_is_over(unsigned *in_row, bool answered);

/* poll(2) that never returns at once because of what waiting can't change: a descriptor that is not open is taken
 * out of @fds, the first one excepted; where so many can't be polled, the first @needed are, for a moment.
 * Nothing is ready where it fails. */
void loop_poll(struct pollfd *fds, size_t count, size_t needed, int timeout_ms);
