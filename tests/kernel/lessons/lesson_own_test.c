/* Lessons of one's own: added and in the place of others, asked before they run a shell; and how far
 * one has come. */
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"
#include "tests/kernel/userns.h"

#include <stdio.h>
#include <string.h>

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

/* Runs @command with sh in a folder with lessons, "$dir", that is removed again; $0 is nsscope. */
static struct output shell(const char *command)
{
	autofree char *whole = xasprintf(
	    "dir=$(mktemp -d) && trap 'rm -rf \"$dir\"' EXIT && cd \"$dir\" && mkdir zh && {\n"
	    "head='```lesson\nname: %%s\nactors: A\n```\n## One\n'\n"
	    "printf \"# My own\n$head\" own >own.md\n"
	    "printf '```notes\nWait *here*.\n```\n' >>own.md\n"
	    "printf '```do\nA: sh(\"echo ran >%%s/ran\")\n```\n' \"$dir\" >>own.md\n"
	    "printf '## Two\n```turn\nns(you, uts) != ns(me, uts)\n```\n- a\n- b\n\n' >>own.md\n"
	    "printf '```solution\necho ran >%%s/ran; exec unshare --user --uts sleep 100\n```\n' "
	    "\"$dir\" >>own.md\n"
	    "printf \"# Instead\n$head\" uts >uts.md\n"
	    "printf '# 我的\n'\"$head\" own >zh/own.md\n"
	    "export XDG_STATE_HOME=\"$dir\" XDG_DATA_HOME=/dev/null/none\n"
	    "export XDG_DATA_DIRS=/dev/null/none\n"
	    "} && { %s\n} 2>&1",
	    command);

	return tool_run((char *[]){(char *)"sh", (char *)"-c", whole, NSSCOPE, NULL}, false);
}

static void they_are_in_the_list(void **state)
{
	struct output output = shell("\"$0\" lesson --lessons .");

	(void)state;
	EXPECT(output, 0, "uts                   Instead  ./uts.md\n",
	    "own                   My own  ./own.md\n");
	output = shell("\"$0\" lesson --lessons . --lang zh");
	EXPECT(output, 0, "own                   我的  ./zh/own.md\n");
	output = shell("mkdir -p data/nsscope/lessons && cp own.md data/nsscope/lessons &&"
	               "XDG_DATA_HOME=$PWD/data \"$0\" lesson");
	EXPECT(output, 0, "UTS: copy, then diverge", "own                   My own");
	output = shell("echo x >bad.md; \"$0\" lesson --lessons .");
	EXPECT(output, 1, "./bad.md:1:1: ", "own                   My own");
}

static void the_one_in_the_place_is_played(void **state)
{
	need_stage();
	struct output output = shell("\"$0\" lesson --lessons . uts --plain --yes");

	(void)state;
	assert_null(strstr(output.text, "copy, then diverge"));
	EXPECT(output, 0, "Instead\n=======");
	output = shell("\"$0\" lesson --lessons . all --plain --yes");
	EXPECT(output, 1, "Instead\n=======", "\nown           0 checks held, 1 failed");
	output = shell("\"$0\" lesson ./uts.md --plain --yes");
	EXPECT(output, 0, "Instead\n=======");
	output = shell("\"$0\" lesson ./none.md --plain --yes");
	EXPECT(output, 1, "./none.md: No such file");
}

static void notes_are_shown_to_who_asks(void **state)
{
	need_stage();
	struct output output = shell("\"$0\" lesson ./own.md --plain --yes --notes");

	(void)state;
	EXPECT(output, 1, "  │ Wait *here*.\n");
	output = shell("\"$0\" lesson ./own.md --plain --yes");
	assert_null(strstr(output.text, "Wait"));
	output_done(&output);
}

/* Neither its calls nor its solutions run lines of a shell unasked. */
static void a_shell_is_asked_for(void **state)
{
	struct output output;

	(void)state;
	need_userns();
	output = shell("\"$0\" lesson ./own.md --plain --yes --solve; echo \"status $?\"; cat ran");
	EXPECT(output, 1, "wants to run lines of a shell", "sh(\"echo ran",
	    "They are not run; --trust", "not made: it was not permitted",
	    "its solutions run only with --trust", "Skipped.", "status 1", "ran: No such file");
	/* Trusted, the actor itself refuses what could be seen outside; the solution runs. */
	output = shell("NSSCOPE_SOLVE=1 \"$0\" lesson ./own.md --plain --yes --trust "
	               "--from 1; cat ran");
	assert_null(strstr(output.text, "it was not permitted"));
	EXPECT(output, 0, "not made: it could be seen outside", "1 of 1 tasks done", "ran\n");
}

static void progress_is_told_and_forgotten(void **state)
{
	struct output output = shell("mkdir nsscope && echo 'uts 4 10' >nsscope/progress &&"
	                             "echo 'own 2 2 done' >>nsscope/progress &&"
	                             "\"$0\" lesson && \"$0\" lesson --lessons . &&"
	                             "\"$0\" lesson reset uts && cat nsscope/progress &&"
	                             "\"$0\" lesson reset && wc -c <nsscope/progress");

	(void)state;
	EXPECT(output, 0, "  step 4 of 10\n", "✔ own", "My own  ./own.md\n", "\nown 2 2 done\n0\n");
	/* Who is not asked leaves no trace. */
	output = shell("\"$0\" lesson ./uts.md --plain --yes >/dev/null && ls nsscope");
	assert_int_not_equal(output.status, 0);
	output_done(&output);
	output = shell("XDG_STATE_HOME=/dev/null/none \"$0\" lesson reset uts");
	EXPECT(output, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(they_are_in_the_list),
	    cmocka_unit_test(the_one_in_the_place_is_played),
	    cmocka_unit_test(notes_are_shown_to_who_asks),
	    cmocka_unit_test(a_shell_is_asked_for),
	    cmocka_unit_test(progress_is_told_and_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
