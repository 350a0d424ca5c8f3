/* execve(2) of an actor: this program anew, as the same actor, with what it has open. */
#pragma once

#include "lessons/stage/actor.h"

/* The handler of the call; on success it doesn't return, and the new program answers. */
void actor_execute(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer);
