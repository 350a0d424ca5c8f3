/* Starts the shell of shell.h, in a process that joins the namespaces first. */
#pragma once

#include "lessons/play/shell.h"

/* Starts the shell as a child of the calling process, the helper.
 * @slave: of the terminal that it gets; -1: it shares the caller's.
 * @ret_kept: it has a holder, since it is in another PID namespace, and that is the child.  The holder stops
 * when the shell is over and something is left, which the caller is to end: all are descendants of the holder.
 * Then it ends as the shell did.
 * Returns its pid, or -errno with @ret_result's step and error filled. */
pid_t shell_begin(
    const struct shell_place *place, int slave, bool *ret_kept, struct shell_result *ret_result);
