#include "lessons/script/lesson_text.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <string.h>
#include <utf8proc.h>

static int check_line(const struct lesson_line *line, struct lesson_error *ret_error)
{
	if (line->len > LESSON_LINE_BYTES_MAX)
		return lesson_fail(ret_error, line->number, LESSON_LINE_BYTES_MAX + 1,
		    _("a line has at most %d bytes"), LESSON_LINE_BYTES_MAX);
	for (size_t at = 0; at < line->len;) {
		const unsigned char *byte = (const unsigned char *)line->text + at;
		utf8proc_int32_t codepoint;
		utf8proc_ssize_t taken =
		    utf8proc_iterate(byte, (utf8proc_ssize_t)(line->len - at), &codepoint);

		if (taken < 1)
			return lesson_fail(
			    ret_error, line->number, (int)at + 1, _("this is not UTF-8"));
		if (!*byte)
			return lesson_fail(ret_error, line->number, (int)at + 1, _("a NUL byte"));
		at += (size_t)taken;
	}
	return 0;
}

static bool has_nothing(const struct lesson_line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (line->text[i] != ' ' && line->text[i] != '\t')
			return false;
	return true;
}

static int check_paragraphs(
    const struct lesson_line *lines, size_t count, struct lesson_error *ret_error)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		int r = check_line(&lines[i], ret_error);

		if (r < 0)
			return r;
		bytes = has_nothing(&lines[i]) ? 0 : bytes + lines[i].len + 1;
		if (bytes > LESSON_PARAGRAPH_BYTES_MAX)
			return lesson_fail(ret_error, lines[i].number, 0,
			    _("more than %d bytes without a blank line"),
			    LESSON_PARAGRAPH_BYTES_MAX);
	}
	return 0;
}

int lesson_lines_split(const char *data, size_t len, struct lesson_line **ret_lines,
    size_t *ret_count, struct lesson_error *ret_error)
{
	autofree struct lesson_line *lines = NULL;
	size_t count = 0, room = 0;
	int r;

	if (len > LESSON_BYTES_MAX)
		return lesson_fail(
		    ret_error, 0, 0, _("a lesson has at most %d bytes"), LESSON_BYTES_MAX);
	for (size_t at = 0; at < len; count++) {
		size_t from = at;

		while (at < len && data[at] != '\n' && data[at] != '\r')
			at++;
		array_reserve(lines, room, count + 1);
		lines[count] = (struct lesson_line){data + from, at - from, (int)count + 1};
		if (at + 1 < len && data[at] == '\r' && data[at + 1] == '\n')
			at++;
		at++;
	}
	r = check_paragraphs(lines, count, ret_error);
	if (r < 0)
		return r;
	*ret_lines = lines;
	*ret_count = count;
	lines = NULL;
	return 0;
}
