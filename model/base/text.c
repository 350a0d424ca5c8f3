#include "model/base/text.h"

#include "model/base/util.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { MARKS_MAX = 4 };

/* What a character may be in a cell. */
enum role {
	ROLE_BASE,      /* has columns of its own */
	ROLE_COMBINING, /* is drawn on the base before it */
	ROLE_ESCAPE,
};

/* Vowels and final consonants of decomposed Hangul: letters by category, but every terminal joins
 * them with the consonant before. */
static bool is_joining_jamo(int32_t point)
{
	return (point >= 0x1160 && point <= 0x11ff) || (point >= 0xd7b0 && point <= 0xd7fb);
}

/* Characters that some terminals, and some versions of the C library's wcwidth, draw in one column and
 * others in two; in their order. */
static const struct {
	int32_t first, last;
} unsure_widths[] = {
    {0x2630, 0x2637},   /* trigrams: two since Unicode 16, as all that are for divination */
    {0x268a, 0x268f},   /* monograms and digrams */
    {0x302e, 0x302f},   /* Hangul tone marks */
    {0x3248, 0x324f},   /* circled numbers on black squares */
    {0x4dc0, 0x4dff},   /* hexagrams */
    {0x16ff0, 0x16ff1}, /* Vietnamese reading marks */
    {0x1d300, 0x1d356}, /* Tai Xuan Jing symbols */
    {0x1d360, 0x1d376}, /* counting rods */
};

static bool has_unsure_width(int32_t point)
{
	for (size_t i = 0; i < array_len(unsure_widths) && point >= unsure_widths[i].first; i++) {
		if (point <= unsure_widths[i].last)
			return true;
	}
	return false;
}

static enum role role_of(int32_t point, int *ret_cols)
{
	const utf8proc_property_t *property = utf8proc_get_property(point);
	int cols;

	/* Default_Ignorable_Code_Point: drawn as nothing at all, variation selectors and fillers
	 * among them, which are marks and letters by category. */
	if (property->ignorable || has_unsure_width(point))
		return ROLE_ESCAPE;
	switch (property->category) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return ROLE_ESCAPE;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return ROLE_COMBINING;
	case UTF8PROC_CATEGORY_MC:
		/* Spacing: utf8proc counts none, but a terminal gives it a column. */
		*ret_cols = 1;
		return ROLE_BASE;
	default:
		if (is_joining_jamo(point))
			return ROLE_COMBINING;
		cols = utf8proc_charwidth(point);
		if (cols < 1 || cols > 2)
			return ROLE_ESCAPE;
		*ret_cols = cols;
		return ROLE_BASE;
	}
}

/* The character at the beginning of @data, or -1 where that is not UTF-8. */
static size_t decode(const char *data, size_t len, int32_t *ret_point)
{
	utf8proc_int32_t point = -1;
	utf8proc_ssize_t used;

	used = utf8proc_iterate(
	    (const utf8proc_uint8_t *)data, (utf8proc_ssize_t)(len < 4 ? len : 4), &point);
	if (used < 1 || point < 0) {
		*ret_point = -1;
		return 1;
	}
	*ret_point = point;
	return (size_t)used;
}

static void add_bytes(struct text_cell *cell, const char *data, size_t len)
{
	memcpy(cell->bytes + cell->len, data, len);
	cell->len += (int)len;
	cell->bytes[cell->len] = '\0';
}

static void set_escape(struct text_cell *cell, const char *escape, size_t len)
{
	cell->len = 0;
	add_bytes(cell, escape, len);
	cell->cols = (int)len;
}

static const char HEX[] = "0123456789abcdef";

static void escape_byte(struct text_cell *cell, unsigned char byte)
{
	const char escape[] = {'\\', 'x', HEX[byte >> 4], HEX[byte & 15]};

	set_escape(cell, escape, sizeof(escape));
}

/* \u{…} with as few digits as it takes. */
static void escape_point(struct text_cell *cell, int32_t point)
{
	char escape[16] = "\\u{";
	size_t len = 3;
	int shift = 20;

	while (shift > 0 && !(point >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		escape[len++] = HEX[(point >> shift) & 15];
	escape[len++] = '}';
	set_escape(cell, escape, len);
}

static void escape_control(struct text_cell *cell, unsigned char byte)
{
	switch (byte) {
	case '\n':
		set_escape(cell, "\\n", 2);
		break;
	case '\t':
		set_escape(cell, "\\t", 2);
		break;
	case '\r':
		set_escape(cell, "\\r", 2);
		break;
	case 0x1b:
		set_escape(cell, "\\e", 2);
		break;
	default:
		escape_byte(cell, byte);
	}
}

/* Adds the combining marks that follow a base. Returns their bytes. */
static size_t take_marks(const char *data, size_t len, struct text_cell *cell)
{
	size_t used = 0;

	for (int marks = 0; marks < MARKS_MAX && used < len; marks++) {
		int32_t point;
		int cols;
		size_t bytes;

		/* No combining mark is below U+0300, which is 0xcc in UTF-8. */
		if ((unsigned char)data[used] < 0xcc)
			break;
		bytes = decode(data + used, len - used, &point);
		if (point < 0 || role_of(point, &cols) != ROLE_COMBINING)
			break;
		add_bytes(cell, data + used, bytes);
		used += bytes;
	}
	return used;
}

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

size_t text_utf8(const char *data, size_t len)
{
	int32_t point;
	size_t used = decode(data, len, &point);

	return point < 0 ? 0 : used;
}

bool text_is_shown(const char *data, size_t len)
{
	struct text_cell cell;

	if (len == 1 && data[0] == '\\')
		return true;
	text_next(data, len, CHARSET_UTF8, &cell);
	/* A mark stays with its base, and neither of them does harm. */
	return (size_t)cell.len == len && memcmp(cell.bytes, data, len) == 0;
}

size_t text_next(const char *data, size_t len, enum charset charset, struct text_cell *ret_cell)
{
	unsigned char first = (unsigned char)data[0];
	int32_t point;
	size_t used;
	int cols;

	ret_cell->len = 0;
	if (first == '\\') {
		set_escape(ret_cell, "\\\\", 2);
		return 1;
	}
	if (is_plain(first)) {
		ret_cell->bytes[0] = (char)first;
		ret_cell->bytes[1] = '\0';
		ret_cell->len = 1;
		ret_cell->cols = 1;
		if (len > 1 && (unsigned char)data[1] >= 0xcc && charset == CHARSET_UTF8)
			return 1 + take_marks(data + 1, len - 1, ret_cell);
		return 1;
	}
	if (first < 0x80) {
		escape_control(ret_cell, first);
		return 1;
	}
	used = decode(data, len, &point);
	if (point < 0) {
		escape_byte(ret_cell, first);
		return 1;
	}
	if (charset == CHARSET_ASCII || role_of(point, &cols) != ROLE_BASE) {
		escape_point(ret_cell, point);
		return used;
	}
	add_bytes(ret_cell, data, used);
	ret_cell->cols = cols;
	return used + take_marks(data + used, len - used, ret_cell);
}

size_t text_cols(const char *data, size_t len, enum charset charset)
{
	struct text_cell cell;
	size_t cols = 0;

	for (size_t at = 0; at < len; cols += (size_t)cell.cols)
		at += text_next(data + at, len - at, charset, &cell);
	return cols;
}

static bool byte_matches(char data, char needle)
{
	return ascii_lower(data ? data : ' ') == ascii_lower(needle);
}

bool text_holds(const char *data, size_t len, const char *needle)
{
	size_t needle_len = strlen(needle);

	for (size_t at = 0; at + needle_len <= len; at++) {
		size_t same = 0;

		while (same < needle_len && byte_matches(data[at + same], needle[same]))
			same++;
		if (same == needle_len)
			return true;
	}
	return false;
}

bool string_holds(const char *string, const char *needle)
{
	return string && text_holds(string, strlen(string), needle);
}
