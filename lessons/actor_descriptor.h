/* Descriptors that calls of a lesson are given. */
#pragma once

#include "lessons/actor.h"

enum { DESCRIPTOR_WAIT_MS = 2000 }; /* for something to happen; then it is EAGAIN */

/* Tells the descriptor that an argument is.  Returns it, or -1 with EBADF answered for one of the
 * actor's own, by which it is told what to do. */
int descriptor_of(
    const struct actor *actor, const struct call_value *argument, struct stage_answer *answer);

/* The number of the process behind @pidfd in our own PID namespace; 0 where it has none, or none can
 * be told (Linux 5.5). */
int descriptor_inner_pid(int pidfd);

/* Are both of the same process, which still lives? */
bool descriptor_same_process(int pidfd, int other);
