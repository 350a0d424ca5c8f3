/* The helper of a shell: starts it, watches over it, and ends what it left.  See shell.h. */
#pragma once

#include "lessons/play/shell.h"

/* In the helper's process; returns when the shell is over.
 * @leash: a socket; when its other end is gone, the shell is to end.  -1 for none. */
void shell_help(const struct shell_place *place, int leash, struct shell_result *ret_result);

/* Starts the shell as a child of the calling process.
 * @slave: of the terminal that it gets (shell_tty.h); -1: it shares the caller's.
 * @ret_kept: it has a holder, since it is in another PID namespace, and that is the child.  The holder stops
 * when the shell is over and something is left, which the caller is to end: all are descendants of the holder.
 * Then it ends as the shell did.
 * Returns its pid, or -errno with @ret_result's step and error filled. */
pid_t shell_begin(
    const struct shell_place *place, int slave, bool *ret_kept, struct shell_result *ret_result);
