/* An actor: a process that makes one named call at a time and answers what came of it. */
#pragma once

#include "lessons/stage/origin.h"
#include "lessons/stage/wire.h"

#include <sys/statfs.h>

/* A tmpfs.  Its device number alone is given to another file system once it is gone. */
struct filesystem_identity {
	dev_t device;
	fsid_t id; /* at random, since 5.13; before, 0 */
};

/* What all actors of a stage have in common, in memory that they share. */
struct actor_world {
	struct origin origin; /* what they must not change */
	/* The file systems that were made on this stage. */
	size_t made_count;
	struct filesystem_identity made[64];
};

struct actor {
	char name[ACTOR_NAME_MAX + 1];
	struct actor_world *world;
	pid_t seen_pid; /* its own pid as the caller sees it */
	/* Came with the call: the socket of the new actor, or the pidfd of the one that an argument
	 * names; -1 for none.  Closed after the call. */
	int passed_fd;
	struct actor_thread *thread; /* actor_thread.h; NULL for none */
	bool ends;                   /* after this answer, with exit_status */
	int exit_status;
};

/* Is the effect of a call that reaches @reaches (calls.h) invisible outside what the stage made?
 * False where that is unknown. */
bool actor_confined(const struct actor *actor, unsigned reaches);

/* Becomes the actor @name on @socket, in a process that was just forked, and ends with it.  What is
 * open stays so. */
_Noreturn void actor_main(int socket, const char *name, struct actor_world *world);

/* The same in the program that an actor executed, where it was called with execve: first answers that
 * call with @reply. */
_Noreturn void actor_go_on(struct actor *actor, const struct wire_reply *reply);
