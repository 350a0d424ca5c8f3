/* Signals: those that end, stop or resize, told to the event loop through a pipe; and those of a
 * crash, which give the terminal back and are then raised again with their default action.
 *
 * Processes that are forked from this one keep the handlers but not the ownership: in them every
 * one of these signals does what it does by default.
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

/* Has @signal come since this was last asked? */
bool signals_took(int signal);
/* The first that asks the program to end (TERM, HUP, INT, QUIT), or 0. */
int signals_ending(void);

/* Stops this process as SIGTSTP does by default; returns when it goes on. */
void signals_stop_process(void);
/* Ends this process by @signal, so that its parent can tell. */
void signals_raise(int signal);
