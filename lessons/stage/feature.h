/* What one kernel does and another doesn't: the words of a lesson's when blocks (lesson_parse.c).
 *
 * Each is tried, since distributions carry changes back; where it can't be tried (no namespace may be
 * made), the kernel's version decides. */
#pragma once

#include <stdbool.h>

struct feature {
	const char *word;  /* "exec-enters-time" */
	const char *doc;   /* what such a kernel does */
	const char *since; /* the Linux that is taken for the first, where nothing can be tried */
	/* Returns 1 (it is so), 0 (it is not), or -errno (that is unknown). */
	int (*try_it)(void);
};

extern const struct feature features[]; /* ends with a NULL word */

/* Is it so here?  Tried once, in a child process that makes namespaces of its own. */
bool feature_is_here(const struct feature *feature);
