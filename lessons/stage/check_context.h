/* What a check looks at: the machine at one moment of a lesson, and who was on the stage. */
#pragma once

#include "lessons/stage/variables.h"
#include "model/graph/graph.h"

/* Somebody who is or was on the stage.  Who has left it stays in the list: a zombie is still to be
 * seen, and that somebody is gone can be asked only by name. */
struct actor_state {
	const char *name;     /* "A" */
	struct process_id id; /* start_ticks 0: no graph had it so far */
	/* Where each of its links led when that could last be read. */
	struct ns_id last[NS_LINK_COUNT];
	bool known[NS_LINK_COUNT];
};

struct check_context {
	const struct graph *graph; /* NULL: there was no such moment */
	const struct actor_state *people;
	size_t people_count;
	const struct variables *variables; /* what they were then; NULL for none */
};

enum { CHECK_CONTEXT_YOU_MAX = 2 };

struct check_contexts {
	struct check_context now;
	struct check_context start;  /* when the stage was made */
	struct check_context before; /* before the last do block */
	pid_t me;                    /* nsscope's own pid */
	/* Whom "you" and "you2" mean; pid 0: nobody. */
	struct process_id you[CHECK_CONTEXT_YOU_MAX];
};
