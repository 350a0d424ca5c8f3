/* The file that keeps how far somebody has come. */
#include "lessons/play/progress.h"
#include "model/base/util.h"
#include "tests/unit/folder.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define FILE_NAME "state/nsscope/progress"

static char *folder;

static int begin(void **state)
{
	autofree char *state_home = NULL;

	(void)state;
	free(folder);
	folder = xstrdup(folder_make());
	state_home = xasprintf("%s/state", folder);
	setenv("XDG_STATE_HOME", state_home, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	folder_remove();
	free(folder);
	folder = NULL;
	return 0;
}

static void expect_file(const char *text)
{
	autofree char *found = folder_read(FILE_NAME);

	assert_non_null(found);
	assert_string_equal(found, text);
}

static void is_noted_and_found_again(void **state)
{
	struct progress progress;
	struct stat status;
	autofree char *path = progress_path();

	(void)state;
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress.count, 0);
	assert_null(progress_find(&progress, "uts"));
	assert_int_equal(progress_resume(&progress, "uts", 10), 0);
	progress_done(&progress);
	assert_int_equal(progress_note("uts", 4, 10, false), 0);
	assert_int_equal(progress_note("pid", 12, 12, true), 0);
	expect_file("uts 4 10\npid 12 12 done\n");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress_find(&progress, "uts")->step, 4);
	assert_false(progress_find(&progress, "uts")->done);
	assert_true(progress_find(&progress, "pid")->done);
	assert_int_equal(progress_resume(&progress, "uts", 10), 4);
	/* Another number of steps is another lesson; what is over begins anew. */
	assert_int_equal(progress_resume(&progress, "uts", 9), 0);
	assert_int_equal(progress_resume(&progress, "pid", 12), 0);
	progress_done(&progress);
	/* Who was at its end once, was. */
	assert_int_equal(progress_note("pid", 3, 12, false), 0);
	expect_file("uts 4 10\npid 3 12 done\n");
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress_resume(&progress, "pid", 12), 3);
	progress_done(&progress);
}

static void is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(progress_forget("uts"), 0);
	assert_int_equal(progress_forget(NULL), 0);
	progress_note("a", 1, 2, false);
	progress_note("b", 1, 2, false);
	progress_note("c", 1, 2, false);
	assert_int_equal(progress_forget("a"), 0);
	assert_int_equal(progress_forget("none"), 0);
	expect_file("b 1 2\nc 1 2\n");
	assert_int_equal(progress_forget(NULL), 0);
	expect_file("");
}

static void what_is_not_understood_is_passed_over(void **state)
{
	struct progress progress;

	(void)state;
	folder_write(FILE_NAME, "uts 4 10\n"
	                        "\n"
	                        "# comment\n"
	                        "A 1 2\n"
	                        "a\033[31mb 1 2\n"
	                        "b 3 2\n"
	                        "c 1\n"
	                        "d -1 2\n"
	                        "e 1x 2\n"
	                        "f 1 99999999999999999999\n"
	                        "uts 5 10 done and more\n"
	                        "last 1 2 done");
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress.count, 2);
	assert_int_equal(progress_find(&progress, "uts")->step, 5);
	assert_true(progress_find(&progress, "last")->done);
	progress_done(&progress);
	folder_write(FILE_NAME, "");
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress.count, 0);
	progress_done(&progress);
}

static void a_huge_file_is_read_in_part(void **state)
{
	struct progress progress;
	size_t bytes = 200 * 1000;
	autofree char *text = xcalloc(bytes + 1, 1);

	(void)state;
	for (size_t i = 0; i + 8 <= bytes; i += 8)
		memcpy(text + i, "aa 1 2\n\n", 8);
	folder_write(FILE_NAME, text);
	assert_int_equal(progress_load(&progress), 0);
	assert_int_equal(progress.count, 1);
	progress_done(&progress);
}

/* Nothing is left beside the file, whether it could be written or not. */
static void nothing_is_left_beside_it(void **state)
{
	autofree char *place = xasprintf("%s/state/nsscope", folder);
	autofree char *path = progress_path();
	struct dirent *entry;
	size_t files = 0;
	DIR *dir;

	(void)state;
	progress_note("uts", 1, 2, false);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0); /* it can't take that one's place */
	assert_true(progress_note("uts", 2, 2, false) < 0);
	dir = opendir(place);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		files += entry->d_name[0] != '.';
	closedir(dir);
	assert_int_equal(files, 1);
}

static void its_place(void **state)
{
	autofree char *home = xasprintf("%s/home", folder);
	autofree char *expected = xasprintf("%s/.local/state/nsscope/progress", home);

	(void)state;
	assert_int_equal(mkdir(home, 0700), 0);
	setenv("HOME", home, 1);
	for (const char *const *value = (const char *const[]){"", "relative", NULL}; *value;
	     value++) {
		setenv("XDG_STATE_HOME", *value, 1);
		autofree char *path = progress_path();

		assert_string_equal(path, expected);
	}
	unsetenv("HOME");
	assert_null(progress_path());
	assert_int_equal(progress_note("uts", 1, 2, false), -ENOENT);
	setenv("XDG_STATE_HOME", "/dev/null/none", 1);
	assert_int_equal(progress_note("uts", 1, 2, false), -ENOTDIR);
	if (geteuid() != 0)
		return;
	/* Root in the home of somebody else. */
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", home, 1);
	assert_int_equal(chown(home, 65534, 65534), 0);
	assert_null(progress_path());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(is_noted_and_found_again, begin, end),
	    cmocka_unit_test_setup_teardown(is_forgotten, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_not_understood_is_passed_over, begin, end),
	    cmocka_unit_test_setup_teardown(a_huge_file_is_read_in_part, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_is_left_beside_it, begin, end),
	    cmocka_unit_test_setup_teardown(its_place, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
