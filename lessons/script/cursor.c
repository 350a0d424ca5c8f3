#include "lessons/script/cursor.h"

#include "lessons/stage/calls.h"
#include "model/base/i18n.h"
#include "model/base/nearest.h"
#include "model/base/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct cursor cursor_of(const struct lesson_line *line, struct lesson_error *error)
{
	return (struct cursor){
	    .start = line->text,
	    .at = line->text,
	    .end = line->text + line->len,
	    .line = line->number,
	    .error = error,
	};
}

int cursor_column(const struct cursor *cursor)
{
	return (int)(cursor->at - cursor->start) + 1;
}

bool cursor_ended(const struct cursor *cursor)
{
	return cursor->at == cursor->end;
}

bool cursor_at(const struct cursor *cursor, char c)
{
	return cursor->at < cursor->end && *cursor->at == c;
}

void cursor_skip(struct cursor *cursor)
{
	while (cursor_at(cursor, ' ') || cursor_at(cursor, '\t'))
		cursor->at++;
}

bool cursor_take(struct cursor *cursor, char c)
{
	if (!cursor_at(cursor, c))
		return false;
	cursor->at++;
	return true;
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

char *cursor_word(struct cursor *cursor)
{
	const char *from = cursor->at;

	while (cursor->at < cursor->end && in_word(*cursor->at))
		cursor->at++;
	return xstrndup(from, (size_t)(cursor->at - from));
}

char *cursor_until(struct cursor *cursor, const char *stops)
{
	const char *from = cursor->at;
	size_t len;

	while (cursor->at < cursor->end && !strchr(stops, *cursor->at))
		cursor->at++;
	len = (size_t)(cursor->at - from);
	while (len && (from[len - 1] == ' ' || from[len - 1] == '\t'))
		len--;
	return xstrndup(from, len);
}

static char *take_literal(const struct cursor *at, size_t len)
{
	autofree char *word = xstrndup(at->at, len);
	char value[CALL_TEXT_MAX + 1], *taken;
	size_t value_len;
	int r = literal_read(word, value, sizeof(value), &value_len);

	if (r < 0) {
		if (r == -E2BIG)
			cursor_fail(at, _("a string of more than %d bytes"), CALL_TEXT_MAX);
		else
			cursor_fail(at, _("no string as in C: \"…\" with \\n, \\x41, \\\""));
		return NULL;
	}
	taken = word;
	word = NULL;
	return taken;
}

char *cursor_quoted(struct cursor *cursor)
{
	const struct cursor from = *cursor;

	for (cursor->at++; !cursor_ended(cursor); cursor->at++) {
		unsigned char c = (unsigned char)*cursor->at;

		if (c == '"') {
			cursor->at++;
			return take_literal(&from, (size_t)(cursor->at - from.at));
		}
		if (c < ' ' || c == 0x7f) {
			cursor_fail(cursor, _("a control character in a string"));
			return NULL;
		}
		if (c != '\\')
			continue;
		if (cursor->at + 1 == cursor->end)
			break;
		cursor->at++;
	}
	cursor_fail(&from, _("a string without an end"));
	return NULL;
}

bool cursor_number(const char *word, long *ret_value)
{
	const char *digits = word + (*word == '-');
	size_t len = strlen(digits);

	if (!len || len > 15 || strspn(digits, "0123456789") != len)
		return false;
	if (ret_value)
		*ret_value = strtol(word, NULL, 10);
	return true;
}

static void fail_args(struct lesson_error *ret_error, int line, int column, const char *format,
    va_list args) __attribute__((format(printf, 4, 0)));

static void fail_args(
    struct lesson_error *ret_error, int line, int column, const char *format, va_list args)
{
	ret_error->line = line;
	ret_error->column = column;
	vsnprintf(ret_error->message, sizeof(ret_error->message), format, args);
}

int lesson_fail(struct lesson_error *ret_error, int line, int column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_args(ret_error, line, column, format, args);
	va_end(args);
	return -EBADMSG;
}

int cursor_fail(const struct cursor *cursor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_args(cursor->error, cursor->line, cursor_column(cursor), format, args);
	va_end(args);
	return -EBADMSG;
}

int lesson_fail_word(struct lesson_error *ret_error, int line, int column, const char *what,
    const char *word, const char *const *words, size_t count)
{
	const char *nearest = nearest_word(word, words, count);
	char *to = ret_error->message, *end = to + sizeof(ret_error->message);

	ret_error->line = line;
	ret_error->column = column;
	int len = snprintf(to, (size_t)(end - to), "%s \"%.40s\"", what, word);

	if (len < 0 || len >= end - to)
		return -EBADMSG;
	to += len;
	if (nearest) {
		snprintf(to, (size_t)(end - to), _("; did you mean \"%s\"?"), nearest);
		return -EBADMSG;
	}
	if (count)
		to += snprintf(to, (size_t)(end - to), "%s", _("; there is:"));
	for (size_t i = 0; i < count && to < end; i++)
		to += snprintf(to, (size_t)(end - to), " %s", words[i]);
	return -EBADMSG;
}
