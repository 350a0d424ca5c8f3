/* Running one line of the shell for an actor (it needs PROC_FD), in a PID namespace that ends with
 * the line. */
#pragma once

enum { COMMAND_NOT_FOUND = 127 }; /* as a shell says it of a command */

#include <stddef.h>

/* Runs /bin/sh -c @line, with nothing open but /dev/null and what it prints to, in a PID namespace
 * below that of the caller's children: whatever it started is killed when it ends, or when the
 * caller does.
 * @text: gets what it printed, errors too, as far as there is room, with a NUL; without the line
 *   feed at the end.  @room: at least 1.
 * @hangup: a socket; when its other end is gone, the line is killed.
 * Returns its exit status, 0 to 255, 128 + N where signal N ended it; -ETIMEDOUT (it took
 * @limit_ms and was killed), -ECANCELED (@hangup), or -errno: -EINVAL where the caller's children
 * would start in a PID namespace that has no process yet, as after unshare(CLONE_NEWPID); -ENOMEM
 * where its init has exited; -EPERM without CAP_SYS_ADMIN. */
int line_run(const char *line, int hangup, int limit_ms, char *text, size_t capacity);
