#include "tui/core/osc52.h"

#include "model/base/util.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648, section 4. */
static char *base64(const char *text, size_t len, char *out)
{
	for (size_t at = 0; at < len; at += 3) {
		size_t bytes = len - at < 3 ? len - at : 3;
		unsigned long group = 0;

		for (size_t i = 0; i < 3; i++)
			group = group << 8 | (i < bytes ? (unsigned char)text[at + i] : 0);
		for (size_t i = 0; i < 4; i++)
			*out++ = i <= bytes ? digits[group >> (18 - 6 * i) & 0x3f] : '=';
	}
	return out;
}

char *osc52_sequence(const char *text, size_t len)
{
	static const char begin[] = "\033]52;c;";
	char *sequence, *end;

	if (len > OSC52_BYTES_MAX)
		return NULL;
	sequence = xmalloc(sizeof(begin) + (len + 2) / 3 * 4 + 2);
	memcpy(sequence, begin, sizeof(begin) - 1);
	end = base64(text, len, sequence + sizeof(begin) - 1);
	*end++ = '\a';
	*end = '\0';
	return sequence;
}

static bool begins_with(const char *text, const char *begin)
{
	return text && strncmp(text, begin, strlen(begin)) == 0;
}

enum osc52_support osc52_support(const char *term, const char *tmux)
{
	if (tmux && *tmux)
		return OSC52_TMUX;
	return begins_with(term, "linux") || begins_with(term, "screen") || begins_with(term, "vt")
	           ? OSC52_NONE
	           : OSC52_UNKNOWN;
}
