/* An actor: a process that makes one named call at a time and answers what came of it. */
#pragma once

#include "lessons/origin.h"
#include "lessons/wire.h"

struct actor {
	const struct origin *origin; /* what it must not change */
	pid_t seen_pid;              /* its own pid as the caller sees it */
	int passed_fd; /* came with the call: the socket of a new actor; -1 for none */
	bool ends;     /* after this answer, with exit_status */
	int exit_status;
};

/* Becomes the actor @name on @socket, in a process that was just forked, and ends with it. */
_Noreturn void actor_main(int socket, const char *name, const struct origin *origin);
