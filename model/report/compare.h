/* Two processes, compared type by type: do they share the namespace, and what does that mean for
 * these two? */
#pragma once

#include "model/graph/graph.h"

enum sameness {
	SAME,
	DIFFERENT,
	SAMENESS_UNKNOWN, /* a link could not be read */
};

struct comparison {
	enum sameness sameness;
	const struct ns *ns[2]; /* of A and of B; NULL where it could not be read */
	enum read_status read_status[2];
	char *meaning; /* sentences, translated; they speak of A and B, and hold raw names */
};

/* Fills @ret: one for each type.
 * @viewer: the process that the graph was read by, in whose user namespace its user ids are told;
 * NULL where that is not known.
 * A namespace that both have is the same one; where a link could not be read it is not known
 * unless @a and @b are one process. */
void compare_processes(const struct process *a, const struct process *b,
    const struct process *viewer, struct comparison ret[NS_TYPE_COUNT]);
void comparisons_done(struct comparison comparisons[NS_TYPE_COUNT]);

/* The PID that @process has in the PID namespace of @of, from the PIDs at every level: a number; 0
 * where it has none there, so that it can't be seen; -1 where it can't be told. */
pid_t compare_pid_seen(const struct process *process, const struct process *of);
