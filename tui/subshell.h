/* A shell for the person, opened from the explorer: on this terminal, which is given away until the
 * shell is over, or in a pane of its own where nsscope runs in tmux.
 *
 * While a guest has the terminal nothing is painted and no key is read, but all else goes on: the
 * machine is watched, and a task may be done in there. */
#pragma once

#include "lessons/play/shell.h"

#include <stdbool.h>

struct subshell {
	struct shell *shell; /* on this terminal; NULL: none */
	pid_t pane;          /* the tmux that is to open one; 0: none */
	int pane_fd;         /* its pidfd */
	struct shell_place
	    place;    /* where the shell of that pane shall stand, with a pidfd of its own */
	bool no_pane; /* tmux could not do it, and isn't asked again */
	bool program; /* it is no shell, but what subshell_open_program took */
};

void subshell_init(struct subshell *subshell);
/* Hangs up on a shell that still runs. */
void subshell_done(struct subshell *subshell);

/* Opens a shell at @place.  @welcome: a line for the terminal that is given away, translated.
 * Returns 0, or -errno: then nothing was opened. */
int subshell_open(struct subshell *subshell, const struct shell_place *place, const char *welcome);

/* Runs @words, ended by NULL, which may go away meanwhile, on this terminal. */
int subshell_open_program(struct subshell *subshell, const char *const *words);

/* Has it the terminal? */
bool subshell_is_here(const struct subshell *subshell);
/* Whose descendants are the person's and not helpers of this process; 0 for nobody. */
pid_t subshell_pid(const struct subshell *subshell);
/* Tells the person something in the terminal that was given away.  @text: sanitised. */
void subshell_tell(const struct subshell *subshell, const char *text);

/* The descriptor to poll, or -1. */
int subshell_fd(const struct subshell *subshell);
/* To be called when that is readable.  When a shell is over the screen is taken back.
 * Returns what there is to say, raw and translated, to be freed; NULL for nothing. */
char *subshell_take(struct subshell *subshell, const char *welcome);
