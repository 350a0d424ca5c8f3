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

static void expect(const struct folio *folio, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < folio->row_count; i++) {
		const struct folio_row *row = &folio->rows[i];
		const char *shown = folio->lines.items[row->line].text;

		fprintf(out, "%s%s%s%s%s", i ? "|" : "", row->heading ? "#" : "",
		    shown ? shown : "", row->folded ? "+" : "", row->matched ? "*" : "");
	}
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void show(struct folio *folio, const char *filter, const char *search)
{
	folio_show(folio, filter, search);
}

static void sections_fold(void **state)
{
	struct lines lines = lines_of("intro|#One|a|b|#Two|c|#Three");
	struct folio folio = {0};

	(void)state;
	folio_take(&folio, &lines);
	assert_int_equal(lines.count, 0);
	show(&folio, NULL, NULL);
	expect(&folio, "intro|#One|a|b|#Two|c|#Three");
	assert_false(folio_fold(&folio, 0, true)); /* has no heading to stay */
	assert_true(folio_fold(&folio, 2, true));  /* from within */
	assert_false(folio_fold(&folio, 1, true));
	show(&folio, "", "");
	expect(&folio, "intro|#One+|#Two|c|#Three");
	assert_false(folio_fold(&folio, 99, true));
	/* New lines of the same sections: folds stay. */
	lines = lines_of("intro|#One|x|#Two|y");
	folio_take(&folio, &lines);
	show(&folio, NULL, NULL);
	expect(&folio, "intro|#One+|#Two|y");
	folio_fold_all(&folio, true);
	show(&folio, NULL, NULL);
	expect(&folio, "intro|#One+|#Two+");
	folio_fold_all(&folio, false);
	show(&folio, NULL, NULL);
	expect(&folio, "intro|#One|x|#Two|y");
	folio_done(&folio);
}

static void the_filter_keeps_headings(void **state)
{
	struct lines lines = lines_of("intro|#One|apple|bee|#Two|ape|#Apes|x|y");
	struct folio folio = {0};

	(void)state;
	folio_take(&folio, &lines);
	show(&folio, "AP", NULL);
	expect(&folio, "#One|apple|#Two|ape|#Apes|x|y");
	assert_true(folio_fold(&folio, 0, true));
	assert_true(folio_fold(&folio, 4, true));
	show(&folio, "ap", NULL); /* what was found below shows through the fold */
	expect(&folio, "#One|apple|#Two|ape|#Apes+");
	show(&folio, "nothing", NULL);
	expect(&folio, "");
	assert_int_equal(folio_row_of(&folio, 3), 0);
	folio_done(&folio);
}

static void the_search_goes_round_and_into_folds(void **state)
{
	struct lines lines = lines_of("pear|#One|apple|bee|#Two|ape|#Apes|x");
	struct folio folio = {0};
	uint32_t line;

	(void)state;
	folio_take(&folio, &lines);
	show(&folio, NULL, "ap");
	expect(&folio, "pear|#One|apple*|bee|#Two|ape*|#Apes*|x");
	assert_int_equal(folio.matched, 3);
	folio_fold_all(&folio, true);
	show(&folio, NULL, "ap");
	expect(&folio, "pear|#One+|#Two+|#Apes+*");
	assert_int_equal(folio.matched, 3);
	assert_true(folio_open_match(&folio, 0, 1, NULL, "ap", &line));
	show(&folio, NULL, "ap");
	assert_int_equal(folio_row_of(&folio, line), 2);
	expect(&folio, "pear|#One|apple*|bee|#Two+|#Apes+*");
	assert_true(folio_open_match(&folio, 2, -1, NULL, "ap", &line));
	show(&folio, NULL, "ap");
	assert_int_equal(folio_row_of(&folio, line), 5); /* the heading, whose fold stays */
	expect(&folio, "pear|#One|apple*|bee|#Two+|#Apes+*");
	assert_true(folio_open_match(&folio, 5, 1, "bee", "ap", &line) == false);
	assert_false(folio_open_match(&folio, 0, 1, NULL, "zebra", &line));
	assert_false(folio_open_match(&folio, 0, 1, NULL, NULL, &line));
	folio_done(&folio);
	assert_false(folio_open_match(&folio, 0, 1, NULL, "a", &line));
	show(&folio, "a", "a");
	folio_done(&folio);
}

/* A heading that was wrapped is one, and its rest is hidden with the section. */
static void a_long_heading_is_one(void **state)
{
	struct lines lines = lines_of("#One that|#is long|a|#Two|b");
	struct folio folio = {0};

	(void)state;
	folio_take(&folio, &lines);
	assert_int_equal(folio.section_count, 2);
	assert_true(folio_fold(&folio, 0, true) == false); /* not shown yet */
	show(&folio, NULL, NULL);
	expect(&folio, "#One that|is long|a|#Two|b");
	assert_true(folio_fold(&folio, 1, true));
	show(&folio, NULL, NULL);
	expect(&folio, "#One that+|#Two|b");
	folio_done(&folio);
}

/* More sections than folds are kept for. */
static void many_sections_stay_open(void **state)
{
	struct lines lines = {0};
	struct folio folio = {0};

	(void)state;
	for (int i = 0; i < FOLIO_FOLDS + 9; i++) {
		line_adds(lines_add(&lines, CHARSET_UTF8), STYLE_TITLE, "h");
		line_adds(lines_add(&lines, CHARSET_UTF8), STYLE_PLAIN, "b");
	}
	folio_take(&folio, &lines);
	folio_fold_all(&folio, true);
	show(&folio, NULL, NULL);
	assert_int_equal(folio.row_count, FOLIO_FOLDS + 9 + 9);
	assert_false(folio_fold(&folio, (uint32_t)folio.row_count - 1, true));
	folio_done(&folio);
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
