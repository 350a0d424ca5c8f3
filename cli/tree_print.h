/* A graph as text: the rows of the tree, and what could not be read. */
#pragma once

#include "model/graph/history.h"
#include "model/view/outline.h"

/* Prints @outline, made of @graph with @options, on standard output.
 * @history, @now_ms: NULL, or by which the new and the dead are told (rowline_context). */
void tree_print(const struct graph *graph, const struct outline *outline,
    const struct outline_options *options, const struct history *history, uint64_t now_ms);
