/* Text in sections: folds, filter, search; and that what is shown and what is hidden add up. */
#include "model/base/util.h"
#include "model/report/section_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* '#' begins a heading. */
static struct lines lines_of(const char *text)
{
	struct lines lines = {0};

	while (*text) {
		size_t len = strcspn(text, "|");
		bool heading = *text == '#';

		line_add(lines_add(&lines, CHARSET_UTF8), heading ? STYLE_TITLE : STYLE_PLAIN,
		    text + heading, len - heading);
		text += len + (text[len] == '|');
	}
	return lines;
}

static void expect(const struct section_text *section_text, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < section_text->row_count; i++) {
		const struct section_text_row *row = &section_text->rows[i];
		const char *shown = section_text->lines.items[row->line].text;

		fprintf(out, "%s%s%s%s%s", i ? "|" : "", row->heading ? "#" : "",
		    shown ? shown : "", row->folded ? "+" : "", row->matched ? "*" : "");
	}
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void show(struct section_text *section_text, const char *filter, const char *search)
{
	section_text_show(section_text, filter, search);
}

static void sections_fold(void **state)
{
	struct lines lines = lines_of("intro|#One|a|b|#Two|c|#Three");
	struct section_text section_text = {0};

	(void)state;
	section_text_take(&section_text, &lines);
	assert_int_equal(lines.count, 0);
	show(&section_text, NULL, NULL);
	expect(&section_text, "intro|#One|a|b|#Two|c|#Three");
	assert_false(section_text_fold(&section_text, 0, true)); /* has no heading to stay */
	assert_true(section_text_fold(&section_text, 2, true));  /* from within */
	assert_false(section_text_fold(&section_text, 1, true));
	show(&section_text, "", "");
	expect(&section_text, "intro|#One+|#Two|c|#Three");
	assert_false(section_text_fold(&section_text, 99, true));
	/* New lines of the same sections: folds stay. */
	lines = lines_of("intro|#One|x|#Two|y");
	section_text_take(&section_text, &lines);
	show(&section_text, NULL, NULL);
	expect(&section_text, "intro|#One+|#Two|y");
	section_text_fold_all(&section_text, true);
	show(&section_text, NULL, NULL);
	expect(&section_text, "intro|#One+|#Two+");
	section_text_fold_all(&section_text, false);
	show(&section_text, NULL, NULL);
	expect(&section_text, "intro|#One|x|#Two|y");
	section_text_done(&section_text);
}

static void the_filter_keeps_headings(void **state)
{
	struct lines lines = lines_of("intro|#One|apple|bee|#Two|ape|#Apes|x|y");
	struct section_text section_text = {0};

	(void)state;
	section_text_take(&section_text, &lines);
	show(&section_text, "AP", NULL);
	expect(&section_text, "#One|apple|#Two|ape|#Apes|x|y");
	assert_true(section_text_fold(&section_text, 0, true));
	assert_true(section_text_fold(&section_text, 4, true));
	show(&section_text, "ap", NULL); /* what was found below shows through the fold */
	expect(&section_text, "#One|apple|#Two|ape|#Apes+");
	show(&section_text, "nothing", NULL);
	expect(&section_text, "");
	assert_int_equal(section_text_row_of(&section_text, 3), 0);
	section_text_done(&section_text);
}

static void the_search_goes_round_and_into_folds(void **state)
{
	struct lines lines = lines_of("pear|#One|apple|bee|#Two|ape|#Apes|x");
	struct section_text section_text = {0};
	uint32_t line;

	(void)state;
	section_text_take(&section_text, &lines);
	show(&section_text, NULL, "ap");
	expect(&section_text, "pear|#One|apple*|bee|#Two|ape*|#Apes*|x");
	assert_int_equal(section_text.matched, 3);
	section_text_fold_all(&section_text, true);
	show(&section_text, NULL, "ap");
	expect(&section_text, "pear|#One+|#Two+|#Apes+*");
	assert_int_equal(section_text.matched, 3);
	assert_true(section_text_open_match(&section_text, 0, 1, NULL, "ap", &line));
	show(&section_text, NULL, "ap");
	assert_int_equal(section_text_row_of(&section_text, line), 2);
	expect(&section_text, "pear|#One|apple*|bee|#Two+|#Apes+*");
	assert_true(section_text_open_match(&section_text, 2, -1, NULL, "ap", &line));
	show(&section_text, NULL, "ap");
	assert_int_equal(
	    section_text_row_of(&section_text, line), 5); /* the heading, whose fold stays */
	expect(&section_text, "pear|#One|apple*|bee|#Two+|#Apes+*");
	assert_true(section_text_open_match(&section_text, 5, 1, "bee", "ap", &line) == false);
	assert_false(section_text_open_match(&section_text, 0, 1, NULL, "zebra", &line));
	assert_false(section_text_open_match(&section_text, 0, 1, NULL, NULL, &line));
	section_text_done(&section_text);
	assert_false(section_text_open_match(&section_text, 0, 1, NULL, "a", &line));
	show(&section_text, "a", "a");
	section_text_done(&section_text);
}

/* A heading that was wrapped is one, and its rest is hidden with the section. */
static void a_long_heading_is_one(void **state)
{
	struct lines lines = lines_of("#One that|#is long|a|#Two|b");
	struct section_text section_text = {0};

	(void)state;
	section_text_take(&section_text, &lines);
	assert_int_equal(section_text.section_count, 2);
	assert_true(section_text_fold(&section_text, 0, true) == false); /* not shown yet */
	show(&section_text, NULL, NULL);
	expect(&section_text, "#One that|is long|a|#Two|b");
	assert_true(section_text_fold(&section_text, 1, true));
	show(&section_text, NULL, NULL);
	expect(&section_text, "#One that+|#Two|b");
	section_text_done(&section_text);
}

/* More sections than folds are kept for. */
static void many_sections_stay_open(void **state)
{
	struct lines lines = {0};
	struct section_text section_text = {0};

	(void)state;
	for (int i = 0; i < SECTION_TEXT_FOLDS + 9; i++) {
		line_adds(lines_add(&lines, CHARSET_UTF8), STYLE_TITLE, "h");
		line_adds(lines_add(&lines, CHARSET_UTF8), STYLE_PLAIN, "b");
	}
	section_text_take(&section_text, &lines);
	section_text_fold_all(&section_text, true);
	show(&section_text, NULL, NULL);
	assert_int_equal(section_text.row_count, SECTION_TEXT_FOLDS + 9 + 9);
	assert_false(section_text_fold(&section_text, (uint32_t)section_text.row_count - 1, true));
	section_text_done(&section_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sections_fold),
	    cmocka_unit_test(the_filter_keeps_headings),
	    cmocka_unit_test(the_search_goes_round_and_into_folds),
	    cmocka_unit_test(a_long_heading_is_one),
	    cmocka_unit_test(many_sections_stay_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
