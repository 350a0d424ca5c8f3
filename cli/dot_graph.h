/* A graph in the language of Graphviz. */
#pragma once

#include "model/base/text.h"
#include "model/graph/graph.h"

#include <stdio.h>

/* Writes it to @out; what could not be written is told by ferror(3). */
void dot_of_graph(const struct graph *graph, enum charset charset, FILE *out);
