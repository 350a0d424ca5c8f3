#include "docs/man/roff.h"

#include "model/util.h"

#include <ctype.h>
#include <string.h>

/* Returns the bytes that were taken from @at. */
static size_t put_wide(const struct roff *roff, const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;
	size_t more = *byte >= 0xf0 ? 3 : *byte >= 0xe0 ? 2 : 1;
	unsigned code = *byte & (0x3fu >> more);

	for (size_t i = 1; i <= more; i++)
		code = code << 6 | (byte[i] & 0x3fu);
	if (roff->ascii)
		fprintf(roff->to, "\\[u%04X]", code);
	else
		fwrite(at, 1, more + 1, roff->to);
	return more + 1;
}

/* One character. */
static size_t put(const struct roff *roff, const char *at)
{
	switch (*at) {
	case '\\':
		fputs("\\e", roff->to);
		break;
	case '-':
		fputs("\\-", roff->to);
		break;
	case '^':
		fputs("\\(ha", roff->to);
		break;
	case '~':
		fputs("\\(ti", roff->to);
		break;
	default:
		if ((unsigned char)*at >= 0x80)
			return put_wide(roff, at);
		fputc(*at, roff->to);
	}
	return 1;
}

void roff_words(const struct roff *roff, const char *text)
{
	bool code = false;

	while (*text) {
		if (*text == '`') {
			code = !code;
			fputs(code ? "\\fB" : "\\fR", roff->to);
			text++;
			continue;
		}
		text += put(roff, text);
	}
}

/* A line must not begin as a request does. */
static void begin_line(const struct roff *roff, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", roff->to);
}

void roff_text(const struct roff *roff, const char *text)
{
	while (*text) {
		size_t len = 0;

		while (
		    text[len] && text[len] != '\n' && !(text[len] == ' ' && text[len + 1] == ' '))
			len++;
		autofree char *sentence = xstrndup(text, len);

		begin_line(roff, sentence);
		roff_words(roff, sentence);
		fputc('\n', roff->to);
		text += len;
		if (*text == '\n' && text[1])
			fputs(".br\n", roff->to);
		text += strspn(text, " \n");
	}
}

/* TYPE, MS, FLAG|FLAG…: at least two capitals and no small letter. */
static bool is_placeholder(const char *word, size_t len)
{
	bool capital = false;

	for (size_t i = 0; i < len; i++) {
		if (islower((unsigned char)word[i]) || isdigit((unsigned char)word[i]) ||
		    word[i] == '_')
			return false;
		capital = capital || isupper((unsigned char)word[i]);
	}
	return capital;
}

void roff_form(const struct roff *roff, const char *form)
{
	while (*form) {
		size_t len = 0;

		while (isalnum((unsigned char)form[len]) ||
		       (form[len] && strchr("_-", form[len])) || (unsigned char)form[len] >= 0x80)
			len++;
		if (len == 0) {
			put(roff, form++);
			continue;
		}
		fputs(is_placeholder(form, len) ? "\\fI" : "\\fB", roff->to);
		for (const char *end = form + len; form < end;)
			form += put(roff, form);
		fputs("\\fR", roff->to);
	}
}
