/* Rooms on the screen: the matrix at every size, its order by keys and mouse, folds, search, the
 * details, hostile names. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAME "roomy\033[31m"
#define SEEN "roomy\\e[31m"

static struct subject subjects[2];
static bool there;

static int make_subjects(void **state)
{
	const struct subject_options options = {
	    .flags = CLONE_NEWUTS | CLONE_NEWIPC, .hostname = "roomhost", .comm = NAME};

	(void)state;
	there = subject_start(&options, &subjects[0]) == 0 &&
	        subject_start(&options, &subjects[1]) == 0;
	return 0;
}

static int end_subjects(void **state)
{
	(void)state;
	subject_end(&subjects[0]);
	subject_end(&subjects[1]);
	return 0;
}

static void need_subjects(void)
{
	if (there)
		return;
	print_message("skip: namespaces can't be made here\n");
	skip();
}

static struct rig *open_ns_groups(const struct rig_options *options)
{
	struct rig *rig = explorer_open(options);

	rig_type(rig, "4");
	return rig;
}

/* --- Every size, language, charset, with colors and without ---------------------------------- */

struct look {
	int rows, cols;
	const char *locale, *args[2], *term;
	const char *heading; /* in the first row of the tree */
	const char *header;
};

static void every_size_language_and_charset(void **state)
{
	static const struct look looks[] = {
	    {60, 200, "C.UTF-8", {0}, NULL, "COUNT▼ FIRST PROCESS",
	        "groups by number of processes"},
	    {24, 80, "C.UTF-8", {0}, NULL, "cgroup ipc mnt net pid time user uts", "groups"},
	    {24, 80, "C.UTF-8", {"--ascii"}, NULL, "COUNTv FIRST PROCESS", "groups"},
	    {24, 80, "C.UTF-8", {"--no-color"}, NULL, "COUNT▼", "groups"},
	    {24, 80, "C", {0}, "vt100", "COUNTv FIRST", "groups"},
	    {24, 80, "C.UTF-8", {"--lang=zh_CN"}, NULL, "数量▼ 首个进程", "组"},
	    {60, 200, "C.UTF-8", {"--lang=zh_CN"}, NULL, "数量▼ 首个进程", "组，按进程数量"},
	    {10, 40, "C.UTF-8", {0}, NULL, "cimnptuU", NULL},
	    {10, 40, "C.UTF-8", {"--lang=zh_CN"}, NULL, "数量▼", NULL},
	    {5, 20, "C.UTF-8", {0}, NULL, "COUNT▼", NULL},
	};

	(void)state;
	for (size_t i = 0; i < array_len(looks); i++) {
		const struct look *look = &looks[i];
		struct rig_options options = {.rows = look->rows,
		    .cols = look->cols,
		    .locale = look->locale,
		    .term = look->term,
		    .args = {look->args[0]}};
		struct rig *rig = rig_start(&options);

		rig_wait_row(rig, -1, "F1");
		rig_wait(rig, "1 ");
		rig_type(rig, "4");
		rig_wait_row(rig, look->rows >= 10 ? 2 : 1, look->heading);
		if (look->header)
			rig_wait_row(rig, 0, look->header);
		explorer_quit(rig);
	}
}

static void it_stays_through_a_resize(void **state)
{
	struct rig *rig = open_ns_groups(&(struct rig_options){.rows = 40, .cols = 120});

	(void)state;
	rig_wait_row(rig, 2, "cgroup ipc mnt net pid time user uts");
	rig_resize(rig, 10, 40);
	rig_wait_row(rig, 2, "cimnptuU");
	rig_resize(rig, 5, 20);
	rig_wait_row(rig, 1, "COUNT▼");
	rig_resize(rig, 24, 80);
	rig_wait_row(rig, 2, "cgroup ipc mnt net pid time user uts");
	explorer_quit(rig);
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void one_row_for_each_room_and_its_members_below(void **state)
{
	struct rig *rig;

	(void)state;
	need_subjects();
	rig = open_ns_groups(&(struct rig_options){.rows = 40, .cols = 100});
	explorer_wait_rows_with(rig, SEEN, "▶     1 ", 2);
	explorer_filter(rig, "roomy");
	rig_type(rig, "g");
	explorer_wait_selected(rig, "▼     1 " SEEN);
	rig_wait(rig, "Group of " SEEN);
	rig_wait(rig, "Differs   ");
	rig_type(rig, "-");
	explorer_wait_selected(rig, "▶     1 " SEEN);
	rig_type(rig, "l");
	explorer_wait_selected(rig, "▼     1 " SEEN);
	rig_type(rig, "l");
	rig_wait(rig, "Process ");
	explorer_quit(rig);
}

/* The selection goes from a process to its room, and from a room to its first process. */
static void the_selection_stays_on_the_same(void **state)
{
	struct rig *rig;

	(void)state;
	need_subjects();
	rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 100});
	rig_type(rig, "/roomy\r");
	explorer_wait_selected(rig, SEEN);
	rig_type(rig, "4");
	rig_wait_row(rig, 0, "groups");
	explorer_wait_selected(rig, "▶     1 " SEEN);
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_wait_selected(rig, SEEN);
	explorer_quit(rig);
}

static void ordered_by_keys(void **state)
{
	struct rig *rig = open_ns_groups(&(struct rig_options){.rows = 40, .cols = 160});

	(void)state;
	rig_wait_row(rig, 2, "COUNT▼");
	rig_type(rig, "I");
	rig_wait_row(rig, 2, "COUNT▲");
	rig_wait_row(rig, 0, "inverted");
	rig_type(rig, ">");
	rig_wait_row(rig, 2, "FIRST PROCESS▲");
	rig_key(rig, VTERM_KEY_FUNCTION(6));
	rig_wait_row(rig, 2, "PID▲");
	rig_type(rig, ">");
	rig_wait_row(rig, 2, "cgroup▲");
	rig_wait_row(rig, 0, "by cgroup namespace");
	rig_wait_row(rig, 3, "cgroup:");
	rig_type(rig, "<<<<");
	rig_wait_row(rig, 2, "uts▲");
	rig_type(rig, "1I");
	rig_wait_row(rig, -1, "only groups have an order: key 4");
	explorer_quit(rig);
}

static void ordered_by_the_mouse(void **state)
{
	struct rig *rig = open_ns_groups(&(struct rig_options){.rows = 40, .cols = 100});
	int row, col;

	(void)state;
	rig_wait_row(rig, 2, "COUNT▼");
	rig_wait_find(rig, "ipc mnt", &row, &col);
	rig_click(rig, row, col + 1);
	rig_wait_row(rig, 2, "ipc▲");
	rig_click(rig, row, col + 1);
	rig_wait_row(rig, 2, "ipc▼");
	rig_wait_find(rig, "FIRST", &row, &col);
	rig_click(rig, row, col);
	rig_wait_row(rig, 2, "FIRST PROCESS▲");
	rig_click(rig, row, 4);
	rig_wait_row(rig, 2, "COUNT▼");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(every_size_language_and_charset, rig_free_all),
	    cmocka_unit_test_teardown(it_stays_through_a_resize, rig_free_all),
	    cmocka_unit_test_teardown(one_row_for_each_room_and_its_members_below, rig_free_all),
	    cmocka_unit_test_teardown(the_selection_stays_on_the_same, rig_free_all),
	    cmocka_unit_test_teardown(ordered_by_keys, rig_free_all),
	    cmocka_unit_test_teardown(ordered_by_the_mouse, rig_free_all),
	};

	return cmocka_run_group_tests(tests, make_subjects, end_subjects);
}
