/* What processes do, call by call: the records of scanner/bpf/events.bpf.c.
 *
 * Unlike the feed (perf_events.h), which tells that somebody changed, this tells what was done: by which call,
 * to which namespaces, and of processes that live for a moment only.  Every system call on the machine
 * passes its tracepoints, so it is for those who ask for it, not for the explorer.  It takes what
 * bpf_look.h takes, is pinned nowhere, and ends with this process. */
#pragma once

#include "scanner/bpf/bpf_why.h"
#include "scanner/bpf/record.h"

#include <stdbool.h>
#include <stdint.h>

struct trace;

/* Returns 0, or -errno with the reason in @ret_why. */
int trace_new(struct trace **ret_trace, struct bpf_refusal *ret_why);
void trace_free(struct trace *trace); /* NULL is fine */

/* To be polled for POLLIN; borrowed. */
int trace_fd(const struct trace *trace);

/* Takes the next record into @ret_event, whose links and name are empty where it has none.  Returns
 * whether there was one. */
bool trace_next(struct trace *trace, struct record_event *ret_event);

/* How many were lost since the last call, because nobody took them in time. */
uint64_t trace_lost(struct trace *trace);
