#include "lessons/script/prose.h"

#include "model/base/util.h"

#include <string.h>

static const struct {
	const char *text;
	enum style style;
} delimiters[] = {
    {"`", STYLE_CODE},
    {"**", STYLE_STRONG}, /* before the mark that it begins with */
    {"*", STYLE_STRONG},
};

/* A span in delimiters at the very beginning of @text.  Returns its length with them, 0 for none. */
static size_t marked(const char *text, struct prose_span *ret_span)
{
	for (size_t i = 0; i < array_len(delimiters); i++) {
		size_t mark_len = strlen(delimiters[i].text);
		const char *from = text + mark_len, *end;

		if (strncmp(text, delimiters[i].text, mark_len) != 0)
			continue;
		end = strstr(from, delimiters[i].text);
		if (!end || end == from || *from == ' ')
			continue;
		*ret_span = (struct prose_span){from, (size_t)(end - from), delimiters[i].style};
		return (size_t)(end - text) + mark_len;
	}
	return 0;
}

bool prose_next(const char **text, struct prose_span *ret_span)
{
	const char *from = *text;
	size_t len;

	if (!*from)
		return false;
	len = marked(from, ret_span);
	if (!len) {
		struct prose_span ignored;

		/* A mark of no use ("2 * 3") is stepped over, as many as stand there. */
		len = strspn(from, "`*");
		len += strcspn(from + len, "`*");
		while (from[len] && !marked(from + len, &ignored)) {
			len += strspn(from + len, "`*");
			len += strcspn(from + len, "`*");
		}
		*ret_span = (struct prose_span){from, len, STYLE_PLAIN};
	}
	*text = from + len;
	return true;
}

char *prose_plain(const char *text)
{
	char *plain = xmalloc(strlen(text) + 1), *to = plain;
	struct prose_span span;

	while (prose_next(&text, &span)) {
		memcpy(to, span.text, span.len);
		to += span.len;
	}
	*to = 0;
	return plain;
}
