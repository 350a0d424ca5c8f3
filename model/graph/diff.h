/* What changed between two graphs, as events in the order in which they are told: namespaces born,
 * processes born, threads born, processes and threads moved, names changed, threads died, processes
 * died, namespaces died.
 *
 * Of threads only those are told that are apart from their process (struct thread): one that leaves
 * it has moved, as has one that comes back.  One that was not there before and is apart has been
 * born where it is, by another that had left; and with their process all of them end. */
#pragma once

#include "model/graph/graph.h"

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
