/* What was seen, over time: the changes between two graphs, and the present graph with what ended lately. */
#pragma once

#include "model/graph/graph.h"

/* --- Changes ---
 *
 * What changed between two graphs, as events in the order in which they are told: namespaces born,
 * processes born, threads born, processes and threads moved, names changed, threads died, processes
 * died, namespaces died.
 *
 * Of threads only those are told that are apart from their process (struct thread): one that leaves
 * it has moved, as has one that comes back.  One that was not there before and is apart has been
 * born where it is, by another that had left; and with their process all of them end. */

enum event_kind {
	EVENT_NS_CREATED,
	EVENT_PROCESS_STARTED,
	EVENT_PROCESS_MOVED, /* one of its links points elsewhere now */
	EVENT_THREAD_STARTED,
	EVENT_THREAD_MOVED,
	EVENT_THREAD_EXITED,
	EVENT_HOSTNAME, /* a uts namespace's host name changed */
	EVENT_PROCESS_EXITED,
	EVENT_NS_FREED,

	/* No change, but reported beside them (event_report.h). */
	EVENT_BEGIN,       /* watching began */
	EVENT_CALL,        /* a trace saw clone, unshare, setns or sethostname */
	EVENT_SHORT_LIVED, /* a trace saw a process from fork to exit, and no scan did */
	EVENT_LOST,        /* a trace lost records; the next scan shows what they led to */
};

struct event {
	enum event_kind kind;
	enum ns_link link;         /* EVENT_…_MOVED */
	struct process_id process; /* EVENT_PROCESS_…; EVENT_THREAD_…: whose thread it is */
	pid_t tid;                 /* EVENT_THREAD_…, else 0 */
	struct ns_id ns;           /* EVENT_NS_…, EVENT_HOSTNAME; with _MOVED the new one */
	struct ns_id from;         /* with _MOVED the old one */
};

struct events {
	struct event *items;
	size_t count, capacity;
};

/* Appends to @events what changed from @before to @after.  Dead ones that are carried along are
 * neither born nor die again.  A move is told only where both sides could be read. */
void diff_graphs(const struct graph *before, const struct graph *after, struct events *events);
void events_done(struct events *events);

/* --- History --- */

struct history;

/* @dead_grace_ms: how long the dead stay in the graph, and how long the new count as new. */
struct history *history_new(uint64_t dead_grace_ms);
void history_free(struct history *history);

/* The present graph, borrowed, NULL before the first; valid until the next history_push. */
const struct graph *history_now(const struct history *history);

/* Carries over what died, seals @builder (which must have been made with history_now as the graph
 * before), and makes it the present.
 * @now_ms: never 0, and on a clock that is never set and goes on while the machine is suspended: it is told
 * from the time on the wall how long ago something was.
 * @events: NULL, or where the changes are appended. */
const struct graph *history_push(
    struct history *history, struct graph_builder *builder, uint64_t now_ms, struct events *events);

/* Makes @graph, which holds its dead already (one of the past, or of a recording), the present: it was
 * pushed at @at_ms into a history that lingers as long as this one. */
void history_place(struct history *history, const struct graph *graph, uint64_t at_ms);

/* Is this to be shown as new at @now_ms?  @life: of something in the present graph. */
bool history_is_new(const struct history *history, const struct life *life, uint64_t now_ms);

/* When what is shown changes by the mere passing of time (something stops being new, a dead one
 * leaves): on the clock of @now_ms; 0 for never. */
uint64_t history_next_change_ms(const struct history *history, uint64_t now_ms);

/* The wall clock, in milliseconds since 1970, at @at_ms on the clock of history_push, told
 * from when the present graph was taken; 0 where that is not known. */
uint64_t history_wall_ms(const struct history *history, uint64_t at_ms);
