/* The inline markup of a lesson's prose: `code`, *emphasis*, **strong**. */
#pragma once

#include "model/base/line.h"

struct prose_span {
	const char *text; /* borrowed, without the markup, not NUL-terminated */
	size_t len;
	enum style style; /* STYLE_PLAIN, STYLE_CODE, STYLE_STRONG for both kinds of emphasis */
};

/* Takes the next span from *@text, a string, and moves *@text behind it.  An opening delimiter
 * without a closing one is plain text.  Returns false at the end. */
bool prose_next(const char **text, struct prose_span *ret_span);

/* The text without its markup.  To be freed. */
char *prose_plain(const char *text);
