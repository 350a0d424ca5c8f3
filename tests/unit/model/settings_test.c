/* The settings: their table, their file read and edited. */
#include "lessons/play/xdg_file.h"
#include "model/base/util.h"
#include "model/view/rowline.h"
#include "model/view/settings.h"
#include "tests/unit/folder.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

static char complaints[2000];

static void note(void *data, size_t line, const char *message)
{
	size_t len = strlen(complaints);

	(void)data;
	snprintf(complaints + len, sizeof(complaints) - len, "%zu: %s\n", line, message);
}

static struct settings read_text(const char *text)
{
	struct settings settings;

	complaints[0] = '\0';
	settings_init(&settings);
	settings_read(&settings, text, strlen(text), note, NULL);
	return settings;
}

static void every_setting_has_its_words(void **state)
{
	(void)state;
	for (enum settings_key key = 0; key < SETTINGS_COUNT; key++) {
		const struct settings_info *info = &settings_table[key];
		unsigned value = ~0U;
		autofree char *start = settings_text(key, info->start);

		assert_true(info->name && info->words && info->title && info->help);
		assert_int_equal(settings_find(info->name), key);
		assert_true(settings_value(key, start, strlen(start), &value));
		assert_int_equal(value, info->start);
	}
	assert_int_equal(settings_find("none"), SETTINGS_COUNT);
}

static void a_file_is_read(void **state)
{
	struct settings settings = read_text("# comment\n"
	                                     "\n"
	                                     "  theme=contrast\r\n"
	                                     "by = owner # for the class\n"
	                                     "by = type\n"
	                                     "columns = pid,user  strip\n"
	                                     "interval\t=\t500\n"
	                                     "mouse = off");

	(void)state;
	assert_string_equal(complaints, "");
	assert_int_equal(settings.values[SETTINGS_THEME], 3);
	assert_int_equal(settings.values[SETTINGS_BY], 1);
	assert_int_equal(settings.values[SETTINGS_COLUMNS],
	    1 << COLUMN_PID | 1 << COLUMN_USER | 1 << COLUMN_NAMESPACES);
	assert_int_equal(settings.values[SETTINGS_INTERVAL], 500);
	assert_int_equal(settings.values[SETTINGS_MOUSE], SETTINGS_OFF);
	assert_int_equal(settings.values[SETTINGS_DETAILS], SETTINGS_ON);
	settings = read_text("columns = none\ninterval = auto\n");
	assert_string_equal(complaints, "");
	assert_int_equal(settings.values[SETTINGS_COLUMNS], 0);
	assert_int_equal(settings.values[SETTINGS_INTERVAL], 0);
}

static void a_bad_line_is_told_with_the_nearest_word(void **state)
{
	struct settings settings = read_text("thme = dark\n"
	                                     "theme = drak\n"
	                                     "columns = pid usr\n"
	                                     "interval = 49\n"
	                                     "interval = 99999999999\n"
	                                     "mouse\n"
	                                     "by =\n"
	                                     "follow = on\n"
	                                     "zzzzzzzz = 1\n");

	(void)state;
	assert_string_equal(complaints,
	    "1: there is no setting \"thme\"; did you mean theme?\n"
	    "2: \"drak\" is no value of theme; did you mean dark? (auto, dark, light, contrast, "
	    "mono)\n"
	    "3: \"usr\" is no value of columns; did you mean user? (pid, inside, user, strip, "
	    "none)\n"
	    "4: \"49\" is no value of interval (auto, 50 to 60000)\n"
	    "5: \"99999999999\" is no value of interval (auto, 50 to 60000)\n"
	    "6: \"mouse\" has no value: write mouse = VALUE\n"
	    "7: \"\" is no value of by (pid, type, owner, group)\n"
	    "9: there is no setting \"zzzzzzzz\"\n");
	assert_int_equal(settings.values[SETTINGS_THEME], 0);
	assert_int_equal(settings.values[SETTINGS_COLUMNS], 0xf);
	/* The lines behind it count all the same. */
	assert_int_equal(settings.values[SETTINGS_FOLLOW], SETTINGS_ON);
}

static void expect_edit(
    const char *before, enum settings_key key, const char *value, const char *after)
{
	size_t len = 0;
	autofree char *text = settings_edit(before, before ? strlen(before) : 0, key, value, &len);

	assert_string_equal(text, after);
	assert_int_equal(len, strlen(after));
}

static void an_edit_changes_the_value_and_nothing_else(void **state)
{
	(void)state;
	expect_edit("# mine\n\ttheme =  dark   # for\tthe hall\r\nby=pid\n", SETTINGS_THEME,
	    "light", "# mine\n\ttheme =  light   # for\tthe hall\r\nby=pid\n");
	expect_edit("by=pid\nby=type\n", SETTINGS_BY, "owner", "by=pid\nby=owner\n");
	expect_edit("# theme = dark\n", SETTINGS_THEME, "mono", "# theme = dark\ntheme = mono\n");
	expect_edit("by=pid", SETTINGS_THEME, "mono", "by=pid\ntheme = mono\n");
	expect_edit("by=", SETTINGS_BY, "pid", "by= pid");
	expect_edit("by=# x\nmouse=on", SETTINGS_BY, "pid", "by=pid\nmouse=on");
	expect_edit("by= # x", SETTINGS_BY, "pid", "by= pid # x");
	expect_edit("theme = nonsense\xff\n", SETTINGS_THEME, "dark", "theme = dark\n");
	expect_edit("bypass = 1\n", SETTINGS_BY, "pid", "bypass = 1\nby = pid\n");
	expect_edit("\n", SETTINGS_BY, "pid", "\nby = pid\n");
}

/* Whatever the file holds: afterwards it says the new value, and no other line has changed. */
static void an_edit_is_read_again(void **state)
{
	static const char *const pieces[] = {"theme", "by", "=", " ", "#", "\n", "dark", "pid",
	    "\r", "\xff", "columns", ",", "none", "="};
	uint32_t random = 1;

	(void)state;
	for (int run = 0; run < 20000; run++) {
		char text[200] = "";
		size_t len = 0, edited_len;
		struct settings before, after;

		for (int i = 0; i < 16; i++) {
			random = random * 1664525 + 1013904223;
			const char *piece = pieces[(random >> 16) % array_len(pieces)];
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", piece);
		}
		settings_init(&before);
		settings_read(&before, text, len, NULL, NULL);
		autofree char *edited = settings_edit(text, len, SETTINGS_BY, "owner", &edited_len);
		settings_init(&after);
		settings_read(&after, edited, edited_len, NULL, NULL);
		assert_int_equal(after.values[SETTINGS_BY], 2);
		before.values[SETTINGS_BY] = 2;
		assert_memory_equal(&before, &after, sizeof(after));
	}
}

static void values_are_stepped_through(void **state)
{
	(void)state;
	assert_int_equal(settings_step(SETTINGS_BY, 0, 1), 1);
	assert_int_equal(settings_step(SETTINGS_BY, GROUPING_COUNT - 1, 1), 0);
	assert_int_equal(settings_step(SETTINGS_BY, 0, -1), GROUPING_COUNT - 1);
	assert_int_equal(settings_step(SETTINGS_INTERVAL, 0, 1), 100);
	assert_int_equal(settings_step(SETTINGS_INTERVAL, 10000, 1), 0);
	assert_int_equal(settings_step(SETTINGS_INTERVAL, 0, -1), 10000);
	assert_int_equal(settings_step(SETTINGS_INTERVAL, 333, 1), 500);
	assert_int_equal(settings_step(SETTINGS_INTERVAL, 333, -1), 250);
}

/* --- The file's place ------------------------------------------------------------------------- */

static int begin(void **state)
{
	(void)state;
	setenv("XDG_CONFIG_HOME", folder_make(), 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	folder_remove();
	return 0;
}

static void a_link_and_a_mode_stay(void **state)
{
	autofree char *path = home_path(HOME_CONFIG, "config", true);
	autofree char *target = xasprintf("%s/dotfiles", getenv("XDG_CONFIG_HOME"));
	autofree char *text = NULL;
	struct stat status;
	size_t len = 1;

	(void)state;
	assert_int_equal(home_read(path, 100, &text, &len), 0);
	assert_null(text);
	assert_int_equal(home_write(path, "a", 1), 0);
	assert_int_equal(unlink(path), 0);
	folder_write("dotfiles", "by = pid\n");
	assert_int_equal(chmod(target, 0640), 0);
	assert_int_equal(symlink("../dotfiles", path), 0);
	assert_int_equal(home_write(path, "by = type\n", 10), 0);
	assert_int_equal(lstat(path, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(stat(target, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(home_read(path, 100, &text, &len), 0);
	assert_string_equal(text, "by = type\n");
}

/* The link of a dotfile whose own file is not there yet. */
static void a_link_to_nothing_stays(void **state)
{
	autofree char *path = xasprintf("%s/link", getenv("XDG_CONFIG_HOME"));
	autofree char *target = xasprintf("%s/target", getenv("XDG_CONFIG_HOME"));
	struct stat status;

	(void)state;
	for (int named = 0; named < 2; named++) {
		assert_int_equal(symlink("target", path), 0);
		assert_int_equal(
		    named ? home_write_named(path, "a", 1, false) : home_write(path, "a", 1), 0);
		assert_int_equal(lstat(path, &status), 0);
		assert_true(S_ISLNK(status.st_mode));
		assert_int_equal(lstat(target, &status), 0);
		assert_true(S_ISREG(status.st_mode));
		assert_int_equal(unlink(path) + unlink(target), 0);
	}
}

/* As on NFS and FUSE: no RENAME_NOREPLACE.  seccomp(2) */
static void a_new_file_is_written_where_renameat2_has_no_flags(void **state)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {array_len(code), code};
	autofree char *path = xasprintf("%s/new", getenv("XDG_CONFIG_HOME"));
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
			_exit(2);
		_exit(home_write_named(path, "a", 1, false) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(home_write_named(path, "b", 1, false), -EEXIST);
	assert_int_equal(home_write_named(getenv("XDG_CONFIG_HOME"), "b", 1, true), -ENOTSUP);
}

static void what_is_no_file_is_not_waited_for(void **state)
{
	autofree char *path = xasprintf("%s/fifo", getenv("XDG_CONFIG_HOME"));
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(home_read(path, 100, &text, &len), -EINVAL);
	assert_int_equal(home_read(getenv("XDG_CONFIG_HOME"), 100, &text, &len), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_setting_has_its_words),
	    cmocka_unit_test(a_file_is_read),
	    cmocka_unit_test(a_bad_line_is_told_with_the_nearest_word),
	    cmocka_unit_test(an_edit_changes_the_value_and_nothing_else),
	    cmocka_unit_test(an_edit_is_read_again),
	    cmocka_unit_test(values_are_stepped_through),
	    cmocka_unit_test_setup_teardown(a_link_and_a_mode_stay, begin, end),
	    cmocka_unit_test_setup_teardown(a_link_to_nothing_stays, begin, end),
	    cmocka_unit_test_setup_teardown(
	        a_new_file_is_written_where_renameat2_has_no_flags, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_no_file_is_not_waited_for, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
