/* nsscope lesson, as a person runs it: what is printed, and the exit status. */
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"
#include "tests/kernel/userns.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define NSSCOPE ((char *)nsscope_path())

static void expect(struct output *output, int status, const char *const *texts)
{
	if (output->status != status)
		fail_msg("status %d, not %d:\n%s", output->status, status, output->text);
	for (; *texts; texts++)
		if (!strstr(output->text, *texts))
			fail_msg("\"%s\" is not in:\n%s", *texts, output->text);
	output_done(output);
}

#define EXPECT(output, status, ...)                                                                \
	expect(&(output), status, (const char *const[]){__VA_ARGS__, NULL})

/* Runs @command with sh, which sees NSSCOPE_BIN as $0. */
static struct output shell(const char *command, bool as_nobody)
{
	return tool_run(
	    (char *[]){(char *)"sh", (char *)"-c", (char *)command, NSSCOPE, NULL}, as_nobody);
}

/* Skips the test where no user namespace with a root of its own can be made. */
static void need_mapped_userns(void)
{
	struct output output;
	int status;

	need_userns();
	output = shell("exec unshare --user --map-root-user --uts true", false);
	status = output.status;
	output_done(&output);
	if (status)
		skip_because("user namespaces may be made, but not mapped");
}

static void plays_to_the_end(void **state)
{
	need_stage();
	struct utsname before, after;
	struct output output;

	(void)state;
	uname(&before);
	output = shell("exec \"$0\" lesson uts --plain", false);
	EXPECT(output, 0, "1. All in one room", "A: unshare(CLONE_NEWUTS) = 0", "/ns/uts -> uts:[",
	    "A: gethostname() = \"ns1\"", "✔ hostname(B) == \"ns2\"",
	    "-1 EINVAL (Invalid argument)", "that means here: a host name has at most 64 bytes",
	    "3) is right.", "\n19 checks held, 0 failed; 0 of 1 tasks done\n", "Skipped.");
	uname(&after);
	assert_string_equal(before.nodename, after.nodename);
}

static void speaks_chinese(void **state)
{
	need_stage();
	struct output output;

	(void)state;
	output = shell("exec \"$0\" lesson --lang zh uts", false);
	EXPECT(output, 0, "名称空间", "A: unshare(CLONE_NEWUTS) = 0", "✔ hostname(B) == \"ns2\"");
}

static void ascii_is_ascii(void **state)
{
	need_stage();
	struct output output;

	(void)state;
	output = shell("exec \"$0\" lesson uts --plain --ascii", false);
	for (size_t i = 0; i < output.len; i++)
		assert_true(
		    output.text[i] == '\n' || (output.text[i] >= ' ' && output.text[i] < 127));
	EXPECT(output, 0, "[ok] hostname(B) == \"ns2\"");
}

static void prose_is_not_wide(void **state)
{
	struct output output = shell("exec \"$0\" lesson uts --plain --ascii", false);

	(void)state;
	for (const char *line = output.text; *line; line += strcspn(line, "\n") + 1)
		/* Calls, checks and commands stand behind blanks and are not broken. */
		assert_true(strncmp(line, "    ", 4) == 0 || strcspn(line, "\n") <= 80);
	output_done(&output);
}

static void plays_as_nobody(void **state)
{
	struct output output;

	(void)state;
	need_userns();
	output = shell("unshare --user true && exec \"$0\" --version", true);
	if (output.status)
		skip_because("nobody can't start the program, or may make no user namespace");
	output_done(&output);
	output = shell("exec \"$0\" lesson uts --plain", true);
	EXPECT(output, 0, "You are not root, so the stage created a user namespace first.",
	    "✔ hostname(B) == \"ns2\"", "\n19 checks held, 0 failed; 0 of 1 tasks done\n");
}

/* Root is not told that it isn't, whatever it lacks. */
static void root_is_root(void **state)
{
	struct output output;

	(void)state;
	need_mapped_userns();
	output = shell("exec unshare --user --map-root-user setpriv --bounding-set=-sys_admin "
	               "\"$0\" lesson uts --plain",
	    false);
	assert_null(strstr(output.text, "You are not root"));
	EXPECT(output, 0,
	    "You are root without CAP_SYS_ADMIN, so the stage created a user namespace",
	    " 0 failed");
}

/* Root of a user namespace, but without a single capability, and with no further namespace. */
static void forbidden_is_3(void **state)
{
	static const char box[] =
	    "exec unshare --user --map-root-user sh -c '"
	    "echo 0 >/proc/sys/user/max_user_namespaces &&"
	    "exec setpriv --bounding-set=-all \"$0\" lesson uts --plain 2>&1' \"$0\"";
	struct output output;

	(void)state;
	need_mapped_userns();
	output = shell(box, false);
	assert_null(strstr(output.text, "unshare(CLONE_NEWUTS) ="));
	EXPECT(output, 3, "This lesson can't be played here",
	    "✘ the stage: unshare(CLONE_NEWUSER): the limit is reached", "A: unshare(CLONE_NEWUTS)",
	    "hostname(you) == \"mine\"", "3) is right.");
}

/* What only the stage finds out is told with the lesson's name: "lesson all" plays many. */
static void a_failed_stage_names_the_lesson(void **state)
{
	static const char box[] =
	    "exec unshare --user --map-root-user sh -c '"
	    "echo 0 >/proc/sys/user/max_user_namespaces &&"
	    "printf \"# T\\n\\n\\`\\`\\`lesson\\nname: mine\\nstage: user\\nactors: "
	    "A\\n\\`\\`\\`\\n\\n## S\\n\\n"
	    "\\`\\`\\`do\\nA: getpid()\\n\\`\\`\\`\\n\" |"
	    "setpriv --bounding-set=-all \"$0\" lesson --plain /dev/stdin 2>&1' \"$0\"";
	struct output output;

	(void)state;
	need_mapped_userns();
	output = shell(box, false);
	EXPECT(output, 3, "nsscope lesson mine: setgroups: ");
}

/* A task is done by its solution; nothing of that is left.  Who did it is sh, or sleep already. */
static void solves_its_tasks(void **state)
{
	struct output output;

	(void)state;
	need_mapped_userns();
	output = shell("exec \"$0\" lesson uts --plain --yes --solve", false);
	EXPECT(output, 0, "exec sleep 300", "✔ Done, by ",
	    "\n19 checks held, 0 failed; 1 of 1 tasks done\n");
	output = shell("NSSCOPE_SOLVE=1 exec \"$0\" lesson uts --plain --from 10", false);
	assert_null(strstr(output.text, "9. What to remember"));
	EXPECT(output, 0, "10. Your turn", "✔ Done, by ", "1 of 1 tasks done\n");
}

static void plays_all(void **state)
{
	struct output output;

	(void)state;
	need_userns();
	output = shell("exec \"$0\" lesson all --plain --yes", false);
	EXPECT(output, 0, "UTS: copy, then diverge\n=====",
	    "\nuts           19 checks held, 0 failed; 0 of 1 tasks done\n");
}

static void list_and_usage(void **state)
{
	static const struct {
		const char *command;
		int status;
		const char *text;
	} runs[] = {
	    {"lesson", 0, "uts "},
	    {"--lang zh lesson", 0, "先复制"},
	    {"lesson --help", 0, "--plain"},
	    {"lesson utc", 2, "did you mean uts?"},
	    {"lesson uts --from x", 2, "--from takes the number of a step"},
	    {"lesson uts --from 99", 2, "--from=99: this lesson has the steps 1 to"},
	    {"lesson --plian uts", 2, "--plain"},
	    {"lesson --lang fr uts", 2, "zh"},
	    {"lesson uts more", 2, "more"},
	    {"lesson check", 2, "which file"},
	    {"lesson check a b", 2, "\"b\""},
	    {"lesson check lessons/en/uts.md", 0, ""},
	    {"lesson check lessons/none.md", 1, "No such file"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(runs); i++) {
		autofree char *command = xasprintf("exec \"$0\" %s 2>&1", runs[i].command);
		struct output output = shell(command, false);

		EXPECT(output, runs[i].status, runs[i].text);
	}
}

static void mistakes_have_a_place(void **state)
{
	struct output output;

	(void)state;
	output = shell("printf '# T\\n```lesson\\nname: t\\nactors: A\\n```\\n## S\\n```do\\n"
	               "A: unshrae(\\033)\\n```\\n' | \"$0\" lesson check /dev/stdin 2>&1",
	    false);
	assert_null(strchr(output.text, '\033'));
	EXPECT(output, 1, "/dev/stdin:8:4: ", "unshare");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plays_to_the_end),
	    cmocka_unit_test(speaks_chinese),
	    cmocka_unit_test(ascii_is_ascii),
	    cmocka_unit_test(prose_is_not_wide),
	    cmocka_unit_test(plays_as_nobody),
	    cmocka_unit_test(root_is_root),
	    cmocka_unit_test(forbidden_is_3),
	    cmocka_unit_test(a_failed_stage_names_the_lesson),
	    cmocka_unit_test(solves_its_tasks),
	    cmocka_unit_test(plays_all),
	    cmocka_unit_test(list_and_usage),
	    cmocka_unit_test(mistakes_have_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
