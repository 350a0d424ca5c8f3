/* A graph as JSON, "nsscope/1": one object whose keys come always, in one order; what is not known
 * is null.
 *
 * Strings hold the text of the system itself: decoded, "path" is one that can be opened.  A byte that is no
 * UTF-8 is U+FFFD, for JSON has no other way.  What a terminal could take for more than text (control
 * characters, changes of direction, what has no width) is written with JSON's own \u escapes, so that the
 * output may be looked at.  The arguments of a command line are joined with a space.
 */
#pragma once

#include "model/graph/graph.h"

#include <jansson.h>

/* Returns a new reference.  Never fails: out of memory ends the program, see json_use_xmalloc. */
json_t *json_of_graph(const struct graph *graph);

/* A text of the system as a JSON string. */
json_t *json_of_text(const char *data, size_t len);
json_t *json_of_text_or_null(const char *text); /* NULL: null */

/* Prints @value as json_dumpf does, without any raw character that is not to be shown. */
void json_print(const json_t *value, size_t flags, FILE *out);

/* When, in milliseconds since 1970: RFC 3339, in UTC. */
json_t *json_of_time(uint64_t at_ms);

/* The unique part of an id as a string of digits; null where there is none. */
json_t *json_of_unique(const struct ns_id *id);

/* Makes jansson end the program where there is no memory, as everything else does (util.h). */
void json_use_xmalloc(void);
