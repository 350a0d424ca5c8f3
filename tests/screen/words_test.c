/* No text of ours is cut at 80 columns, in either language: bars, headings, titles, help, advice.
 *
 * What the system says (names, command lines, the kernel's release) may be as long as it likes; so
 * the rows of the tree, of lists of values, and the header's first row are not looked at. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 24, COLS = 80, PAGES_MAX = 60 };

static bool is_whole(struct rig *rig, void *data)
{
	const int *row = data;

	return !strstr(rig_row(rig, *row), "…");
}

/* What is painted arrives in pieces, so a row may still be that of the screen before. */
static void expect_whole(struct rig *rig, int row)
{
	autofree char *what = xasprintf("row %d without a cut", row);

	rig_wait_for(rig, is_whole, &row, what);
}

/* The places that have words of ours only: counts, heading or title, keys. */
static void expect_frame(struct rig *rig)
{
	expect_whole(rig, 1);
	expect_whole(rig, 2);
	expect_whole(rig, -1);
}

struct page {
	char *before;
};

static bool moved(struct rig *rig, void *data)
{
	const struct page *page = data;

	return strcmp(rig_text(rig), page->before) != 0 || !strstr(rig_row(rig, 2), "▼");
}

/* Reads the help to its end. */
static void read_help(struct rig *rig, const char *title)
{
	int pages = 0;

	rig_type(rig, "?");
	rig_wait_row(rig, 2, title);
	rig_wait_row(rig, 2, "▼"); /* it is longer than a page */
	for (; pages < PAGES_MAX; pages++) {
		for (int row = 2; row < ROWS; row++)
			expect_whole(rig, row);
		if (!strstr(rig_row(rig, 2), "▼"))
			break;
		struct page page = {.before = xstrdup(rig_text(rig))};

		rig_type(rig, " ");
		rig_wait_for(rig, moved, &page, "the next page of the help");
		free(page.before);
	}
	assert_in_range(pages, 2, PAGES_MAX - 1);
	rig_type(rig, "?");
	rig_wait_gone(rig, title);
}

struct step {
	const char *keys;
	int row;
	const char *english, *chinese; /* what is in that row then */
	bool all;                      /* every row below it is ours too */
	const char *body[2];           /* what is below then */
};

static const struct step steps[] = {
    {"1", 0, "by PID namespace", "按 PID 名称空间", false, {NULL}},
    {"2", 0, "by type", "按类型", false, {NULL}},
    {"3", 0, "by owner", "按属主", false, {NULL}},
    {"4", 0, "groups", "组", false, {NULL}},
    {"5", 2, "Compare", "比较", true, {"Two processes are needed", "需要两个进程"}},
    {"1gj7", 2, "Inspect", "详查", false, {NULL}},
    {"\033L", 2, "Lessons", "课程", true, {NULL}},
};

static void walk(const char *lang, bool chinese)
{
	autofree char *option = xasprintf("--lang=%s", lang);
	struct rig *rig =
	    rig_start(&(struct rig_options){.rows = ROWS, .cols = COLS, .args = {option}});

	rig_wait_row(rig, -1, "F1");
	rig_wait_row(rig, 1, "·");
	for (size_t i = 0; i < array_len(steps); i++) {
		const struct step *step = &steps[i];

		rig_type(rig, step->keys);
		rig_wait_row(rig, step->row, chinese ? step->chinese : step->english);
		if (step->body[chinese])
			rig_wait(rig, step->body[chinese]);
		expect_frame(rig);
		for (int row = 3; step->all && row < ROWS; row++)
			expect_whole(rig, row);
	}
	rig_type(rig, "\0331");
	rig_wait_row(rig, 0, chinese ? steps[0].chinese : steps[0].english);
	/* Each view has its help. */
	for (size_t i = 3; i < 6; i++) {
		rig_type(rig, steps[i].keys);
		rig_wait_row(rig, steps[i].row, chinese ? steps[i].chinese : steps[i].english);
		read_help(rig, chinese ? "─ 帮助" : "─ Help");
	}
	rig_type(rig, "\033");
	explorer_quit(rig);
}

static void nothing_is_cut_in_english(void **state)
{
	(void)state;
	walk("en", false);
}

static void nothing_is_cut_in_chinese(void **state)
{
	(void)state;
	walk("zh_CN", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(nothing_is_cut_in_english, rig_free_all),
	    cmocka_unit_test_teardown(nothing_is_cut_in_chinese, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
