/* Does a task in the learner's place: runs the lines of a solution block, as the learner would in
 * another terminal.
 *
 * The lines run for what they are: a shell's, with all that the calling process may do.  So this is
 * for tests, in namespaces of their own, and for --solve.
 *
 * A process between, a subreaper, inherits whatever the lines leave behind, and ends it with
 * SIGKILL: when solver_free is called, and also when the calling process is gone.
 */
#pragma once

#include <sys/types.h>

struct solver;

/* Starts each line of @lines that isn't blank in the background, with /bin/sh, in a session of its
 * own without a terminal, and with the folders of root's programs in PATH.
 * Returns 0 or -errno. */
int solver_new(const char *lines, struct solver **ret_solver);

/* The process between: what descends from it is the solution. */
pid_t solver_pid(const struct solver *solver);

/* Ends all that the lines began, and waits until it is gone. */
void solver_free(struct solver *solver); /* NULL is fine */
