/* Can a lesson be played here?  Looked at before it begins, and by nsscope doctor: the kernel's version,
 * the programs that its shell lines need, and what it is going to do, which is tried without a trace. */
#pragma once

#include "lessons/script/lesson.h"

#include <stdbool.h>
#include <stdint.h>

struct finding {
	char *what; /* "Linux 5.6", "uts", "ip"; holds words of the lesson: sanitise it */
	bool ok;
	char *why;  /* translated; NULL where all is well */
	char *cure; /* what may help, translated; NULL for nothing */
};

struct preflight {
	struct finding *findings;
	size_t count;
	bool playable; /* all is well */
};

/* Begins and ends a stage.  @ret_preflight: to be ended with preflight_done. */
void lesson_preflight(const struct lesson *lesson, struct preflight *ret_preflight);
void preflight_done(struct preflight *preflight); /* leaves it empty; fine when it is */

/* Makes namespaces of the types @flags (CLONE_NEW…) in a child process that does nothing else and
 * ends; the kernel ends them with it.  unshare(2)
 * Returns 0, -errno of unshare, -ECANCELED where the call killed the child (a seccomp filter), or
 * -errno of fork. */
int probe_unshare(uint64_t flags);
