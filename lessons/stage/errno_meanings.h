/* What an errno means where a certain call gave it: one table. */
#pragma once

#include "lessons/stage/stage.h"

/* @source: the call as written, for those that mean something else of another file; NULL: not known.
 * Translated; NULL where nothing more is to be said than strerror(3) does. */
const char *errno_meaning(const char *call, const char *source, int error);

/* Did @call fail because a limit of this process, its user or its cgroup is reached?  Then the kernel is as
 * it should be. */
bool errno_is_limit(const char *call, int error);

/* The same of what a call came to; NULL, too, where it went well or was not made. */
const char *errno_meaning_of_answer(
    const char *call, const char *source, const struct stage_answer *answer);
