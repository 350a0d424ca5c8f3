/* The settings' screen and what the settings do; the themes. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { WHITE = 0xffffff };

static char config_home[100];

static int begin(void **state)
{
	(void)state;
	snprintf(config_home, sizeof(config_home), "XDG_CONFIG_HOME=%s", folder_make());
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

struct file {
	const char *text;
};

static bool file_holds(struct rig *rig, void *data)
{
	autofree char *text = folder_read("nsscope/config");

	(void)rig;
	return text && !strcmp(text, ((struct file *)data)->text);
}

static void wait_file(struct rig *rig, const char *text)
{
	struct file file = {text};

	rig_wait_for(rig, file_holds, &file, text);
}

static bool is_light(struct rig *rig, void *data)
{
	(void)data;
	return rig_background(rig, 20, 70) == WHITE;
}

static bool is_dark(struct rig *rig, void *data)
{
	return !is_light(rig, data);
}

static bool is_cursor_there(struct rig *rig, void *data)
{
	int row, col;
	bool visible;

	(void)data;
	rig_cursor(rig, &row, &col, &visible);
	return row == explorer_selected(rig);
}

static void a_change_shows_at_once_and_is_kept(void **state)
{
	struct rig *rig;

	(void)state;
	folder_write("nsscope/config", "# mine\ncolumns = pid, user   # few\n");
	rig = explorer_open(&(struct rig_options){.env = {config_home}});
	rig_wait(rig, "USER");
	rig_wait_gone(rig, "INSIDE");
	rig_key(rig, VTERM_KEY_FUNCTION(2));
	rig_wait(rig, "Settings, saved in");
	explorer_wait_selected(rig, "auto");
	rig_wait_for(rig, is_cursor_there, NULL, "the cursor in the selected row");
	rig_key(rig, VTERM_KEY_RIGHT);
	explorer_wait_selected(rig, "dark");
	rig_key(rig, VTERM_KEY_RIGHT);
	explorer_wait_selected(rig, "light");
	rig_wait_for(rig, is_light, NULL, "a light screen");
	wait_file(rig, "# mine\ncolumns = pid, user   # few\ntheme = light\n");
	rig_key(rig, VTERM_KEY_LEFT);
	explorer_wait_selected(rig, "dark");
	rig_wait_for(rig, is_dark, NULL, "a dark screen");
	/* Somebody's editor in the meantime. */
	folder_write("nsscope/config", "\ntheme=mono # x\n#end\ncolumns = pid user");
	rig_type(rig, "jjj");
	explorer_wait_selected(rig, ": inside");
	rig_key(rig, VTERM_KEY_ENTER);
	wait_file(rig, "\ntheme=mono # x\n#end\ncolumns = pid inside user");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "Settings");
	explorer_quit(rig);
}

static void what_cannot_be_kept_is_said_and_counts_all_the_same(void **state)
{
	struct rig *rig = explorer_open(NULL);

	(void)state;
	rig_type(rig, "S");
	rig_wait(rig, "Settings");
	rig_key(rig, VTERM_KEY_RIGHT);
	rig_wait_row(rig, -1, "it can't be saved");
	explorer_wait_selected(rig, "dark");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "Settings,");
	explorer_quit(rig);
}

static void a_bad_line_is_told_and_stops_nothing(void **state)
{
	struct rig *rig;

	(void)state;
	folder_write("nsscope/config", "\nthem = li\033[31mght\n");
	rig = rig_start(&(struct rig_options){.cols = 120, .env = {config_home}});
	rig_wait_row(rig, -1, "config:2: there is no setting \"them\"; did you mean theme?");
	rig_wait(rig, "process");
	explorer_quit(rig);
}

/* Words of a hostile file are made safe as all others. */
static void a_hostile_value_is_shown_and_not_obeyed(void **state)
{
	struct rig *rig;

	(void)state;
	folder_write("nsscope/config", "theme = li\033[31mght\xff\n");
	rig = rig_start(&(struct rig_options){.cols = 120, .env = {config_home}});
	rig_wait_row(rig, -1, "li\\e[31mght\\xff");
	rig_wait(rig, "process");
	explorer_quit(rig);
}

static void the_language_changes_at_once(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.env = {config_home}});

	(void)state;
	rig_type(rig, "SG");
	explorer_wait_selected(rig, "ASCII");
	rig_type(rig, "k");
	explorer_wait_selected(rig, "Language");
	rig_key(rig, VTERM_KEY_LEFT);
	explorer_wait_selected(rig, "语言");
	rig_wait(rig, "设置");
	rig_key(rig, VTERM_KEY_RIGHT);
	explorer_wait_selected(rig, "Language");
	rig_key(rig, VTERM_KEY_ESCAPE);
	rig_wait_gone(rig, "Settings,");
	explorer_quit(rig);
}

/* Nothing is longer than its row, in neither language: what is cut ends with an ellipsis. */
static void nothing_overflows_at_80_columns(void **state)
{
	static const char *const locales[] = {"C.UTF-8", "zh_CN.UTF-8"};

	(void)state;
	for (size_t i = 0; i < array_len(locales); i++) {
		struct rig *rig =
		    rig_start(&(struct rig_options){.locale = locales[i], .env = {config_home}});

		rig_wait_row(rig, -1, "F1");
		rig_key(rig, VTERM_KEY_FUNCTION(2));
		rig_wait(rig, "ASCII");
		for (int row = 2; row < 23; row++)
			assert_null(strstr(rig_row(rig, row), "…"));
		rig_key(rig, VTERM_KEY_ESCAPE);
		rig_wait_gone(rig, "ASCII");
		explorer_quit(rig);
	}
}

static void fits_small_and_large_screens(void **state)
{
	static const int sizes[][2] = {{5, 20}, {10, 40}, {60, 200}};

	(void)state;
	for (size_t i = 0; i < array_len(sizes); i++) {
		struct rig *rig =
		    rig_start(&(struct rig_options){.rows = sizes[i][0], .cols = sizes[i][1]});

		rig_wait_row(rig, -1, "F1");
		rig_type(rig, "S");
		rig_wait(rig, "Colors");
		rig_wait_row(rig, -1, "q");
		rig_key(rig, VTERM_KEY_ESCAPE);
		rig_wait_gone(rig, "Colors");
		explorer_quit(rig);
	}
}

static void themes_are_chosen_by_an_option(void **state)
{
	static const char *const terms[] = {"xterm-256color", "xterm", "screen"};

	(void)state;
	for (size_t i = 0; i < array_len(terms); i++) {
		struct rig *rig = explorer_open(
		    &(struct rig_options){.term = terms[i], .args = {"--theme", "contrast"}});

		/* Of the terminal's own palette white is light enough. */
		assert_true((rig_background(rig, 5, 79) & 0xff) > 0xd0);
		assert_true((rig_foreground(rig, 0, 0) & 0xff) < 0x40);
		explorer_quit(rig);
	}
}

static void no_color_is_stronger_than_a_theme(void **state)
{
	struct rig *rig =
	    explorer_open(&(struct rig_options){.args = {"--theme=light"}, .env = {"NO_COLOR=1"}});

	(void)state;
	assert_true(is_dark(rig, NULL));
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_change_shows_at_once_and_is_kept, begin, end),
	    cmocka_unit_test_teardown(
	        what_cannot_be_kept_is_said_and_counts_all_the_same, rig_free_all),
	    cmocka_unit_test_setup_teardown(a_bad_line_is_told_and_stops_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(a_hostile_value_is_shown_and_not_obeyed, begin, end),
	    cmocka_unit_test_setup_teardown(the_language_changes_at_once, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_overflows_at_80_columns, begin, end),
	    cmocka_unit_test_teardown(fits_small_and_large_screens, rig_free_all),
	    cmocka_unit_test_teardown(themes_are_chosen_by_an_option, rig_free_all),
	    cmocka_unit_test_teardown(no_color_is_stronger_than_a_theme, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
