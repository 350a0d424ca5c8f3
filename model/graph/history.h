/* The history: the changes between two graphs, and the current graph with what ended lately. */
#pragma once

#include "model/graph/graph.h"

/* --- Changes ---
 *
 * The changes between two graphs are events in this order: namespaces created, processes started,
 * threads started, processes and threads moved, names changed, threads exited, processes exited,
 * namespaces freed.
 *
 * Only diverged threads have events (struct thread): one that diverges has moved, as has one that
 * returns. A diverged thread that did not exist before was started there, by another diverged thread.
 * The exit of a process includes its threads. */

enum event_kind {
	EVENT_NS_CREATED,
	EVENT_PROCESS_STARTED,
	EVENT_PROCESS_MOVED, /* one of its links changed */
	EVENT_THREAD_STARTED,
	EVENT_THREAD_MOVED,
	EVENT_THREAD_EXITED,
	EVENT_HOSTNAME, /* a uts namespace's host name changed */
	EVENT_PROCESS_EXITED,
	EVENT_NS_FREED,

	/* No changes, but reported like them (event_report.h). */
	EVENT_BEGIN,       /* watching began */
	EVENT_CALL,        /* a trace saw clone, unshare, setns or sethostname */
	EVENT_SHORT_LIVED, /* a trace saw a process from fork to exit, between two scans */
	EVENT_LOST,        /* a trace lost records; the next scan shows their results */
};

struct event {
	enum event_kind kind;
	enum ns_link link;         /* EVENT_…_MOVED */
	struct process_id process; /* EVENT_PROCESS_…; EVENT_THREAD_…: its process */
	pid_t tid;                 /* EVENT_THREAD_…, else 0 */
	struct ns_id ns;           /* EVENT_NS_…, EVENT_HOSTNAME; with _MOVED the new one */
	struct ns_id from;         /* with _MOVED the old one */
};

struct events {
	struct event *items;
	size_t count, capacity;
};

/* Appends to @events the changes from @before to @after. What ended before has no further events. A
 * move is reported only where both links could be read. */
void diff_graphs(const struct graph *before, const struct graph *after, struct events *events);
void events_done(struct events *events);

/* --- History --- */

struct history;

/* @dead_grace_ms: so long what ended stays in the graph, and what is new counts as new. */
struct history *history_new(uint64_t dead_grace_ms);
void history_free(struct history *history);

/* The current graph, borrowed, NULL before the first; valid until the next history_push. */
const struct graph *history_now(const struct history *history);

/* Copies what ended lately, freezes @builder (which must have history_now as its previous graph), and
 * makes it the current graph.
 * @now_ms: never 0, on a clock that is never set and runs while the machine is suspended, so that ages
 * can be converted to wall-clock times.
 * @events: NULL, or a list to which the changes are appended. */
const struct graph *history_push(
    struct history *history, struct graph_builder *builder, uint64_t now_ms, struct events *events);

/* Makes @graph, a snapshot that already has what ended, the current one: it was pushed at @at_ms into
 * a history with the same @dead_grace_ms. */
void history_place(struct history *history, const struct graph *graph, uint64_t at_ms);

/* Is this shown as new at @now_ms? @life: of something in the current graph. */
bool history_is_new(const struct history *history, const struct life *life, uint64_t now_ms);

/* When the view changes without an event (something stops being new, something that ended is removed):
 * on the clock of @now_ms; 0 for never. */
uint64_t history_next_change_ms(const struct history *history, uint64_t now_ms);

/* The wall clock, in milliseconds since 1970, at @at_ms on the clock of history_push, from the time at
 * which the current graph was taken; 0 where that is unknown. */
uint64_t history_wall_ms(const struct history *history, uint64_t at_ms);
