/* The sanitiser, case by case; tests/fuzz/text_check.c holds what is true of any bytes. */
#include "model/base/line.h"
#include "model/base/text.h"
#include "model/base/util.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include <cmocka.h>

/* Puts all cells of @data, with a | behind each, into @ret. */
static void show(const char *data, size_t len, enum charset charset, char *ret, size_t room)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t at = 0; at < len;) {
		struct text_cell cell;

		at += text_next(data + at, len - at, charset, &cell);
		used += (size_t)snprintf(ret + used, room - used, "%s|", cell.bytes);
		assert_true(used < room);
	}
}

#define assert_shown(data, charset, wanted)                                                        \
	do {                                                                                       \
		char shown[400];                                                                   \
		show(data, sizeof(data) - 1, charset, shown, sizeof(shown));                       \
		assert_string_equal(shown, wanted);                                                \
	} while (0)

/* Or it could be the sign of an escape. */
static void a_backslash_is_two(void **state)
{
	struct line line;

	(void)state;
	assert_shown("\\", CHARSET_UTF8, "\\\\|");
	assert_shown("lit\\nx\n", CHARSET_ASCII, "l|i|t|\\\\|n|x|\\n|");
	assert_int_equal(text_cols("A\\b", 3, CHARSET_UTF8), 4);
	assert_int_equal(text_utf8("\\", 1), 1);
	assert_true(text_is_shown("\\", 1));
	assert_false(text_is_shown("\n", 1));
	assert_false(text_is_shown("\x7f", 1));
	assert_int_equal(text_utf8("\xe2\x80\xae", 3), 3);
	assert_false(text_is_shown("\xe2\x80\xae", 3));
	assert_true(text_is_shown("\xe6\xbc\xa2", 3));
	assert_int_equal(text_utf8("\xff", 1), 0);

	/* What is typed finds it. */
	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "a\\b");
	assert_string_equal(line.text, "a\\\\b");
	assert_true(line_holds(&line, "a\\b"));
	assert_true(line_holds(&line, "a\\\\b"));
	assert_false(line_holds(&line, "a\\\\\\b"));
	assert_true(line_highlight(&line, "\\b", 0));
	assert_int_equal(line.cells[0].style, STYLE_PLAIN);
	assert_int_equal(line.cells[1].style, STYLE_MATCH);
	assert_int_equal(line.cells[2].style, STYLE_MATCH);
	line_done(&line);
	line_init_verbatim(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "a\\b\n");
	assert_string_equal(line.text, "a\\b\\n");
	line_done(&line);
}

static void plain_text_is_itself(void **state)
{
	(void)state;
	assert_shown("a ~", CHARSET_UTF8, "a| |~|");
	assert_shown("a ~", CHARSET_ASCII, "a| |~|");
	assert_shown("é名", CHARSET_UTF8, "é|名|");
	assert_int_equal(text_cols("é名", strlen("é名"), CHARSET_UTF8), 3);
	assert_int_equal(text_cols("│▶●✔", strlen("│▶●✔"), CHARSET_UTF8), 4);
}

static void controls_are_shown(void **state)
{
	(void)state;
	assert_shown("\n\t\r\033\a\0", CHARSET_UTF8, "\\n|\\t|\\r|\\e|\\x07|\\x00|");
	assert_shown("\x7f", CHARSET_UTF8, "\\x7f|");
	assert_shown("\033[31m", CHARSET_ASCII, "\\e|[|3|1|m|");
	assert_shown("\xc2\x9b", CHARSET_UTF8, "\\u{9b}|");
	assert_int_equal(text_cols("\x1f", 1, CHARSET_UTF8), 4);
}

static void bytes_that_are_no_utf8_are_shown_one_by_one(void **state)
{
	(void)state;
	assert_shown("\xff\xe4", CHARSET_UTF8, "\\xff|\\xe4|");
	assert_shown("\xe5\x90", CHARSET_UTF8, "\\xe5|\\x90|");
	assert_shown("\xe5\x90z", CHARSET_UTF8, "\\xe5|\\x90|z|");
	assert_shown("\xc0\x80", CHARSET_UTF8, "\\xc0|\\x80|");
	assert_shown("\xed\xa0\x80", CHARSET_UTF8, "\\xed|\\xa0|\\x80|");
	assert_shown("\xf4\x90\x80\x80", CHARSET_UTF8, "\\xf4|\\x90|\\x80|\\x80|");
	assert_shown("\x9b", CHARSET_ASCII, "\\x9b|");
}

static void what_hides_is_shown(void **state)
{
	(void)state;
	assert_shown("\u202e", CHARSET_UTF8, "\\u{202e}|");
	assert_shown(
	    "\u2066\u200b\u200d\ufeff", CHARSET_UTF8, "\\u{2066}|\\u{200b}|\\u{200d}|\\u{feff}|");
	assert_shown("\u2028\u2029", CHARSET_UTF8, "\\u{2028}|\\u{2029}|");
	assert_shown("\u00ad", CHARSET_UTF8, "\\u{ad}|");
	assert_shown("\ue000", CHARSET_UTF8, "\\u{e000}|");
	assert_shown("\U000e0041", CHARSET_UTF8, "\\u{e0041}|");
	assert_shown("\U0010ffff", CHARSET_UTF8, "\\u{10ffff}|");
	assert_shown("\u0378", CHARSET_UTF8, "\\u{378}|"); /* not assigned */
	/* a variation selector and a filler: a mark and a letter, drawn as nothing */
	assert_shown("\u2764\ufe0f", CHARSET_UTF8, "❤|\\u{fe0f}|");
	assert_shown("\u3164", CHARSET_UTF8, "\\u{3164}|");
}

/* Whatever this machine's libraries take them for: the next version may see it otherwise. */
static void what_may_have_two_columns_is_spelled_out(void **state)
{
	(void)state;
	assert_shown("\u2630\u2637\u268a\u268f\u4dc0", CHARSET_UTF8,
	    "\\u{2630}|\\u{2637}|\\u{268a}|\\u{268f}|\\u{4dc0}|");
	assert_shown("\U0001d300\U0001d356\U0001d360\U0001d376", CHARSET_UTF8,
	    "\\u{1d300}|\\u{1d356}|\\u{1d360}|\\u{1d376}|");
	assert_shown("\u262f\u2638", CHARSET_UTF8, "\u262f|\u2638|");
}

static void ns_letters_stay_with_their_base(void **state)
{
	(void)state;
	assert_shown("e\u0301x", CHARSET_UTF8, "e\u0301|x|");
	assert_shown("\u4e2d\u0301", CHARSET_UTF8, "\u4e2d\u0301|");
	assert_int_equal(text_cols("e\u0301x", strlen("e\u0301x"), CHARSET_UTF8), 2);
	assert_shown("\u0301", CHARSET_UTF8, "\\u{301}|");
	assert_shown("\n\u0301", CHARSET_UTF8, "\\n|\\u{301}|");
	assert_shown(
	    "e\u0301\u0302\u0303\u0304\u0305", CHARSET_UTF8, "e\u0301\u0302\u0303\u0304|\\u{305}|");
	assert_shown("e\u0301", CHARSET_ASCII, "e|\\u{301}|");
	/* decomposed Hangul: one cell of two columns */
	assert_shown("\u1112\u1161\u11ab", CHARSET_UTF8, "\u1112\u1161\u11ab|");
	assert_int_equal(
	    text_cols("\u1112\u1161\u11ab", strlen("\u1112\u1161\u11ab"), CHARSET_UTF8), 2);
	/* a spacing mark has a column */
	assert_shown("\u0915\u093f", CHARSET_UTF8, "\u0915|\u093f|");
}

static void ascii_has_nothing_else(void **state)
{
	(void)state;
	assert_shown("é名…", CHARSET_ASCII, "\\u{e9}|\\u{540d}|\\u{2026}|");
}

/* What is measured is what a terminal draws: the C library has tables of its own, of another
 * version of Unicode, so what only one of them knows is left out. */
static void widths_are_those_of_the_c_library(void **state)
{
	size_t compared = 0;

	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		print_message("skip: there is no locale C.UTF-8\n");
		skip();
	}
	for (int32_t point = 0x20; point < 0x110000; point++) {
		struct text_cell cell;
		utf8proc_uint8_t bytes[4];
		size_t len;
		int wanted = wcwidth((wchar_t)point);

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		len = (size_t)utf8proc_encode_char(point, bytes);
		assert_int_equal(text_next((const char *)bytes, len, CHARSET_UTF8, &cell), len);
		/* The one character of ASCII that is shown as two. */
		if (cell.cols > 2 || wanted < 0 || point == '\\')
			continue;
		if (cell.cols != wanted)
			fail_msg("U+%04X has %d columns here, %d there", (unsigned)point, cell.cols,
			    wanted);
		compared++;
	}
	setlocale(LC_CTYPE, "C");
	assert_true(compared > 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_is_itself),
	    cmocka_unit_test(a_backslash_is_two),
	    cmocka_unit_test(controls_are_shown),
	    cmocka_unit_test(bytes_that_are_no_utf8_are_shown_one_by_one),
	    cmocka_unit_test(what_hides_is_shown),
	    cmocka_unit_test(what_may_have_two_columns_is_spelled_out),
	    cmocka_unit_test(ns_letters_stay_with_their_base),
	    cmocka_unit_test(ascii_has_nothing_else),
	    cmocka_unit_test(widths_are_those_of_the_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
