/* What can be told of an event beyond its ids. */
#pragma once

#include "model/diff.h"

enum move_means {
	MOVED_SOMEHOW, /* can't be told */
	MOVED_BY_UNSHARE,
	MOVED_BY_SETNS,
};

/* By which means the process or thread of @event, an EVENT_…_MOVED, got where it is.
 * A namespace that was there in the sweep before can only be joined.  A new one was made by the one
 * that moved, unless others than its descendants are in it too, or other threads: then any of them
 * may have made it.
 * @after: the graph that history_push gave at @now_ms. */
enum move_means move_means(const struct graph *after, const struct event *event, uint64_t now_ms);
