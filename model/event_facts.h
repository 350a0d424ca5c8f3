/* What can be looked up of an event, for its words and its JSON. */
#pragma once

#include "model/event_text.h"
#include "model/move.h"

/* "unshare", "setns", or NULL: by which call the mover of @event, an EVENT_…_MOVED, came there. */
const char *event_means(const struct event_context *context, const struct event *event);

/* Of the process of @event, and NULL for events without one. */
const struct process *event_process(const struct event_context *context, const struct event *event);

/* The thread of @event, which is dead where that is what is told; NULL for events without one. */
const struct thread *event_thread(const struct event_context *context, const struct event *event);

bool event_is_move(const struct event *event);
bool event_is_of_ns(const struct event *event);

/* The namespace of @type of the process or thread that @event says was born, where it is another
 * than its parent's (of a thread: its process's); else NULL. */
const struct ns *event_apart_ns(
    const struct event_context *context, const struct event *event, enum nstype type);

/* Has the thread of @event come back to where its process is? */
bool event_is_back(const struct event_context *context, const struct event *event);

/* The host name in the namespace @id of @graph, which may be NULL; NULL where it is not known. */
const char *event_hostname(const struct graph *graph, const struct ns_id *id);
