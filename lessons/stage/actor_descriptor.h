/* Descriptors that calls of a lesson are given. */
#pragma once

#include "lessons/stage/actor.h"

enum { DESCRIPTOR_WAIT_MS = 2000 }; /* for something to happen; then it is EAGAIN */

/* Tells the descriptor that an argument is.  Returns it, or -1 with EBADF answered for one of the
 * actor's own, by which it is told what to do. */
int descriptor_of(
    const struct actor *actor, const struct call_value *argument, struct stage_answer *answer);

/* The number of the process behind @pidfd in our own PID namespace; 0 where it has none, or none can
 * be told (Linux 5.5). */
int descriptor_inner_pid(int pidfd);

/* Is the process behind @pidfd the init of a PID namespace?  @ret_levels: how many PID namespaces it
 * has a number in, from that of PROC_FD inwards.  False where that can't be told. */
bool descriptor_is_init(int pidfd, int *ret_levels);

/* In how many the caller has one.  0 where that can't be told. */
int descriptor_own_levels(void);

/* Are both of the same process, which still lives? */
bool descriptor_same_process(int pidfd, int other);
