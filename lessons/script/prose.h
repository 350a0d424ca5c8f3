/* The inline marks of a lesson's prose, taken apart: `code`, *emphasis*, **strong**. */
#pragma once

#include "model/base/line.h"

struct prose_span {
	const char *text; /* borrowed, without the marks, not NUL-terminated */
	size_t len;
	enum style style; /* STYLE_PLAIN, STYLE_CODE, STYLE_STRONG for both kinds of emphasis */
};

/* Takes the next span from *@text, a string, and moves *@text behind it.  A mark that has no
 * second one is plain text.  Returns false at the end. */
bool prose_next(const char **text, struct prose_span *ret_span);

/* The text without its marks.  To be freed. */
char *prose_plain(const char *text);
