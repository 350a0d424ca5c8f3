/* Compare and the inspector on the screen: what they say, marks, folds, search, filter, mouse, help,
 * at every size, in both languages, with every charset; hostile names. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Long enough to be in no random name of a folder in another program's arguments. */
#define FOUND "vuesc"
#define NAME  FOUND "\033[31m\n"
#define SEEN  FOUND "\\e[31m\\n"

static struct subject subject, plain;
static bool there;

static int make_subjects(void **state)
{
	const struct subject_options options = {.flags = CLONE_NEWUTS | CLONE_NEWUSER | CLONE_NEWNS,
	    .hostname = "view\033host",
	    .comm = NAME,
	    .args = {"\033]0;title\007"}};
	const struct subject_options usual = {.comm = "viewplain"};

	(void)state;
	there = subject_start(&options, &subject) == 0 && subject_start(&usual, &plain) == 0;
	return 0;
}

static int end_subjects(void **state)
{
	(void)state;
	subject_end(&subject);
	subject_end(&plain);
	return 0;
}

static void need_subjects(void)
{
	if (there)
		return;
	print_message("skip: namespaces can't be made here\n");
	skip();
}

/* Selects the process called @name. */
static void select_process(struct rig *rig, const char *name, const char *seen)
{
	rig_type(rig, "/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, seen);
	rig_type(rig, "\033");
	rig_wait_gone(rig, "search: ");
}

static struct rig *open_tree(int rows, int cols)
{
	return explorer_open(&(struct rig_options){.rows = rows, .cols = cols});
}

static struct rig *open_compared(int rows, int cols)
{
	struct rig *rig = open_tree(rows, cols);

	select_process(rig, "viewplain", "viewplain");
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "A is ");
	select_process(rig, FOUND, SEEN);
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "B is ");
	rig_type(rig, "5");
	return rig;
}

/* --- Compare ---------------------------------------------------------------------------------- */

static void two_are_compared(void **state)
{
	struct rig *rig;

	(void)state;
	need_subjects();
	rig = open_compared(60, 100);
	rig_wait_row(rig, 0, "compare");
	rig_wait(rig, "viewplain  <B>");
	rig_wait(rig, SEEN);
	explorer_wait_row_with(rig, "uts", "different");
	explorer_wait_row_with(rig, "net", "same");
	rig_wait(rig, "\"view\\ehost\" for B");
	rig_type(rig, "G");
	rig_wait(rig, "What B sees of A");
	rig_wait(rig, "that of the other, which it can't see: view\\ehost");
	/* The helper has read the map and the mounts. */
	rig_wait(rig, "Each path is one in its own mount namespace");
	rig_wait_gone(rig, "the map there was not read");
	rig_type(rig, "\033");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_row_with(rig, "<B>", SEEN);
	explorer_quit(rig);
}

static void sections_fold_are_searched_and_filtered(void **state)
{
	struct rig *rig;
	int row, col;

	(void)state;
	need_subjects();
	rig = open_compared(40, 100);
	rig_wait(rig, "▼ cgroup");
	rig_type(rig, "jjjjj");
	explorer_wait_selected(rig, "▼ cgroup");
	rig_type(rig, "\r");
	explorer_wait_selected(rig, "▶ cgroup");
	rig_wait_gone(rig, "The paths in /proc");
	rig_type(rig, "l");
	explorer_wait_selected(rig, "▼ cgroup");
	rig_wait(rig, "The paths in /proc");
	rig_wait_find(rig, "▼ ipc", &row, &col);
	rig_click(rig, row, 0);
	rig_wait(rig, "▶ ipc");
	rig_type(rig, "/system v\r");
	explorer_wait_selected(rig, "System V");
	rig_wait_row(rig, 0, "(1 found)");
	rig_wait(rig, "▼ ipc");
	rig_type(rig, "floopback\r");
	rig_wait_gone(rig, "▼ ipc");
	explorer_wait_row_with(rig, "▼ net", "same");
	rig_type(rig, "\033");
	rig_wait_gone(rig, "filter: ");
	rig_type(rig, "g");
	rig_wait(rig, "▼ ipc");
	rig_type(rig, "?");
	rig_wait(rig, "How to compare");
	rig_type(rig, "?");
	rig_wait_row(rig, 0, "compare");
	explorer_quit(rig);
}

static void with_fewer_than_two_it_says_what_to_do(void **state)
{
	struct rig *rig = open_tree(24, 80);

	(void)state;
	need_subjects();
	rig_type(rig, "5");
	rig_wait(rig, "Two processes are needed");
	rig_type(rig, "\033");
	rig_wait_row(rig, 0, "by PID namespace");
	/* One marked: the other is the one that is selected. */
	select_process(rig, "viewplain", "viewplain");
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "mark another process");
	rig_type(rig, "5");
	rig_wait(rig, "Two processes are needed");
	rig_type(rig, "\033");
	select_process(rig, FOUND, SEEN);
	rig_type(rig, "5");
	rig_wait(rig, "▼ cgroup");
	rig_type(rig, "\033");
	/* Marked again: no more. */
	select_process(rig, "viewplain", "<A> viewplain");
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "no longer marked");
	rig_wait_gone(rig, "<A>");
	explorer_quit(rig);
}

/* A third takes the place of the oldest; and the mark goes with the process to every grouping. */
static void the_last_two_are_kept(void **state)
{
	struct rig *rig = open_tree(40, 100);

	(void)state;
	need_subjects();
	rig_type(rig, "gj");
	explorer_wait_selected(rig, "1 ");
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "A is ");
	select_process(rig, "viewplain", "viewplain");
	rig_type(rig, " ");
	rig_wait_row(rig, -1, "B is ");
	select_process(rig, FOUND, SEEN);
	rig_type(rig, " ");
	explorer_wait_row_with(rig, "<B>", SEEN);
	rig_type(rig, "4fviewplain\r");
	explorer_wait_row_with(rig, "<A>", "viewplain");
	/* Of a room the first process. */
	rig_type(rig, "g ");
	rig_wait_row(rig, -1, "B is ");
	explorer_wait_no_row_with(rig, "<A>", "viewplain");
	explorer_quit(rig);
}

/* --- The inspector ---------------------------------------------------------------------------- */

static void a_process_is_told_with_all_its_namespaces(void **state)
{
	struct rig *rig;

	(void)state;
	need_subjects();
	rig = open_tree(40, 100);
	select_process(rig, FOUND, SEEN);
	rig_type(rig, "7");
	rig_wait_row(rig, 0, "inspect");
	rig_wait(rig, "Inspect  Process ");
	rig_type(rig, "finside\r");
	/* The initial ones too. */
	explorer_wait_row_with(rig, "Inside", "ipc:");
	rig_type(rig, "G");
	explorer_wait_row_with(rig, "Inside", "uts:");
	rig_type(rig, "\033");
	rig_type(rig, "/view\\eho\r");
	rig_wait_row(rig, 0, "search: view");
	rig_wait(rig, "Held by");
	rig_type(rig, "\033");
	rig_type(rig, "r?");
	rig_wait(rig, "How to read the Inspect view");
	rig_type(rig, "?\033");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_selected(rig, SEEN);
	explorer_quit(rig);
}

/* From a process to who shares a namespace with it, in two keys; and back. */
static void a_letter_leads_to_the_members(void **state)
{
	char name[32];
	struct rig *rig;

	(void)state;
	need_subjects();
	snprintf(
	    name, sizeof(name), "uts:%llu", (unsigned long long)subject_inode(subject.pid, "uts"));
	rig = open_tree(50, 100);
	select_process(rig, FOUND, SEEN);
	rig_type(rig, "i");
	rig_wait(rig, "Members of its: ");
	rig_type(rig, "U");
	rig_wait_row(rig, 0, "by type");
	explorer_wait_selected(rig, name);
	explorer_wait_row_with(rig, "── ", SEEN);
	rig_type(rig, "(");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_selected(rig, SEEN);
	/* Any other letter asks nothing and says which there are. */
	rig_type(rig, "ix");
	rig_wait(rig, "no type has this letter");
	explorer_quit(rig);
}

static void a_namespace_tells_why_it_is_alive(void **state)
{
	char name[32];
	struct rig *rig;

	(void)state;
	need_subjects();
	snprintf(
	    name, sizeof(name), "uts:%llu", (unsigned long long)subject_inode(subject.pid, "uts"));
	rig = open_tree(50, 100);
	rig_type(rig, "2/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, name);
	rig_type(rig, "\0337");
	rig_wait(rig, "Inspect  Namespace uts:");
	rig_wait(rig, "▼ Held by");
	rig_wait(rig, "▼ Inside");
	rig_wait(rig, "view\\ehost");
	/* Its subject ends, and the inspector says so. */
	subject_end(&subject);
	there = false;
	rig_wait(rig, "It is gone");
	explorer_quit(rig);
}

/* --- Sizes, languages, charsets --------------------------------------------------------------- */

struct look {
	int rows, cols;
	const char *locale, *arg, *term;
	const char *inspector, *compare;
};

static void every_size_language_and_charset(void **state)
{
	static const struct look looks[] = {
	    {60, 200, "C.UTF-8", NULL, NULL, "─ Inspect", "─ Compare"},
	    {24, 80, "C.UTF-8", NULL, NULL, "─ Inspect", "─ Compare"},
	    {24, 80, "C.UTF-8", "--ascii", NULL, "- Inspect", "- Compare"},
	    {24, 80, "C.UTF-8", "--no-color", NULL, "─ Inspect", "─ Compare"},
	    {24, 80, "C", NULL, "vt100", "- Inspect", "- Compare"},
	    {24, 80, "C.UTF-8", "--lang=zh_CN", NULL, "─ 详查", "─ 比较"},
	    {60, 200, "C.UTF-8", "--lang=zh_CN", NULL, "─ 详查", "─ 比较"},
	    {10, 40, "C.UTF-8", NULL, NULL, "─ Inspect", "─ Compare"},
	    {10, 40, "C.UTF-8", "--lang=zh_CN", NULL, "─ 详查", "─ 比较"},
	    {5, 20, "C.UTF-8", NULL, NULL, "─ Insp", "─ Comp"},
	    {5, 20, "C.UTF-8", "--lang=zh_CN", NULL, "─ 详查", "─ 比较"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(looks); i++) {
		const struct look *look = &looks[i];
		struct rig *rig = rig_start(&(struct rig_options){.rows = look->rows,
		    .cols = look->cols,
		    .locale = look->locale,
		    .term = look->term,
		    .args = {look->arg}});
		int title = look->rows >= 10 ? 2 : 1;

		rig_wait_row(rig, -1, "F1");
		rig_wait(rig, "1");
		rig_type(rig, "gj 7");
		rig_wait_row(rig, title, look->inspector);
		rig_type(rig, "G");
		rig_type(rig, "\0335");
		rig_wait_row(rig, title, look->compare);
		rig_type(rig, "\033jj5");
		rig_wait_row(rig, title, look->compare);
		rig_type(rig, "G*g");
		explorer_quit(rig);
	}
}

static void they_stay_through_a_resize(void **state)
{
	static const int sizes[][2] = {{60, 200}, {10, 40}, {5, 20}, {24, 80}, {3, 10}, {40, 120}};
	struct rig *rig = open_tree(24, 80);

	(void)state;
	rig_type(rig, "gj7");
	for (size_t i = 0; i < array_len(sizes); i++) {
		rig_resize(rig, sizes[i][0], sizes[i][1]);
		if (sizes[i][0] < 5)
			rig_wait(rig, "20x5");
		else
			rig_wait_row(rig, sizes[i][0] >= 10 ? 2 : 1, "─ Insp");
	}
	explorer_quit(rig);
}

/* How to read it, and the keys that are alive where help was asked for, before all others. */
static void each_view_has_its_own_help(void **state)
{
	static const struct {
		const char *keys, *title, *own; /* own: a key of the first part */
	} views[] = {
	    {"1", "How to read the tree", "follow the selected process"},
	    {"4", "How to read the groups", "groups: order by the column before"},
	    {"5", "How to compare", "read the namespaces again"},
	    {"6", "How to read the timeline", "timeline: to what the line"},
	    {"7", "How to read the Inspect view", "read the namespaces again"},
	    {"L\r", "How to go through a lesson", "the next hint"},
	};
	struct rig *rig = open_tree(120, 100);

	(void)state;
	for (size_t i = 0; i < array_len(views); i++) {
		int here, elsewhere, own, col;

		rig_type(rig, views[i].keys);
		if (i == array_len(views) - 1)
			rig_wait(rig, "The question");
		rig_type(rig, "?");
		rig_wait_row(rig, 3, views[i].title);
		rig_wait_find(rig, "Keys here", &here, &col);
		rig_wait_find(rig, "Keys in the settings", &elsewhere, &col);
		rig_wait_find(rig, views[i].own, &own, &col);
		if (own <= here || own >= elsewhere)
			rig_fail(rig, "\"%s\" is none of the keys here", views[i].own);
		rig_type(rig, "?");
		rig_wait_gone(rig, "Keys here");
	}
	rig_type(rig, "q");
	rig_wait_gone(rig, "The question");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(two_are_compared, rig_free_all),
	    cmocka_unit_test_teardown(sections_fold_are_searched_and_filtered, rig_free_all),
	    cmocka_unit_test_teardown(with_fewer_than_two_it_says_what_to_do, rig_free_all),
	    cmocka_unit_test_teardown(the_last_two_are_kept, rig_free_all),
	    cmocka_unit_test_teardown(a_process_is_told_with_all_its_namespaces, rig_free_all),
	    cmocka_unit_test_teardown(every_size_language_and_charset, rig_free_all),
	    cmocka_unit_test_teardown(they_stay_through_a_resize, rig_free_all),
	    cmocka_unit_test_teardown(a_letter_leads_to_the_members, rig_free_all),
	    cmocka_unit_test_teardown(a_namespace_tells_why_it_is_alive, rig_free_all),
	    cmocka_unit_test_teardown(each_view_has_its_own_help, rig_free_all),
	};

	return cmocka_run_group_tests(tests, make_subjects, end_subjects);
}
