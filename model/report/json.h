/* Graphs and events as JSON, for programs.
 *
 * A graph is one object of the format "nsscope/1", an event one object a line.  The keys of an object are always
 * there, in one order; what is not known is null.
 *
 * Strings hold the text of the system itself: decoded, "path" is one that can be opened.  A byte that is not
 * UTF-8 is U+FFFD, for JSON has no other way.  What a terminal could take for more than text (control characters,
 * changes of direction, zero width) is written with JSON's own \u escapes, so that the output may be looked at.
 * The arguments of a command line are joined with a blank.
 */
#pragma once

#include "model/graph/graph.h"
#include "model/report/event_report.h"

#include <jansson.h>
#include <stdio.h>

/* Writes @graph and a newline.  @layout: JSON_COMPACT or JSON_INDENT(n).  ferror(3) says what could not be
 * written. */
void json_write_graph(const struct graph *graph, size_t layout, FILE *out);
/* Writes @report on one line. */
void json_write_event(const struct event_report *report, FILE *out);

/* The value of an event; a new reference. */
json_t *json_of_event(const struct event_report *report);
/* When, in milliseconds since 1970: RFC 3339, in UTC. */
json_t *json_of_time(uint64_t at_ms);
