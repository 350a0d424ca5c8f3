/* What a check evaluates: a snapshot of the machine during a lesson, and the actors of the stage. */
#pragma once

#include "lessons/stage/variables.h"
#include "model/graph/graph.h"

/* An actor of the stage, running or exited.  An exited actor stays in the list: its zombie is still
 * visible, and only its name can ask whether it is gone. */
struct actor_state {
	const char *name;     /* "A" */
	struct process_id id; /* start_ticks 0: no graph had it so far */
	/* The target of each of its links when it was last readable. */
	struct ns_id last[NS_LINK_COUNT];
	bool known[NS_LINK_COUNT];
};

struct check_context {
	const struct graph *graph; /* NULL: there is no such snapshot */
	const struct actor_state *people;
	size_t people_count;
	const struct variables *variables; /* their values then; NULL for none */
};

enum { CHECK_CONTEXT_YOU_MAX = 2 };

struct check_contexts {
	struct check_context now;
	struct check_context start;  /* when the stage was made */
	struct check_context before; /* before the last do block */
	pid_t me;                    /* nsscope's own pid */
	/* The processes that "you" and "you2" name; pid 0: none. */
	struct process_id you[CHECK_CONTEXT_YOU_MAX];
};
