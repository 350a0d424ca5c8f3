/* What changed between two graphs, as events in the order in which they are told: namespaces born,
 * processes born, processes moved, names changed, processes died, namespaces died. */
#pragma once

#include "model/graph.h"

enum event_kind {
	EVENT_NS_BORN,
	EVENT_PROCESS_BORN,
	EVENT_PROCESS_MOVED, /* one of its links points elsewhere now */
	EVENT_HOSTNAME,      /* a uts namespace's host name changed */
	EVENT_PROCESS_DIED,
	EVENT_NS_DIED,
};

struct event {
	enum event_kind kind;
	enum ns_link link;         /* EVENT_PROCESS_MOVED */
	struct process_id process; /* EVENT_PROCESS_… */
	struct ns_id ns;           /* EVENT_NS_…, EVENT_HOSTNAME; with _MOVED the new one */
	struct ns_id from;         /* with _MOVED the old one */
};

struct events {
	struct event *items;
	size_t count, room;
};

/* Appends to @events what changed from @before to @after.  Dead ones that are carried along are
 * neither born nor die again.  A move is told only where both sides could be read. */
void diff_graphs(const struct graph *before, const struct graph *after, struct events *events);
void events_done(struct events *events);
