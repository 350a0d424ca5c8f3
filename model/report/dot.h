/* A graph in the language of Graphviz or of Mermaid. */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

#include <stdio.h>

struct dot_options {
	bool mermaid; /* in the language of Mermaid, not in that of Graphviz */
	bool
	    processes; /* a node for each process, not for each group with the same eight namespaces */
	enum charset charset;
};

/* Writes @graph to @out; ferror(3) says what could not be written. */
void dot_write(const struct graph *graph, const struct dot_options *options, FILE *out);

/* Texts of the system within the two languages.  They are made fit for a terminal first (text.h), so they hold no
 * control character; then the characters that mean something in the language are escaped.
 *
 * Within the double quotes of a label of Graphviz a backslash begins an escape, and &…; is a character of HTML. */
void dot_text(FILE *out, const struct line *line);
/* Within the double quotes of a label of Mermaid: #NNN; for all that could mean something. */
void mermaid_text(FILE *out, const struct line *line);
