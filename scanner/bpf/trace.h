/* The events of scanner/bpf/events.bpf.c: what processes do, call by call.
 *
 * perf_events.h reports that a process has changed; this reports the call, the namespaces, and short-lived
 * processes, too.  Every system call on the system passes its tracepoints, so it runs only on request, not for
 * the explorer.  It needs the same as bpf_look.h, is pinned nowhere, and ends with this process. */
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

/* Takes the next record.  Its links and name are empty when it has none.  Returns whether there was one. */
bool trace_next(struct trace *trace, struct record_event *ret_event);

/* The number of records lost since the last call, because they were not taken in time. */
uint64_t trace_lost(struct trace *trace);
