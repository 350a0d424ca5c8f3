/* Who is here for the first time sees what to do; once. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char state_home[100];

static int begin(void **state)
{
	(void)state;
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s", folder_make());
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

static bool is_cursor_there(struct rig *rig, void *data)
{
	int row, col;
	bool visible;

	(void)data;
	rig_cursor(rig, &row, &col, &visible);
	return row == explorer_selected(rig);
}

static void it_comes_once_over_the_living_tree(void **state)
{
	struct rig *rig = explorer_open(&(struct rig_options){.env = {state_home}});

	(void)state;
	rig_wait(rig, "Welcome to nsscope");
	rig_wait(rig, "look around");
	rig_wait(rig, "lessons:");
	rig_wait(rig, "the lab:");
	rig_wait(rig, "TREE");
	rig_wait_for(rig, is_cursor_there, NULL, "the cursor in the selected row");
	/* A key does what it does. */
	rig_type(rig, "?");
	rig_wait(rig, "How to read the tree");
	rig_type(rig, "q");
	rig_wait_gone(rig, "How to read the tree");
	assert_null(strstr(rig_text(rig), "Welcome"));
	explorer_quit(rig);
	rig = explorer_open(&(struct rig_options){.env = {state_home}});
	assert_null(strstr(rig_text(rig), "Welcome"));
	explorer_quit(rig);
}

static void it_fits(void **state)
{
	static const int sizes[][2] = {{10, 40}, {24, 80}, {60, 200}};
	static const char *const locales[] = {"C.UTF-8", "zh_CN.UTF-8"};
	static const char *const lessons[] = {"L        lessons", "L        课程"};

	(void)state;
	for (size_t i = 0; i < array_len(sizes) * array_len(locales); i++) {
		const int *size = sizes[i % array_len(sizes)];
		size_t language = i / array_len(sizes);
		struct rig *rig;

		begin(state);
		rig = rig_start(&(struct rig_options){.rows = size[0],
		    .cols = size[1],
		    .locale = locales[language],
		    .env = {state_home}});
		rig_wait(rig, lessons[language]);
		rig_wait(rig, language ? "实验室：" : "the lab:");
		rig_wait(rig, "┘");
		for (int row = 0; row < size[0] && size[1] >= 80; row++) {
			const char *line = rig_row(rig, row);

			if (strstr(line, "│ L") || strstr(line, "│ 8"))
				assert_null(strstr(line, "…"));
		}
		explorer_quit(rig);
	}
}

static void too_small_or_with_no_place_to_note_it_there_is_none(void **state)
{
	struct rig *rig =
	    explorer_open(&(struct rig_options){.rows = 24, .cols = 30, .env = {state_home}});

	(void)state;
	assert_null(strstr(rig_text(rig), "Welcome"));
	assert_null(folder_read("nsscope/welcomed"));
	explorer_quit(rig);
	rig = explorer_open(NULL);
	assert_null(strstr(rig_text(rig), "Welcome"));
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(it_comes_once_over_the_living_tree, begin, end),
	    cmocka_unit_test_setup_teardown(it_fits, begin, end),
	    cmocka_unit_test_setup_teardown(
	        too_small_or_with_no_place_to_note_it_there_is_none, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
