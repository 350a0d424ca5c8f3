/* All that is known of a row, what is inside its namespaces, and why these are alive: for the screen
 * that has room for it. */
#pragma once

#include "model/report/detail.h"
#include "model/report/inspection.h"

/* What is to be told of beside the row itself. */
struct inspector_ns {
	const struct ns *ns;
	const struct inspection *found; /* NULL: not yet */
};

/* Appends the lines, in sections with headings: the details of @row, then @namespaces one by one.
 * Lists are told in full where @context->whole says so. */
void inspector_lines(const struct rowline_context *context, const struct row *row,
    const struct inspector_ns *namespaces, size_t count, struct lines *lines);
