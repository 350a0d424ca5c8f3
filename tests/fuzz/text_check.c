#include "tests/fuzz/text_check.h"

#include "model/base/util.h"
#include "model/report/detail.h"
#include "tests/fuzz/check.h"

#include <string.h>
#include <utf8proc.h>

/* The character at *@at, decoded by RFC 3629 and by nothing that the code under test uses. */
static uint32_t decode(const char **at, const char *end)
{
	const unsigned char *in = (const unsigned char *)*at;
	size_t more = in[0] < 0x80 ? 0 : in[0] < 0xe0 ? 1 : in[0] < 0xf0 ? 2 : 3;
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
	uint32_t point = more == 0 ? in[0] : in[0] & (0x3fU >> more);

	CHECK(in[0] < 0x80 || (in[0] >= 0xc2 && in[0] <= 0xf4));
	CHECK((size_t)(end - *at) > more);
	for (size_t i = 1; i <= more; i++) {
		CHECK((in[i] & 0xc0) == 0x80);
		point = point << 6 | (in[i] & 0x3f);
	}
	CHECK(point >= least[more] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff));
	*at += more + 1;
	return point;
}

/* Controls of the screen, of direction, and what is drawn as nothing: by hand, from the lists of
 * UAX 9 and UAX 44. */
static const struct {
	uint32_t first, last;
} never[] = {
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0xad, 0xad},
    {0x34f, 0x34f},
    {0x61c, 0x61c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xe000, 0xf8ff},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0xe0000, 0x10ffff},
};

static bool is_mark(uint32_t point)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)point);

	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ||
	       (point >= 0x1160 && point <= 0x11ff) || (point >= 0xd7b0 && point <= 0xd7fb);
}

static void check_cell(const char *bytes, size_t len, size_t cols, enum charset charset)
{
	const char *at = bytes, *end = bytes + len;
	size_t bases = 0;

	CHECK(len >= 1 && len < TEXT_CELL_BYTES && cols >= 1);
	while (at < end) {
		uint32_t point = decode(&at, end);

		CHECK(charset == CHARSET_UTF8 || point < 0x7f);
		CHECK(cols <= 2 || point < 0x7f);
		for (size_t i = 0; i < array_len(never); i++)
			CHECK(point < never[i].first || point > never[i].last);
		if (!is_mark(point))
			bases++;
		CHECK(bases); /* no mark without a base: that cell would have no column */
	}
	CHECK(bases == 1 || bases == cols); /* a character, or an escape */
}

/* Puts the bytes that an escape stands for into @ret; 0 where @cell is no escape. */
static size_t unescape(const struct text_cell *cell, char ret[4])
{
	static const char names[] = "n\nt\tr\re\033\\\\";

	if (cell->bytes[0] != '\\' || cell->cols == 1)
		return 0;
	if (cell->len == 2) {
		ret[0] = strchr(names, cell->bytes[1])[1];
		return 1;
	}
	if (cell->bytes[1] == 'x') {
		ret[0] = (char)strtol(cell->bytes + 2, NULL, 16);
		return 1;
	}
	CHECK(!strncmp(cell->bytes, "\\u{", 3) && cell->bytes[cell->len - 1] == '}');
	return (size_t)utf8proc_encode_char(
	    (utf8proc_int32_t)strtol(cell->bytes + 3, NULL, 16), (utf8proc_uint8_t *)ret);
}

/* Every byte is accounted for: each cell tells which bytes it stands for. */
static void check_walk(const char *data, size_t len, enum charset charset)
{
	size_t at = 0, cols = 0;

	while (at < len) {
		struct text_cell cell;
		char raw[4];
		size_t used = text_next(data + at, len - at, charset, &cell), raw_len;

		CHECK(used >= 1 && used <= len - at);
		CHECK(cell.len >= 1 && cell.bytes[cell.len] == '\0');
		CHECK(strlen(cell.bytes) == (size_t)cell.len);
		check_cell(cell.bytes, (size_t)cell.len, (size_t)cell.cols, charset);
		raw_len = unescape(&cell, raw);
		if (raw_len)
			CHECK(used == raw_len && !memcmp(data + at, raw, used));
		else
			CHECK(used == (size_t)cell.len && !memcmp(data + at, cell.bytes, used));
		at += used;
		cols += (size_t)cell.cols;
	}
	CHECK(text_cols(data, len, charset) == cols);
}

static void check_line(const struct line *line)
{
	size_t cols = 0, bytes = 0;

	for (size_t i = 0; i < line->cell_count; i++) {
		const struct line_cell *cell = &line->cells[i];

		CHECK(cell->offset == bytes && cell->offset + cell->bytes <= line->text_len);
		check_cell(line->text + cell->offset, cell->bytes, cell->cols, line->charset);
		bytes += cell->bytes;
		cols += cell->cols;
	}
	CHECK(line->cols == cols && line->text_len == bytes);
	CHECK(!line->text || line->text[bytes] == '\0');
}

static void check_cuts(const char *data, size_t len, enum charset charset, size_t limit)
{
	struct line whole, part;

	line_init(&whole, charset);
	line_init(&part, charset);
	line_add(&whole, STYLE_PLAIN, data, len);
	check_line(&whole);
	CHECK(whole.cols == text_cols(data, len, charset));

	line_append(&part, &whole, limit / 2, limit);
	check_line(&part);
	CHECK(part.cols <= limit);

	line_clear(&part);
	line_append(&part, &whole, 0, SIZE_MAX);
	CHECK(part.cols == whole.cols && part.text_len == whole.text_len);
	CHECK(!whole.text_len || !memcmp(part.text, whole.text, whole.text_len));

	line_fit(&whole, limit);
	check_line(&whole);
	CHECK(whole.cols <= limit && (part.cols > limit || whole.cols == part.cols));
	line_pad(&whole, limit);
	check_line(&whole);
	CHECK(whole.cols == limit || (whole.cols == part.cols && part.cols > limit));
	line_done(&part);
	line_done(&whole);
}

/* The bytes of @lines without blanks, after those in @line. */
static void add_dense(struct line *dense, const struct line *line)
{
	for (size_t i = 0; i < line->cell_count; i++) {
		if (line->cells[i].bytes != 1 || line->text[line->cells[i].offset] != ' ')
			line_append_cells(dense, line, i, i + 1);
	}
}

static void check_wrap(const char *data, size_t len, enum charset charset, size_t limit)
{
	autofree char *text = xstrndup(data, len);
	struct lines lines = {0};
	struct line whole, before, after;
	size_t widest = 1;

	line_init(&whole, charset);
	line_init(&before, charset);
	line_init(&after, charset);
	line_adds(&whole, STYLE_PLAIN, text);
	add_dense(&before, &whole);
	for (size_t i = 0; i < whole.cell_count; i++) {
		if (whole.cells[i].cols > widest)
			widest = whole.cells[i].cols;
	}
	lines_wrap(&lines, charset, STYLE_PLAIN, text, limit / 4, limit);
	CHECK(lines.count >= 1);
	for (size_t i = 0; i < lines.count; i++) {
		check_line(&lines.items[i]);
		CHECK(!limit || lines.items[i].cols <= limit);
		add_dense(&after, &lines.items[i]);
	}
	CHECK(limit || lines.count == 1);
	if (!limit || limit - limit / 4 >= widest) {
		CHECK(before.text_len == after.text_len);
		CHECK(!before.text_len || !memcmp(before.text, after.text, before.text_len));
	}
	line_done(&whole);
	line_done(&before);
	line_done(&after);
	lines_done(&lines);
}

void text_check(const char *data, size_t len)
{
	static const size_t limits[] = {0, 1, 2, 3, 7, 20, 80};

	for (int charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
		check_walk(data, len, (enum charset)charset);
		for (size_t i = 0; i < array_len(limits); i++) {
			check_cuts(data, len, (enum charset)charset, limits[i]);
			check_wrap(data, len, (enum charset)charset, limits[i]);
		}
	}
}
