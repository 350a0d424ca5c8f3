/* Lines of styled cells. */
#include "model/base/line.h"
#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void text_gets_in_sanitised(void **state)
{
	struct line line;
	char big[600];

	(void)state;
	line_init(&line, CHARSET_UTF8);
	assert_null(line.text);
	line_adds(&line, STYLE_PLAIN, NULL);
	line_add(&line, STYLE_PLAIN, "a\0b", 3);
	line_addf(&line, STYLE_STRONG, " %s=%d", "\033", 7);
	assert_string_equal(line.text, "a\\x00b \\e=7");
	assert_int_equal(line.cols, strlen(line.text));
	assert_int_equal(line.cells[0].style, STYLE_PLAIN);
	assert_int_equal(line.cells[line.cell_count - 1].style, STYLE_STRONG);

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	line_clear(&line);
	assert_string_equal(line.text, "");
	assert_int_equal(line.cols, 0);
	line_addf(&line, STYLE_PLAIN, "%s", big);
	assert_string_equal(line.text, big);
	line_done(&line);
}

static void signs_follow_the_charset(void **state)
{
	struct line line;

	(void)state;
	line_init(&line, CHARSET_UTF8);
	line_add_symbol(&line, STYLE_DIM, "├─", "|-");
	assert_string_equal(line.text, "├─");
	line_done(&line);
	line_init(&line, CHARSET_ASCII);
	line_add_symbol(&line, STYLE_DIM, "├─", "|-");
	assert_string_equal(line.text, "|-");
	line_done(&line);
}

static void assert_fits(const char *text, enum charset charset, size_t cols, const char *wanted)
{
	struct line line;

	line_init(&line, charset);
	line_adds(&line, STYLE_PLAIN, text);
	line_fit(&line, cols);
	assert_string_equal(line.text, wanted);
	assert_true(line.cols <= cols);
	assert_int_equal(line.text_len, strlen(wanted));
	line_done(&line);
}

static void a_cut_falls_between_cells_and_shows(void **state)
{
	(void)state;
	assert_fits("namespace", CHARSET_UTF8, 9, "namespace");
	assert_fits("namespace", CHARSET_UTF8, 8, "namespa…");
	assert_fits("namespace", CHARSET_ASCII, 8, "namespa~");
	assert_fits("namespace", CHARSET_UTF8, 1, "…");
	assert_fits("namespace", CHARSET_UTF8, 0, "");
	assert_fits("名称空间", CHARSET_UTF8, 8, "名称空间");
	assert_fits("名称空间", CHARSET_UTF8, 7, "名称空…");
	assert_fits("名称空间", CHARSET_UTF8, 6, "名称 …");
	assert_fits("ab\x01yz", CHARSET_UTF8, 5, "ab  …");
	assert_fits("e\u0301e\u0301e\u0301", CHARSET_UTF8, 2, "e\u0301…");
	/* nothing but blanks is lost: nothing to show */
	assert_fits("uts   ", CHARSET_UTF8, 4, "uts ");
	assert_fits("uts  x", CHARSET_UTF8, 4, "uts…");
}

static void the_ellipsis_looks_like_what_it_stands_for(void **state)
{
	struct line line;

	(void)state;
	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "abc");
	line_adds(&line, STYLE_DEAD, "defg");
	line_fit(&line, 5);
	assert_int_equal(line.cells[3].style, STYLE_DEAD);
	assert_int_equal(line.cells[4].style, STYLE_DEAD);
	line_clear(&line);
	line_add_ns_letter(&line, "abcd", 3);
	line_fit(&line, 2);
	assert_int_equal(line.cells[1].style, STYLE_NS_LETTER);
	assert_int_equal(line.cells[1].color_index, 3);
	line_done(&line);
}

static void pads_to_a_column(void **state)
{
	struct line line;

	(void)state;
	line_init(&line, CHARSET_UTF8);
	line_pad(&line, 2);
	line_adds(&line, STYLE_PLAIN, "名");
	line_pad(&line, 6);
	line_pad(&line, 3);
	assert_string_equal(line.text, "  名  ");
	assert_int_equal(line.cols, 6);
	line_done(&line);
}

static void restyling_leaves_marks_alone(void **state)
{
	struct line line;

	(void)state;
	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "名ab");
	line_add_ns_letter(&line, "c", 5);
	line_restyle(&line, 2, STYLE_NEW);
	assert_int_equal(line.cells[0].style, STYLE_PLAIN);
	assert_int_equal(line.cells[1].style, STYLE_NEW);
	assert_int_equal(line.cells[2].style, STYLE_NEW);
	assert_int_equal(line.cells[3].style, STYLE_NS_LETTER);
	assert_int_equal(line.cells[3].color_index, 5);
	line_done(&line);
}

static void assert_part(const char *text, size_t from, size_t cols, const char *wanted)
{
	struct line whole, part;

	line_init(&whole, CHARSET_UTF8);
	line_init(&part, CHARSET_UTF8);
	line_adds(&whole, STYLE_CODE, text);
	line_adds(&part, STYLE_PLAIN, ">");
	line_append(&part, &whole, from, cols);
	assert_string_equal(part.text, wanted);
	assert_true(part.cols - 1 <= cols);
	line_done(&part);
	line_done(&whole);
}

static void appends_a_part(void **state)
{
	(void)state;
	assert_part("namespace", 0, SIZE_MAX, ">namespace");
	assert_part("namespace", 4, 3, ">spa");
	assert_part("namespace", 9, 3, ">");
	assert_part("名称空间", 2, 4, ">称空");
	assert_part("名称空间", 2, 3, ">称");
	/* the half of a character is a blank */
	assert_part("名称空间", 1, 4, "> 称");
	assert_part("a\x01"
	            "bc",
	    3, 4, ">  bc");
	assert_part("a\x01"
	            "bc",
	    2, 1, "> ");
}

static void appends_cells_by_number(void **state)
{
	struct line whole, part;

	(void)state;
	line_init(&whole, CHARSET_UTF8);
	line_init(&part, CHARSET_UTF8);
	line_adds(&whole, STYLE_CODE, "a名e\u0301z");
	line_append_cells(&part, &whole, 1, 3);
	assert_string_equal(part.text, "名e\u0301");
	assert_int_equal(part.cols, 3);
	assert_int_equal(part.cells[0].style, STYLE_CODE);
	line_done(&part);
	line_done(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_gets_in_sanitised),
	    cmocka_unit_test(signs_follow_the_charset),
	    cmocka_unit_test(a_cut_falls_between_cells_and_shows),
	    cmocka_unit_test(the_ellipsis_looks_like_what_it_stands_for),
	    cmocka_unit_test(pads_to_a_column),
	    cmocka_unit_test(restyling_leaves_marks_alone),
	    cmocka_unit_test(appends_a_part),
	    cmocka_unit_test(appends_cells_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
