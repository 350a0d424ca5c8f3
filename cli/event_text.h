/* One event, for people and for programs. */
#pragma once

#include "model/diff.h"
#include "model/line.h"

#include <jansson.h>

/* What the events are of: two graphs that follow each other. */
struct event_context {
	const struct graph *before; /* NULL at the beginning */
	const struct graph *after;
	uint64_t now_ms; /* as @after was pushed into the history */
};

/* @event: NULL for the beginning: what there was when watching began. */
void event_line(const struct event_context *context, const struct event *event, struct line *line);

/* The same as an object with always the same keys.  Returns a new reference. */
json_t *event_json(const struct event_context *context, const struct event *event);
