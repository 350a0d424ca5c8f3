/* What was seen, over time: holds the present graph, and keeps what died in sight for a while. */
#pragma once

#include "model/graph/diff.h"
#include "model/graph/graph.h"

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
