/* Text as the manual pages have it: roff(7), with the macros of man(7).
 *
 * Characters past ASCII are written as \[uXXXX] where the page is in English, so that groff needs
 * no preprocessor for it; else as they are.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct roff {
	FILE *to;
	bool ascii;
};

/* A paragraph: @text as it stands in the program's tables.  `code` becomes bold, a newline a line
 * break, and each sentence gets a line of its own, as roff wants it. */
void roff_text(const struct roff *roff, const char *text);

/* The same within a line: no line is begun or ended. */
void roff_words(const struct roff *roff, const char *text);

/* How something is called: words in capitals are what the person puts in, so italic; the rest is
 * bold. */
void roff_form(const struct roff *roff, const char *form);
