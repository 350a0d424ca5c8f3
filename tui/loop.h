/* The event loop: one poll(2) over keyboard, signals, timer and the actors' sockets.
 *
 * A key is answered, and painted, before the scan continues.  Where keys never stop, as with a key
 * held down on a busy machine, the scan still gets one turn in eight.
 */
#pragma once

#include "tui/explorer.h"

#include <poll.h>

/* Runs until the user quits or a signal asks to end.
 * Returns 0, or the signal. */
int loop_run(struct explorer *explorer);

/* Does a turn that has answered keys end here? @in_row: the number of such turns in a row, kept
 * here, from 0; @answered: this turn has. */
bool loop_turn_is_over(unsigned *in_row, bool answered);

/* poll(2) that does not spin on errors that waiting can't change.  A descriptor that is not open is
 * removed from @fds, except the first.  Where so many can't be polled, only the first @needed are,
 * for a short time.  Nothing is ready where it fails. */
void loop_poll(struct pollfd *fds, size_t count, size_t needed, int timeout_ms);
