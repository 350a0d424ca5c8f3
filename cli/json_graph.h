/* A graph as JSON, "nsscope/1": one object whose keys come always, in one order; what is not known
 * is null.
 *
 * Strings hold bytes of the system losslessly, as valid UTF-8 without control characters: what is
 * not a plain printable character is written as text.h does (\xff for a byte that is no UTF-8,
 * \u{202e} for a control character past ASCII, \n \t \r \e \x07 for those within), and a backslash
 * is doubled, so that every such text can be turned back.  The arguments of a command line are
 * joined with a space.
 */
#pragma once

#include "model/graph.h"

#include <jansson.h>

/* Returns a new reference.  Never fails: out of memory ends the program, see json_use_xmalloc. */
json_t *json_of_graph(const struct graph *graph);

/* A text of the system as a JSON string. */
json_t *json_of_text(const char *data, size_t len);

/* When, in milliseconds since 1970: RFC 3339, in UTC. */
json_t *json_of_time(uint64_t at_ms);

/* The unique part of an id as a string of digits; null where there is none. */
json_t *json_of_unique(const struct ns_id *id);

/* Makes jansson end the program where there is no memory, as everything else does (util.h). */
void json_use_xmalloc(void);
