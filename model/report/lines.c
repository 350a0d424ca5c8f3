#include "model/base/util.h"
#include "model/report/detail.h"

#include <string.h>

struct line *lines_add(struct lines *lines, enum charset charset)
{
	struct line *line;

	array_reserve(lines->items, lines->capacity, lines->count + 1);
	line = &lines->items[lines->count++];
	line_init(line, charset);
	return line;
}

void lines_done(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		line_done(&lines->items[i]);
	free(lines->items);
	*lines = (struct lines){0};
}

static bool is_one_of(const struct line *line, const struct line_cell *cell, const char *set)
{
	const char *text = line->text + cell->offset;

	for (size_t len; *set; set += len) {
		len = 1;
		while ((set[len] & 0xc0) == 0x80)
			len++;
		if (len <= cell->bytes && !memcmp(text, set, len))
			return true;
	}
	return false;
}

/* May a line end between the cells @at - 1 and @at? */
static bool may_break(const struct line *line, size_t at)
{
	const struct line_cell *before = &line->cells[at - 1], *after = &line->cells[at];

	if (line_is_blank(line, at))
		return false; /* blanks stay at the end of a line, where they are dropped */
	if (line_is_blank(line, at - 1))
		return true;
	if (before->cols != 2 && after->cols != 2)
		return false;
	/* Wide cells are CJK (an escape is longer, and one of two columns is ASCII). */
	if (line->text[before->offset] == '\\' || line->text[after->offset] == '\\')
		return false;
	return !is_one_of(line, after, "，。、；：？！）」』】》〉”’…—,.;:?!)]}%") &&
	       !is_one_of(line, before, "（「『【《〈“‘([{");
}

/* Where the line that begins with cell @from ends, if it has @cols columns: the first cell that
 * is not in it any more.  At least one cell is in it, also one that is too wide. */
static size_t line_end(const struct line *line, size_t from, size_t cols)
{
	size_t at = from, used = 0, last_break = 0;

	while (at < line->cell_count) {
		if (at > from && may_break(line, at))
			last_break = at;
		if (used + line->cells[at].cols > cols && !line_is_blank(line, at))
			break;
		used += line->cells[at++].cols;
	}
	if (at == line->cell_count)
		return at;
	if (last_break > from)
		return last_break;
	return at > from ? at : from + 1;
}

void lines_wrap_line(struct lines *lines, const struct line *source, size_t indent, size_t cols)
{
	size_t at = 0;

	if (indent >= cols)
		indent = 0;
	do {
		struct line *line = lines_add(lines, source->charset);
		size_t margin = at ? indent : 0;
		size_t end = line_end(source, at, cols ? cols - margin : SIZE_MAX);
		size_t kept = end;

		while (end < source->cell_count && kept > at && line_is_blank(source, kept - 1))
			kept--;
		line_pad(line, margin);
		line_append_cells(line, source, at, kept);
		if (cols)
			line_fit(line, cols);
		at = end;
	} while (at < source->cell_count);
}

void lines_wrap(struct lines *lines, enum charset charset, enum style style, const char *text,
    size_t indent, size_t cols)
{
	struct line whole;

	line_init(&whole, charset);
	line_adds(&whole, style, text);
	lines_wrap_line(lines, &whole, indent, cols);
	line_done(&whole);
}

void lines_wrap_verbatim(struct lines *lines, enum charset charset, enum style style,
    const char *text, size_t indent, size_t cols)
{
	struct line whole;

	line_init_verbatim(&whole, charset);
	line_adds(&whole, style, text);
	lines_wrap_line(lines, &whole, indent, cols);
	line_done(&whole);
}
