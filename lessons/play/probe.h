/* Trying what may be done here, without a trace. */
#pragma once

#include "lessons/script/lesson.h"

#include <stdint.h>

/* Makes namespaces of the types @flags (CLONE_NEW…) in a child process that does nothing else and
 * ends; the kernel ends them with it.  unshare(2)
 * Returns 0, -errno of unshare, -ECANCELED where the call killed the child (a seccomp filter), or
 * -errno of fork. */
int probe_unshare(uint64_t flags);

/* What was tried. */
struct probe_finding {
	const char *what; /* "uts", "sethostname", "mount proc", "stage" */
	char *why, *cure; /* translated, to be freed; NULL where it works, or nothing helps */
};

/* Tries what @lesson is going to do, on a stage of the same kind, with actors of its own: to make each
 * type that the lesson is about, each of its calls that may be refused, and those that the lesson
 * expects to be refused where something here can let them through; to read what it reads.  Calls @found for each type, and for each call that does not work,
 * in order.  Nothing of the lesson itself is
 * run. */
void probe_lesson(const struct lesson *lesson,
    void (*found)(void *data, const struct probe_finding *finding), void *data);
