/* An inspection as lines: for inspect, and below the details in the explorer. */
#pragma once

#include "model/report/detail.h"
#include "model/report/inspection.h"

/* Appends the lines for what is in @ns: a heading, how it was read, and what was found.
 * @inspection: NULL while there is none yet. */
void inspection_lines(const struct rowline_context *context, const struct ns *ns,
    const struct inspection *inspection, struct lines *lines);

/* --- A row and its namespaces, for the screen that has room for it --- */

/* A namespace of the row. */
struct inspector_ns {
	const struct ns *ns;
	const struct inspection *found; /* NULL: not yet */
};

/* Appends the lines, in sections with headings: the details of @row, then @namespaces one by one.
 * Lists are complete where @context->whole is set. */
void inspector_lines(const struct rowline_context *context, const struct row *row,
    const struct inspector_ns *namespaces, size_t count, struct lines *lines);
