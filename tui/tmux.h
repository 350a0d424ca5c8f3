/* Panes of tmux(1), where nsscope runs in one. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Do we run in tmux, and is there a tmux to ask? */
bool pane_is_there(void);

/* Asks tmux for another pane, beside or below this one, with a shell in it: the person's own, or,
 * with a @ticket (lessons/play/shell.h), that of an actor.  Its end is told by @ret_fd, a pidfd that is
 * the caller's to close; then it is to be waited for.
 * Returns 0 or -errno. */
int pane_open(const char *ticket, pid_t *ret_pid, int *ret_fd);
