/* What a check evaluates, a snapshot of the machine during a lesson and the actors of the stage; and its outcome. */
#pragma once

#include "lessons/script/lesson.h"
#include "lessons/stage/variables.h"
#include "model/graph/graph.h"
#include "model/view/rowline.h"

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
	const struct actor_state *actors;
	size_t actor_count;
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

/* A check context that owns its data.  Begins as {0}. */
struct saved_context {
	struct graph *graph; /* a reference; NULL for nothing so far */
	struct actor_state *actors;
	size_t actor_count;
	struct variables variables;
};

/* Takes a reference to @graph and copies the rest.  Of the old content only
 * the actors that are not in @actors any more stay. */
void saved_context_set(struct saved_context *saved, const struct graph *graph,
    const struct actor_ref *actors, size_t actor_count, const struct variables *variables);
/* Makes @to the same as @from. */
void saved_context_copy(struct saved_context *to, const struct saved_context *from);
void saved_context_done(struct saved_context *saved); /* leaves it empty */

/* Borrowed. */
struct check_context saved_context_get(const struct saved_context *saved);

/* --- Outcomes --------------------------------------------------------------------------------- */

/* What became of one call or check; parallel to the lesson's calls and checks. */
enum outcome { OUTCOME_OPEN, OUTCOME_HELD, OUTCOME_FAILED };

struct check_record {
	const struct lesson_check *check;
	enum outcome outcome;
	bool unknown; /* a side is unknown, so it has failed */
	bool
	    elsewhere; /* of a task: it came true of nsscope meanwhile, so in the namespaces it is in */
	char left[128], right[128]; /* what the two sides were: "uts:4026532281", "\"ns1\""; raw */
};

/* Fills @ret_record: a side that can't be read makes the check fail, be it == or !=, and is
 * written as the reason. */
void check_evaluate(const struct lesson_check *check, const struct check_contexts *contexts,
    struct check_record *ret_record);
