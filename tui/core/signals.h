/* Signals: those that end, stop or resize reach the event loop through a pipe.  Those of a crash
 * restore the terminal and are raised again with their default action.
 *
 * Forked children inherit the handlers but not the ownership: in them each of these signals has its
 * default action.
 */
#pragma once

#include <stdbool.h>

/* Sets the handlers.  Returns 0 or -errno. */
int signals_start(void);
/* Puts back what was there before. */
void signals_stop(void);

/* Readable when a signal has come. */
int signals_fd(void);
/* Empties the pipe. */
void signals_drain(void);

/* Has @signal arrived since the last call? */
bool signals_took(int signal);
/* The first that asks the program to end (TERM, HUP, INT, QUIT), or 0. */
int signals_ending(void);

/* Stops this process as SIGTSTP does by default; returns when it goes on. */
void signals_stop_process(void);
/* Ends this process by @signal, so that its parent sees that in wait(2). */
void signals_raise(int signal);
