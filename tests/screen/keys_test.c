/* What the keys and the mouse do. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/screen/subject.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A process with a name that no other has. */
static struct subject subject;
static char name[16];

/* As in its row. */
static const char *pid_of(const struct subject *of)
{
	static char text[16];

	snprintf(text, sizeof(text), "%d", (int)of->pid);
	return text;
}

static int make_subject(void **state)
{
	(void)state;
	snprintf(name, sizeof(name), "rig%d", (int)getpid());
	return subject_start(&(struct subject_options){.comm = name}, &subject);
}

static int end_subject(void **state)
{
	(void)state;
	subject_end(&subject);
	return 0;
}

static void help_opens_everywhere_and_closes(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 60, .cols = 100});

	(void)state;
	rig_type(rig, "?");
	rig_wait(rig, "How to read the tree");
	rig_wait(rig, "by PID namespace");
	rig_type(rig, "?");
	rig_wait_gone(rig, "How to read the tree");
	rig_key(rig, VTERM_KEY_FUNCTION(1));
	rig_wait(rig, "How to read the tree");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "How to read the tree");
	rig_type(rig, "2?");
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "q");
	rig_wait_gone(rig, "How to read the tree");
	rig_wait_row(rig, 0, "by type");
	explorer_quit(rig);
}

static void four_groupings(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 100});

	(void)state;
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "g");
	explorer_wait_selected(rig, "cgroup");
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "t");
	rig_wait_row(rig, 0, "by type");
	rig_key(rig, VTERM_KEY_FUNCTION(5));
	rig_wait_row(rig, 0, "by owner");
	rig_type(rig, "t");
	rig_wait_row(rig, 0, "groups");
	rig_type(rig, "t");
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "3");
	rig_wait_row(rig, 0, "by owner");
	explorer_quit(rig);
}

static void folds_and_unfolds(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 100});

	(void)state;
	rig_type(rig, "2g-");
	rig_wait_row(rig, 0, "by type");
	explorer_wait_selected(rig, "▶");
	rig_type(rig, "+");
	explorer_wait_selected(rig, "▼");
	rig_key(rig, VTERM_KEY_LEFT);
	explorer_wait_selected(rig, "▶");
	rig_key(rig, VTERM_KEY_RIGHT);
	explorer_wait_selected(rig, "▼");
	rig_key(rig, VTERM_KEY_ENTER);
	explorer_wait_selected(rig, "▶");
	/* A fold stays where it was made, also when the grouping changes in between. */
	rig_type(rig, "1");
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "g");
	explorer_wait_selected(rig, "▶");
	explorer_quit(rig);
}

struct move {
	int from;
};

static bool has_moved(struct rig *rig, void *data)
{
	int row = explorer_selected(rig);

	return row >= 0 && row != ((struct move *)data)->from;
}

static bool is_cursor_there(struct rig *rig, void *data)
{
	int row, col;
	bool visible;

	(void)data;
	rig_cursor(rig, &row, &col, &visible);
	return row == explorer_selected(rig);
}

static void the_selection_moves_and_the_cursor_with_it(void **state)
{
	struct rig *rig = explorer_open(NULL);
	struct move move;

	(void)state;
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "g");
	move.from = explorer_wait_selected(rig, "▼ cgroup");
	rig_type(rig, "j");
	rig_wait_for(rig, has_moved, &move, "the selection one row further down");
	assert_int_equal(explorer_selected(rig), move.from + 1);
	rig_key(rig, VTERM_KEY_UP);
	move.from++;
	rig_wait_for(rig, has_moved, &move, "the selection back at the top");
	rig_key(rig, VTERM_KEY_DOWN);
	move.from--;
	rig_wait_for(rig, has_moved, &move, "the selection one row further down");
	/* where a Braille display looks */
	rig_wait_for(rig, is_cursor_there, NULL, "the cursor in the selected row");
	explorer_quit(rig);
}

static void searches(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 120});
	autofree char *expected = xasprintf("search: %s (1 found)", name);

	(void)state;
	rig_type(rig, "/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, expected);
	explorer_wait_selected(rig, name);
	rig_type(rig, "g");
	rig_type(rig, "n");
	explorer_wait_selected(rig, name);
	rig_type(rig, "gN");
	explorer_wait_selected(rig, name);
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "search:");
	/* By type, the process is found once in each namespace that could be read, and those are
	 * folded: the search opens them. */
	rig_type(rig, "2g/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	rig_wait_row(rig, 0, "by type");
	rig_wait_row(rig, 0, "found)");
	explorer_wait_selected(rig, name);
	rig_type(rig, "g");
	explorer_wait_selected(rig, " namespace");
	rig_type(rig, "N");
	explorer_wait_selected(rig, name);
	rig_type(rig, "q");
	rig_wait_exit(rig);
	rig_assert_restored(rig);
	rig_free(rig);
}

/* Where there is room for one pane only, the details take the tree's place; an outline made anew
 * meanwhile must leave the selection where it was. */
static void the_selection_stays_behind_the_details(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 10, .cols = 40});

	(void)state;
	/* Known by its PID: deep in the tree there is no room for the whole name. */
	rig_type(rig, "/");
	rig_type(rig, name);
	rig_type(rig, "\r");
	explorer_wait_selected(rig, pid_of(&subject));
	rig_type(rig, "\r");
	rig_wait(rig, "Process");
	rig_type(rig, "K");
	rig_wait(rig, "threads are shown");
	rig_type(rig, "q");
	explorer_wait_selected(rig, pid_of(&subject));
	explorer_quit(rig);
}

static void filters(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 120});

	(void)state;
	explorer_filter(rig, name);
	explorer_wait_row_with(rig, name, pid_of(&subject));
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "filter:");
	rig_key(rig, VTERM_KEY_FUNCTION(4));
	rig_type(rig, "no process is called so\r");
	rig_wait(rig, "nothing contains");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "nothing contains");
	explorer_quit(rig);
}

/* What is typed into a prompt is shown as safely as all else. */
static void prompts_take_any_text(void **state)
{
	struct rig *rig = explorer_open(NULL);

	(void)state;
	rig_type(rig, "fab名\u202e");
	rig_wait_row(rig, -1, "ab名\\u{202e}");
	rig_type(rig, "\x7f\x7f");
	rig_wait_gone(rig, "名");
	rig_wait_row(rig, -1, "ab");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_row(rig, -1, "Help");
	explorer_quit(rig);
}

static void freezes(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 40, .cols = 120});
	struct subject late;
	char late_name[16];

	(void)state;
	rig_type(rig, "p");
	rig_wait_row(rig, 1, "FROZEN");
	snprintf(late_name, sizeof(late_name), "late%d", (int)getpid());
	assert_int_equal(subject_start(&(struct subject_options){.comm = late_name}, &late), 0);
	explorer_filter(rig, late_name);
	rig_wait(rig, "nothing contains");
	rig_type(rig, "?");
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "?");
	rig_wait(rig, "nothing contains");
	rig_type(rig, "p");
	rig_wait_gone(rig, "FROZEN");
	explorer_wait_row_with(rig, late_name, pid_of(&late));
	subject_end(&late);
	explorer_quit(rig);
}

static bool is_selected_row(struct rig *rig, void *data)
{
	return explorer_selected(rig) == *(int *)data;
}

static bool is_mouse_on(struct rig *rig, void *data)
{
	(void)data;
	return rig_mouse(rig);
}

static bool is_mouse_off(struct rig *rig, void *data)
{
	return !is_mouse_on(rig, data);
}

static void the_mouse_selects_and_scrolls(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.rows = 30, .cols = 80});
	int row = 6;

	(void)state;
	rig_wait_for(rig, is_mouse_on, NULL, "the mouse switched on");
	/* More rows than there is room for, also where hardly anything runs. */
	rig_type(rig, "2");
	rig_wait_row(rig, 0, "by type");
	rig_type(rig, "*g");
	rig_click(rig, row, 10);
	rig_wait_for(rig, is_selected_row, &row, "the clicked row, selected");
	row = 4;
	rig_click(rig, row, 30);
	rig_wait_for(rig, is_selected_row, &row, "the other clicked row, selected");
	/* Three rows a notch; the selection stays visible, and on its row where that is visible. */
	rig_wheel(rig, row, 30, 1);
	row = 3;
	rig_wait_for(rig, is_selected_row, &row, "the selection at the top of the scrolled tree");
	rig_wheel(rig, row, 30, -1);
	row = 6;
	rig_wait_for(rig, is_selected_row, &row, "the same row selected, scrolled back");
	rig_type(rig, "m");
	rig_wait_for(rig, is_mouse_off, NULL, "the mouse switched off");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(help_opens_everywhere_and_closes, rig_free_all),
	    cmocka_unit_test_teardown(four_groupings, rig_free_all),
	    cmocka_unit_test_teardown(folds_and_unfolds, rig_free_all),
	    cmocka_unit_test_teardown(the_selection_moves_and_the_cursor_with_it, rig_free_all),
	    cmocka_unit_test_teardown(searches, rig_free_all),
	    cmocka_unit_test_teardown(the_selection_stays_behind_the_details, rig_free_all),
	    cmocka_unit_test_teardown(filters, rig_free_all),
	    cmocka_unit_test_teardown(prompts_take_any_text, rig_free_all),
	    cmocka_unit_test_teardown(freezes, rig_free_all),
	    cmocka_unit_test_teardown(the_mouse_selects_and_scrolls, rig_free_all),
	};

	return cmocka_run_group_tests(tests, make_subject, end_subject);
}
