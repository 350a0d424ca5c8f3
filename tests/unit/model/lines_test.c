/* The wrapping of lines. */
#include "model/base/util.h"
#include "model/report/detail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Wraps @text, and compares the lines, with a / between them. */
static void assert_wraps(const char *text, size_t indent, size_t cols, const char *wanted)
{
	struct lines lines = {0};
	char all[400];
	size_t used = 0;

	lines_wrap(&lines, CHARSET_UTF8, STYLE_PLAIN, text, indent, cols);
	for (size_t i = 0; i < lines.count; i++) {
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i ? "/" : "",
		    lines.items[i].text ? lines.items[i].text : "");
		assert_true(used < sizeof(all));
	}
	assert_string_equal(all, wanted);
	lines_done(&lines);
	assert_null(lines.items);
}

static void breaks_between_words(void **state)
{
	(void)state;
	assert_wraps("a copy, then diverge", 0, 8, "a copy,/then/diverge");
	assert_wraps("a copy, then diverge", 2, 8, "a copy,/  then/  diverg/  e");
	assert_wraps("a copy, then diverge", 2, 0, "a copy, then diverge");
	assert_wraps("a copy, then diverge", 2, 20, "a copy, then diverge");
	assert_wraps("two  blanks", 0, 4, "two/blan/ks");
	assert_wraps("two  blanks", 0, 7, "two/blanks");
	assert_wraps("", 2, 8, "");
	assert_wraps("word", 9, 2, "wo/rd");
}

static void breaks_cjk_anywhere_but_at_punctuation(void **state)
{
	(void)state;
	assert_wraps("名称空间", 0, 4, "名称/空间");
	assert_wraps("名称空间", 0, 5, "名称/空间");
	assert_wraps("名称，空间", 0, 4, "名/称，/空间");
	assert_wraps("名（称）空", 0, 6, "名/（称）/空");
	assert_wraps("名（称）空", 0, 4, "名/（称/）空");
	assert_wraps("用unshare建立", 0, 9, "用unshare/建立");
	assert_wraps("用unshare建立", 0, 8, "用/unshare/建立");
}

static void escapes_stay_whole(void **state)
{
	(void)state;
	assert_wraps("ab\ncd", 0, 3, "ab/\\nc/d");
	assert_wraps("\x01\x02", 0, 6, "\\x01/\\x02");
}

static void what_is_too_wide_is_cut(void **state)
{
	(void)state;
	assert_wraps("a\u202e"
	             "b",
	    0, 3, "a/  …/b");
	assert_wraps("名", 0, 1, "…");
}

static void styles_stay(void **state)
{
	struct lines lines = {0};
	struct line line;

	(void)state;
	line_init(&line, CHARSET_UTF8);
	line_adds(&line, STYLE_PLAIN, "call ");
	line_adds(&line, STYLE_CODE, "unshare(2)");
	lines_wrap_line(&lines, &line, 2, 12);
	assert_int_equal(lines.count, 2);
	assert_string_equal(lines.items[0].text, "call");
	assert_string_equal(lines.items[1].text, "  unshare(2)");
	assert_int_equal(lines.items[0].cells[0].style, STYLE_PLAIN);
	assert_int_equal(lines.items[1].cells[2].style, STYLE_CODE);
	lines_done(&lines);
	line_done(&line);
}

/* A command line may have 128 KiB: wrapping must not walk it anew for each line. */
static void long_text_is_cheap(void **state)
{
	enum { LONG = 1 << 18 };
	autofree char *text = xmalloc(LONG + 1);
	struct lines lines = {0};

	(void)state;
	memset(text, 'x', LONG);
	text[LONG] = '\0';
	lines_wrap(&lines, CHARSET_UTF8, STYLE_PLAIN, text, 0, 16);
	assert_int_equal(lines.count, LONG / 16);
	lines_done(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(breaks_between_words),
	    cmocka_unit_test(breaks_cjk_anywhere_but_at_punctuation),
	    cmocka_unit_test(escapes_stay_whole),
	    cmocka_unit_test(what_is_too_wide_is_cut),
	    cmocka_unit_test(styles_stay),
	    cmocka_unit_test(long_text_is_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
