/* A source asks the kernel what there is and fills a graph builder.
 *
 * Two sources on one machine must give equal graphs; "proc" (proc_source.c) is the first.  A
 * source works in slices: source_step looks at the clock often enough that a slice is never much
 * longer than asked for.
 */
#pragma once

#include "model/graph.h"

#include <stdint.h>

/* A uts namespace of this sweep, and a process through which it can be reached. */
struct uts_member {
	struct ns *ns; /* of the builder */
	pid_t pid;     /* as in /proc */
};

/* What one sweep fills. */
struct sweep {
	struct graph_builder *builder; /* owned by the scan */
	struct uts_member *uts;        /* each uts namespace once; kept from sweep to sweep */
	size_t uts_count, uts_room;
};

struct source;

struct source_ops {
	const char *name;
	/* Returns 0, -ENOENT (what it reads is not there), or another -errno. */
	int (*open)(struct source **ret_source);
	void (*close)(struct source *source);
	/* Begins a sweep into @sweep, borrowed until the sweep is done or another one begins.
	 * Returns 0 or -errno. */
	int (*begin)(struct source *source, struct sweep *sweep);
	/* Works until clock_us() (clock.h) passes @until_us.
	 * Returns 1 when the sweep is done, 0 when there is more, or -errno. */
	int (*step)(struct source *source, uint64_t until_us);
};

extern const struct source_ops proc_source;
