/* What a trace (scanner/trace.h) tells beside the sweeps: calls as they are made, and processes that
 * came and went between two sweeps, so that none has seen them. */
#pragma once

#include "model/line.h"
#include "model/graph.h"
#include "scanner/trace.h"

#include <jansson.h>

enum told_kind {
	TOLD_CALL,  /* clone, unshare, setns or sethostname */
	TOLD_LIVED, /* from fork to exit */
	TOLD_LOST,  /* records; the next sweep shows what they led to */
};

struct told {
	enum told_kind kind;
	uint64_t at_ms;            /* wall clock, since 1970 */
	struct record_event event; /* TOLD_CALL; TOLD_LIVED: the exit */
	pid_t parent;              /* TOLD_LIVED; of clone: who called it */
	uint64_t lived_us;         /* TOLD_LIVED */
	uint64_t lost;             /* TOLD_LOST */
};

struct tracing;

/* @tell is called for each that is told.  Returns 0, or -errno with the reason in @ret_why. */
int tracing_new(void (*tell)(void *data, const struct told *told), void *data,
    struct tracing **ret_tracing, struct bpf_refusal *ret_why);
void tracing_free(struct tracing *tracing); /* NULL is fine */

/* To be called after each sweep, which gave @graph: takes what there is, tells the calls, and who came
 * and went unseen.  What this process and its children do is left out. */
void tracing_swept(struct tracing *tracing, const struct graph *graph);

/* For people, and for programs (a new reference; the keys are those of event_json). */
void told_line(const struct told *told, struct line *line);
json_t *told_json(const struct told *told);
