/* An inspection as lines: for inspect, and below the details in the explorer. */
#pragma once

#include "model/report/detail.h"
#include "model/report/inspection.h"

/* Appends the lines for what is in @ns: a heading, how it was read, and what was found.
 * @inspection: NULL while there is none yet. */
void inspection_lines(const struct rowline_context *context, const struct ns *ns,
    const struct inspection *inspection, struct lines *lines);
