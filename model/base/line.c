#include "model/base/line.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void line_init(struct line *line, enum charset charset)
{
	*line = (struct line){.charset = charset};
}

void line_init_verbatim(struct line *line, enum charset charset)
{
	*line = (struct line){.charset = charset, .verbatim = true};
}

void line_done(struct line *line)
{
	const struct line empty = {.charset = line->charset, .verbatim = line->verbatim};

	free(line->text);
	free(line->cells);
	*line = empty;
}

void line_clear(struct line *line)
{
	line->text_len = 0;
	line->cell_count = 0;
	line->cols = 0;
	if (line->text)
		line->text[0] = '\0';
}

/* Appends one cell that is clean already. */
static void add_cell(struct line *line, const char *bytes, size_t len, size_t cols,
    enum style style, uint8_t color_index)
{
	array_reserve(line->text, line->text_capacity, line->text_len + len + 1);
	array_reserve(line->cells, line->cell_capacity, line->cell_count + 1);
	line->cells[line->cell_count++] = (struct line_cell){
	    .offset = (uint32_t)line->text_len,
	    .bytes = (uint16_t)len,
	    .cols = (uint8_t)cols,
	    .style = (uint8_t)style,
	    .color_index = color_index,
	};
	memcpy(line->text + line->text_len, bytes, len);
	line->text_len += len;
	line->text[line->text_len] = '\0';
	line->cols += cols;
}

static void add(
    struct line *line, enum style style, uint8_t color_index, const char *data, size_t len)
{
	struct text_cell cell;

	for (size_t at = 0; at < len;) {
		if (line->verbatim && data[at] == '\\') {
			add_cell(line, "\\", 1, 1, style, color_index);
			at++;
			continue;
		}
		at += text_next(data + at, len - at, line->charset, &cell);
		add_cell(line, cell.bytes, (size_t)cell.len, (size_t)cell.cols, style, color_index);
	}
}

void line_add(struct line *line, enum style style, const char *data, size_t len)
{
	add(line, style, 0, data, len);
}

void line_adds(struct line *line, enum style style, const char *string)
{
	if (string)
		add(line, style, 0, string, strlen(string));
}

void line_add_bracket(struct line *line, enum style style, bool opens)
{
	/* TRANSLATORS: The blank and the brackets around what stands in the place of the dots. */
	const char *both = _(" (...)"), *dots = strstr(both, "...");

	if (dots && opens)
		line_add(line, style, both, (size_t)(dots - both));
	else if (dots)
		line_adds(line, style, dots + strlen("..."));
}

void line_vaddf(struct line *line, enum style style, const char *format, va_list arguments)
{
	va_list again;
	char small[256];
	int len;

	va_copy(again, arguments);
	len = vsnprintf(small, sizeof(small), format, arguments);
	if (len >= 0 && (size_t)len < sizeof(small)) {
		add(line, style, 0, small, (size_t)len);
	} else if (len >= 0) {
		autofree char *large = xmalloc((size_t)len + 1);

		vsnprintf(large, (size_t)len + 1, format, again);
		add(line, style, 0, large, (size_t)len);
	}
	va_end(again);
}

void line_addf(struct line *line, enum style style, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line_vaddf(line, style, format, arguments);
	va_end(arguments);
}

void line_add_ns_letter(struct line *line, const char *string, uint8_t color_index)
{
	add(line, STYLE_NS_LETTER, color_index, string, strlen(string));
}

void line_add_symbol(struct line *line, enum style style, const char *utf8, const char *ascii)
{
	line_adds(line, style, line->charset == CHARSET_UTF8 ? utf8 : ascii);
}

void line_pad(struct line *line, size_t cols)
{
	while (line->cols < cols)
		add_cell(line, " ", 1, 1, STYLE_PLAIN, 0);
}

static bool is_blank(const struct line *line, size_t at)
{
	return line->cells[at].bytes == 1 && line->text[line->cells[at].offset] == ' ';
}

/* Keeps the first @count cells, which have @cols columns together. */
static void truncate_cells(struct line *line, size_t count, size_t cols)
{
	if (count < line->cell_count)
		line->text_len = line->cells[count].offset;
	line->cell_count = count;
	line->cols = cols;
	if (line->text)
		line->text[line->text_len] = '\0';
}

/* How many cells fit @cols; @ret_cols: the columns that those take. */
static size_t cells_within(const struct line *line, size_t cols, size_t *ret_cols)
{
	size_t count = 0, used = 0;

	while (count < line->cell_count && used + line->cells[count].cols <= cols)
		used += line->cells[count++].cols;
	*ret_cols = used;
	return count;
}

void line_fit(struct line *line, size_t cols)
{
	size_t count, used, first_lost;
	struct line_cell lost;

	if (line->cols <= cols)
		return;
	first_lost = count = cells_within(line, cols, &used);
	while (first_lost < line->cell_count && is_blank(line, first_lost))
		first_lost++;
	if (first_lost == line->cell_count || cols == 0) {
		truncate_cells(line, count,
		    used); /* only blanks are lost, or there is no column for the ellipsis */
		return;
	}
	count = cells_within(line, cols - 1, &used);
	lost = line->cells[count];
	truncate_cells(line, count, used);
	line_pad(line, cols - 1);
	if (line->charset == CHARSET_UTF8)
		add_cell(line, "…", strlen("…"), 1, lost.style, lost.color_index);
	else
		add_cell(line, "~", 1, 1, lost.style, lost.color_index);
}

void line_restyle(struct line *line, size_t from, enum style style)
{
	size_t col = 0;

	for (size_t i = 0; i < line->cell_count; i++) {
		struct line_cell *cell = &line->cells[i];

		if (col >= from && cell->style != STYLE_NS_LETTER)
			cell->style = (uint8_t)style;
		col += cell->cols;
	}
}

void line_append(struct line *line, const struct line *other, size_t from, size_t cols)
{
	size_t limit = cols > SIZE_MAX - line->cols ? SIZE_MAX : line->cols + cols;
	size_t col = 0;

	for (size_t i = 0; i < other->cell_count && line->cols < limit; i++) {
		const struct line_cell *cell = &other->cells[i];
		size_t end = col + cell->cols;

		if (end > from && col < from) {
			/* Begins left of the cut: what is right of it stays empty. */
			line_pad(line,
			    line->cols + (end - from) < limit ? line->cols + (end - from) : limit);
		} else if (col >= from) {
			if (line->cols + cell->cols > limit)
				break;
			add_cell(line, other->text + cell->offset, cell->bytes, cell->cols,
			    cell->style, cell->color_index);
		}
		col = end;
	}
}

void line_append_cells(struct line *line, const struct line *other, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		const struct line_cell *cell = &other->cells[i];

		add_cell(line, other->text + cell->offset, cell->bytes, cell->cols, cell->style,
		    cell->color_index);
	}
}

/* How many bytes of @text are @needle, as it is typed or as it is shown, with each backslash doubled; 0: it
 * does not begin so. */
static size_t held_at(const char *text, const char *needle, bool doubled)
{
	const char *at = text;

	for (; *needle && ascii_lower(*at) == ascii_lower(*needle); needle++)
		at += doubled && at[0] == '\\' && at[1] == '\\' ? 2 : 1;
	return *needle ? 0 : (size_t)(at - text);
}

static size_t holds_at(const char *text, const char *needle)
{
	size_t len = held_at(text, needle, false);

	return len || !strchr(needle, '\\') ? len : held_at(text, needle, true);
}

bool line_highlight(struct line *line, const char *needle, size_t from)
{
	size_t col = 0, match_end = 0;
	bool found = false;

	for (size_t i = 0; i < line->cell_count; i++) {
		struct line_cell *cell = &line->cells[i];

		size_t held = col >= from ? holds_at(line->text + cell->offset, needle) : 0;

		if (held)
			match_end = cell->offset + held;
		/* A namespace's letter keeps its color: it is not searched. */
		if (cell->offset < match_end && cell->style != STYLE_NS_LETTER) {
			cell->style = STYLE_MATCH;
			found = true;
		}
		col += cell->cols;
	}
	return found;
}

bool line_holds(const struct line *line, const char *needle)
{
	for (size_t i = 0; i < line->cell_count; i++) {
		if (!*needle || holds_at(line->text + line->cells[i].offset, needle))
			return true;
	}
	return false;
}

/* --- Lines -------------------------------------------------------------------------------------- */

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

	if (is_blank(line, at))
		return false; /* blanks stay at the end of a line, where they are dropped */
	if (is_blank(line, at - 1))
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
		if (used + line->cells[at].cols > cols && !is_blank(line, at))
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

		while (end < source->cell_count && kept > at && is_blank(source, kept - 1))
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
