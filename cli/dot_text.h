/* Texts of the system within the two languages of graphs.
 *
 * They are made fit for a terminal first (text.h), so they hold no control character; then what
 * means something in the language is escaped.
 */
#pragma once

#include "model/base/line.h"

#include <stdio.h>

/* Within the double quotes of a label of Graphviz: there a backslash begins an escape, and &…; is a
 * character of HTML. */
void dot_text(FILE *out, const struct line *line);

/* Within the double quotes of a label of Mermaid: #NNN; for all that could mean something. */
void mermaid_text(FILE *out, const struct line *line);
