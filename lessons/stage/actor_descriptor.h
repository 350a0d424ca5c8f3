/* Descriptors that calls of a lesson are given. */
#pragma once

#include "lessons/stage/actor.h"

enum { DESCRIPTOR_WAIT_MS = 2000 }; /* for something to happen; then it is EAGAIN */

/* Reads the descriptor that an argument names.  Returns it, or -1 with EBADF answered for one of
 * the actor's own, which carry its orders. */
int descriptor_of(
    const struct actor *actor, const struct call_value *argument, struct stage_answer *answer);

/* The number of the process behind @pidfd in our own PID namespace; 0 where it has none, or none is
 * known (Linux 5.5). */
int descriptor_inner_pid(int pidfd);

/* Is the process behind @pidfd the init of a PID namespace?  @ret_levels: how many PID namespaces it
 * has a number in, from that of PROC_FD inwards.  False where that is unknown. */
bool descriptor_is_init(int pidfd, int *ret_levels);

/* In how many the caller has one.  0 where that is unknown. */
int descriptor_own_levels(void);

/* Are both of the same process, and does it still run? */
bool descriptor_same_process(int pidfd, int other);
