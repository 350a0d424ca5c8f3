/* What a trace (scanner/bpf/trace.h) tells beside the scans: calls as they are made, and processes that
 * came and went between two scans, so that none has seen them. */
#pragma once

#include "model/report/event_report.h"
#include "scanner/bpf/trace.h"

struct tracing;

/* @tell is called for each EVENT_CALL, EVENT_SHORT_LIVED and EVENT_LOST, whose report it borrows.  Returns 0, or -errno with the reason in @ret_why. */
int tracing_new(void (*tell)(void *data, const struct event_report *report), void *data,
    struct tracing **ret_tracing, struct bpf_refusal *ret_why);
void tracing_free(struct tracing *tracing); /* NULL is fine */

/* To be called after each scan, which gave @graph: takes what there is, tells the calls, and who came
 * and went unseen.  What this process and its children do is left out. */
void tracing_swept(struct tracing *tracing, const struct graph *graph);
