/* Events in words. */
#pragma once

#include "model/diff.h"
#include "model/line.h"

/* What the events are of: two graphs that follow each other. */
struct event_context {
	const struct graph *before; /* NULL at the beginning */
	const struct graph *after;
	uint64_t now_ms; /* as @after was pushed into the history */
};

/* In columns: when, what happened, to whom.
 * @event: NULL for the beginning: what there was when watching began. */
void event_line(const struct event_context *context, const struct event *event, struct line *line);

/* What every such line begins with; @kind is translated. */
void event_line_begin(struct line *line, uint64_t at_ms, const char *kind);

/* The same as a sentence, without the time: "sh (4711) left uts:4026531838 for a new one, …". */
void event_words(const struct event_context *context, const struct event *event, struct line *line);

/* Appends the wall clock of @at_ms, milliseconds since 1970, in local time: "12:00:00.123". */
void event_add_time(uint64_t at_ms, struct line *line);
