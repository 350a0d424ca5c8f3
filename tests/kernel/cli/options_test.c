/* The options that every command takes, and its help. */
#include "model/base/text.h"
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <sys/stat.h>
#include <unistd.h>

enum { WORDS_MAX = 8 };

/* "" is nsscope itself. */
static const char *const commands[] = {
    "", "tree", "json", "dot", "compare", "events", "doctor", "lesson", "lab"};

/* Runs nsscope with the words of @arguments, in @locale. */
static struct output run(const char *locale, const char *arguments)
{
	autofree char *setting = xasprintf("LC_ALL=%s", locale);
	autofree char *words = xstrdup(arguments);
	const char *argv[WORDS_MAX + 5] = {"env", "-u", "LANGUAGE", setting, nsscope_path()};
	char *rest = words, *word;
	size_t count = 5;

	while ((word = strsep(&rest, " ")) && count < array_len(argv) - 1) {
		if (*word)
			argv[count++] = word;
	}
	return tool_run((char *const *)argv, false);
}

static void expect_narrow(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (text_cols(text, len, CHARSET_UTF8) > 80)
			fail_msg("more than 80 columns: %.*s", (int)len, text);
		assert_true(len == 0 || text[len - 1] != ' ');
		text += len + (text[len] == '\n');
	}
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text > 0x7e)
			return false;
	}
	return true;
}

static void help_fits_and_speaks_each_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(commands); i++) {
		autofree char *plain = xasprintf("%s --help", commands[i]);
		autofree char *chinese = xasprintf("%s --lang zh --help", commands[i]);
		autofree char *ascii = xasprintf("%s --ascii -h", commands[i]);
		struct output output = run("C.UTF-8", plain);

		assert_int_equal(output.status, 0);
		assert_int_equal(strncmp(output.text, "Usage: nsscope", 14), 0);
		assert_non_null(strstr(output.text, "--lang=en|zh"));
		assert_non_null(strstr(output.text, "\nExit status: 0 "));
		expect_narrow(output.text);
		output_done(&output);

		output = run("C.UTF-8", chinese);
		assert_int_equal(output.status, 0);
		assert_non_null(strstr(output.text, "用法：nsscope"));
		assert_null(strstr(output.text, "Usage"));
		expect_narrow(output.text);
		output_done(&output);

		output = run("C", plain);
		assert_int_equal(output.status, 0);
		assert_true(is_ascii(output.text));
		output_done(&output);
		output = run("C.UTF-8", ascii);
		assert_int_equal(output.status, 0);
		assert_true(is_ascii(output.text));
		output_done(&output);
	}
}

static void ascii_is_taken_before_and_after_the_command(void **state)
{
	struct output output = run("C.UTF-8", "tree");

	(void)state;
	assert_int_equal(output.status, 0);
	assert_false(is_ascii(output.text));
	output_done(&output);
	output = run("C.UTF-8", "--ascii tree");
	assert_int_equal(output.status, 0);
	assert_true(is_ascii(output.text));
	output_done(&output);
	output = run("C.UTF-8", "tree --ascii");
	assert_int_equal(output.status, 0);
	assert_true(is_ascii(output.text));
	output_done(&output);
}

static void expect_usage(const char *arguments)
{
	struct output output = run("C.UTF-8", arguments);

	assert_int_equal(output.status, 2);
	assert_int_equal(output.len, 0);
	output_done(&output);
}

static void wrong_options_end_with_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(commands); i++) {
		autofree char *language = xasprintf("%s --lang tlh", commands[i]);
		autofree char *unknown = xasprintf("%s --colour-me", commands[i]);
		autofree char *letter = xasprintf("%s -:", commands[i]);
		autofree char *missing = xasprintf("%s --lang", commands[i]);

		expect_usage(language);
		expect_usage(unknown);
		expect_usage(letter);
		expect_usage(missing);
	}
	/* What only the explorer heeds is not swallowed before a command that would not. */
	expect_usage("--by=type tree");
	expect_usage("--interval 100 events");
	expect_usage("--no-color json");
	expect_usage("--no-mouse doctor");
}

static void expect_title(const char *locale, const char *arguments, const char *title)
{
	struct output output = run(locale, arguments);

	assert_int_equal(output.status, 0);
	assert_non_null(strstr(output.text, title));
	output_done(&output);
}

/* It is never Chinese in escapes: in UTF-8 where that is meant, else English. */
static void chinese_is_written_or_not_spoken(void **state)
{
	const char *english = "UTS: copy, then diverge", *chinese = "先复制，再各走各路";

	(void)state;
	expect_title("C.UTF-8", "lesson --lang zh", chinese);
	expect_title("C", "lesson --lang zh", chinese);
	expect_title("C", "lesson", english);
	expect_title("zh_CN.UTF-8", "lesson", chinese); /* installed or not */
	expect_title("zh_CN", "lesson", english);
	expect_title("zh_CN.UTF-8", "lesson --lang en", english);
	expect_title("zh_CN.UTF-8", "lesson --ascii", english);
	expect_title("C.UTF-8", "lesson --ascii --lang zh", english);
	expect_title("C.UTF-8", "lesson --lang zh --ascii", english);
	/* A locale of another language, installed or not, has its characters. */
	expect_title("de_DE.UTF-8", "tree", "└─");
}

/* The messages of nsscope on standard error with the home @dir.  The caller frees them. */
static char *complaint_as_nobody(const char *dir)
{
	const char *argv[] = {"sh", "-c",
	    "HOME=$1 exec env -u XDG_CONFIG_HOME \"$0\" tree 2>&1 >/dev/null", nsscope_path(), dir,
	    NULL};
	struct output output = tool_run((char *const *)argv, true);
	char *text = xstrdup(output.text);

	assert_int_equal(output.status, 0);
	output_done(&output);
	return text;
}

/* After setpriv(1), say, HOME is still that of the user before: a closed file there is no error.  In the user's own
 * home it is reported. */
static void another_users_closed_home_has_no_settings(void **state)
{
	char dir[] = "/tmp/nsscope-test-XXXXXX";
	autofree char *config = NULL, *closed = NULL, *half = NULL, *own = NULL;

	(void)state;
	if (geteuid() != 0)
		skip_because("only root can be another user");
	assert_non_null(mkdtemp(dir));
	config = xasprintf("%s/.config", dir);
	assert_int_equal(mkdir(config, 0700), 0);
	closed = complaint_as_nobody(dir);
	assert_int_equal(chmod(dir, 0755), 0);
	half = complaint_as_nobody(dir);
	assert_int_equal(chown(dir, 65534, 65534), 0);
	own = complaint_as_nobody(dir);
	assert_int_equal(rmdir(config), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_string_equal(closed, "");
	assert_string_equal(half, "");
	assert_non_null(strstr(own, "/.config/nsscope/config: Permission denied\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(help_fits_and_speaks_each_language),
	    cmocka_unit_test(chinese_is_written_or_not_spoken),
	    cmocka_unit_test(ascii_is_taken_before_and_after_the_command),
	    cmocka_unit_test(wrong_options_end_with_two),
	    cmocka_unit_test(another_users_closed_home_has_no_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
