/* What is looked at before a lesson begins. */
#include "lessons/play/preflight.h"
#include "lessons/stage/program.h"
#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void kernels_are_compared_by_numbers(void **state)
{
	static const struct {
		const char *release, *wanted;
		bool since;
	} pairs[] = {
	    {"6.1.0-13-amd64", "5.6", true},
	    {"5.10.0", "5.6", true},
	    {"5.6.19", "5.6", true},
	    {"5.6-rc1", "5.6", true},
	    {"5.4.0-91-generic", "5.6", false},
	    {"4.19", "5.6", false},
	    {"3.8", "3.8", true},
	    {"10.0", "9.9", true},
	    {"strange", "2.6", false},
	    {"6", "6.1", false},
	};

	(void)state;
	for (size_t i = 0; i < array_len(pairs); i++)
		if (kernel_is_since(pairs[i].release, pairs[i].wanted) != pairs[i].since)
			fail_msg("%s since %s", pairs[i].release, pairs[i].wanted);
}

static void make_file(const char *folder, const char *name, mode_t mode)
{
	autofree char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void programs_are_found_in_path(void **state)
{
	char folder[] = "/tmp/nsscope-preflight-XXXXXX";
	autofree char *path = NULL, *inner = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	inner = xasprintf("%s/nsscope-folder", folder);
	path = xasprintf("/nonexistent::relative:%s", folder);
	make_file(folder, "nsscope-program", 0755);
	make_file(folder, "nsscope-text", 0644);
	assert_int_equal(mkdir(inner, 0755), 0);
	assert_true(program_is_there("nsscope-program", path));
	assert_false(program_is_there("nsscope-text", path));
	assert_false(program_is_there("nsscope-folder", path));
	assert_false(program_is_there("nsscope-none", path));
	assert_false(program_is_there("nsscope-program", NULL));
	assert_false(program_is_there("nsscope-program", ""));
	/* The present folder is no place to look. */
	assert_int_equal(chdir(folder), 0);
	assert_false(program_is_there("nsscope-program", ".::"));
	assert_int_equal(chdir("/"), 0);
	for (const char *const *name = (const char *const[]){"program", "text", NULL}; *name;
	     name++) {
		autofree char *file = xasprintf("%s/nsscope-%s", folder, *name);

		assert_int_equal(unlink(file), 0);
	}
	assert_int_equal(rmdir(inner), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* One program with many names, by symbolic links or hard ones. */
static void applets_are_known(void **state)
{
	char folder[] = "/tmp/nsscope-preflight-XXXXXX";
	static const char *const names[] = {"soft", "hard", "own", "busybox"};
	char *files[array_len(names)];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < array_len(names); i++)
		files[i] = xasprintf("%s/%s", folder, names[i]);
	make_file(folder, "busybox", 0755);
	make_file(folder, "own", 0755);
	assert_int_equal(symlink("busybox", files[0]), 0);
	assert_int_equal(link(files[3], files[1]), 0);
	assert_true(program_is_applet(files[0], folder));
	assert_true(program_is_applet(files[1], folder));
	assert_false(program_is_applet(files[2], folder));
	for (size_t i = 0; i < array_len(names); i++) {
		assert_int_equal(unlink(files[i]), 0);
		free(files[i]);
	}
	assert_int_equal(rmdir(folder), 0);
}

static struct lesson *parse(const char *facts)
{
	autofree char *text =
	    xasprintf("# T\n\n```lesson\nname: t\n%s\n```\n\n## S\n\nText.\n", facts);
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(text, strlen(text), "en", &lesson, &error) < 0)
		fail_msg("%d:%d: %s", error.line, error.column, error.message);
	return lesson;
}

static void what_is_missing_is_told(void **state)
{
	struct lesson *lesson = parse("kernel: 99.1\nneeds: sh, no-such-program");
	struct preflight preflight;

	(void)state;
	setenv("PATH", "/usr/bin:/bin", 1);
	lesson_preflight(lesson, &preflight);
	assert_int_equal(preflight.count, 3);
	assert_false(preflight.playable);
	assert_string_equal(preflight.findings[0].what, "Linux 99.1");
	assert_false(preflight.findings[0].ok);
	assert_non_null(strstr(preflight.findings[0].why, "this is Linux "));
	assert_string_equal(preflight.findings[1].what, "sh");
	assert_true(preflight.findings[1].ok);
	assert_null(preflight.findings[1].why);
	assert_string_equal(preflight.findings[2].what, "no-such-program");
	assert_non_null(preflight.findings[2].why);
	assert_non_null(strstr(preflight.findings[2].cure, "no-such-program"));
	preflight_done(&preflight);
	preflight_done(&preflight);
	lesson_free(lesson);
}

static void nothing_is_missing(void **state)
{
	struct lesson *lesson = parse("kernel: 2.6\nneeds: sh");
	struct preflight preflight;

	(void)state;
	lesson_preflight(lesson, &preflight);
	assert_int_equal(preflight.count, 2);
	assert_true(preflight.playable);
	preflight_done(&preflight);
	lesson_free(lesson);
}

/* What the lesson says, or what its stage takes, whichever is newer. */
static void the_kernel_of_the_stage(void **state)
{
	static const struct {
		const char *facts, *what;
	} lessons[] = {
	    {"stage: user mnt", "Linux 5.12"},
	    {"kernel: 4.9\nstage: user mnt", "Linux 5.12"},
	    {"kernel: 5.13\nstage: user mnt", "Linux 5.13"},
	    {"kernel: 4.9\nstage: user net", "Linux 4.9"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(lessons); i++) {
		struct lesson *lesson = parse(lessons[i].facts);
		struct preflight preflight;

		lesson_preflight(lesson, &preflight);
		assert_int_equal(preflight.count, 1);
		assert_string_equal(preflight.findings[0].what, lessons[i].what);
		preflight_done(&preflight);
		lesson_free(lesson);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kernels_are_compared_by_numbers),
	    cmocka_unit_test(programs_are_found_in_path),
	    cmocka_unit_test(applets_are_known),
	    cmocka_unit_test(what_is_missing_is_told),
	    cmocka_unit_test(nothing_is_missing),
	    cmocka_unit_test(the_kernel_of_the_stage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
