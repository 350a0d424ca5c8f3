/* A shell for the user, opened from the explorer: on this terminal, which it owns until it exits,
 * or in a pane of its own where nsscope runs in tmux.
 *
 * While a shell has the terminal nothing is painted and no key is read.  Everything else continues:
 * the machine is watched, and a task may be done in the shell.
 */
#pragma once

#include "lessons/play/shell.h"

#include <stdbool.h>

struct subshell {
	struct shell *shell; /* on this terminal; NULL: none */
	pid_t pane;          /* the tmux that is to open one; 0: none */
	int pane_fd;         /* its pidfd */
	struct shell_place
	    place;    /* the namespaces for the shell of that pane, with its own pidfd */
	bool no_pane; /* tmux failed, and isn't asked again */
	bool program; /* not a shell, but a program of subshell_open_program */
};

void subshell_init(struct subshell *subshell);
/* Sends SIGHUP to a shell that still runs. */
void subshell_done(struct subshell *subshell);

/* Opens a shell at @place.  @welcome: a line for the terminal that is given away, translated.
 * Returns 0, or -errno: then nothing was opened. */
int subshell_open(struct subshell *subshell, const struct shell_place *place, const char *welcome);

/* Runs @words, ended by NULL, which may go away meanwhile, on this terminal. */
int subshell_open_program(struct subshell *subshell, const char *const *words);

/* Does it have the terminal? */
bool subshell_is_here(const struct subshell *subshell);
/* The process whose descendants are the user's, not helpers of nsscope; 0 for none. */
pid_t subshell_pid(const struct subshell *subshell);
/* Prints @text, sanitized, on the terminal while the shell has it. */
void subshell_print(const struct subshell *subshell, const char *text);

/* The descriptor to poll, or -1. */
int subshell_fd(const struct subshell *subshell);
/* To be called when that is readable.  When a shell is over the screen is taken back.
 * Returns what there is to say, raw and translated, to be freed; NULL for nothing. */
char *subshell_take(struct subshell *subshell, const char *welcome);
