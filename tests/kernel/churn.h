/* A storm of forks, unshares and exits, in which each process writes down, in memory that it shares
 * with the test, every namespace that it was ever in. */
#pragma once

#include "model/graph/graph.h"
#include "tests/kernel/room.h"

enum { CHURN_LIVE_MAX = 250 }; /* that live at a time */

struct churn {
	pid_t breeders[24];
	int hold; /* closing it ends the storm */
};

/* Has about @per_second forks, unshares and exits a second begin, to go on for @seconds at least.  To be called
 * once, in the room.  Fails the test where that fails. */
void churn_start(struct churn *churn, unsigned per_second, unsigned seconds);
/* Ends all of it and waits until it is gone. */
void churn_end(struct churn *churn);

/* How many forks, unshares and exits there were so far. */
size_t churn_events(void);
/* Is @id, a process of the storm, about to end, as it said? */
bool churn_has_left(const struct process_id *id);
/* Is there no more room to write? */
bool churn_is_full(void);

/* What a comparison found. */
struct churn_verdict {
	size_t links;     /* that were compared */
	size_t strangers; /* the process was never in a namespace with this inode */
	size_t mistaken;  /* it was in one with this inode, but not with this unique id */
	size_t unknown;   /* processes that never told of themselves */
};

/* Compares each living process of @graph, but the room's init and the caller, with what it wrote
 * down; waits for what it is about to write.  Adds to @verdict. */
void churn_compare(const struct graph *graph, struct churn_verdict *verdict);
