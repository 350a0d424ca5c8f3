/* Any step of a lesson, and the step where it was left; the user's own lessons, and lessons that can only
 * be read. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FACTS(more) "```lesson\nname: own\nactors: A\n" more "```\n\n"
#define OWN                                                                                        \
	"# My own\n\n" FACTS("minutes: 3\n") "Hello.\n\n## One\n\n```notes\nWait here.\n```\n\n"   \
	                                     "```do\nA: sh(\"echo hi\")\n```\n"

static char state_home[80];

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

static struct rig *open_uts(void)
{
	struct rig *rig = rig_start(&(struct rig_options){
	    .rows = 40, .cols = 120, .args = {"lesson", "uts"}, .env = {state_home}});

	rig_wait_row(rig, 0, "nsscope");
	return rig;
}

/* Opens the list of steps and takes the one with this number. */
static void go_to(struct rig *rig, int step)
{
	rig_type(rig, "s");
	rig_wait(rig, "Jump to a step");
	rig_key(rig, VTERM_KEY_HOME);
	for (int i = 0; i < step; i++)
		rig_key(rig, VTERM_KEY_DOWN);
	rig_key(rig, VTERM_KEY_ENTER);
	rig_wait_gone(rig, "Jump to a step");
}

static void leave(struct rig *rig, const char *title)
{
	rig_type(rig, "q");
	rig_wait_gone(rig, title);
	explorer_quit(rig);
}

static void goes_to_any_step(void **state)
{
	need_stage();
	struct rig *rig = open_uts();

	(void)state;
	rig_type(rig, "s");
	rig_wait(rig, "▶     UTS: copy, then diverge");
	rig_wait(rig, " 6  A is renamed afterwards");
	rig_type(rig, "\033");
	rig_wait_gone(rig, "Jump to a step");
	/* Ahead: what lies between is done. */
	go_to(rig, 6);
	rig_wait(rig, "step 6 of 10: A is renamed afterwards");
	rig_wait(rig, "What do you think?");
	explorer_wait_row_with(rig, "uts:", "host ns2");
	/* Back: it is not done any more. */
	go_to(rig, 2);
	rig_wait(rig, "step 2 of 10: A leaves");
	rig_wait(rig, "Space: continue");
	rig_wait_gone(rig, "[B]");
	go_to(rig, 0);
	rig_wait_gone(rig, "step 2 of");
	leave(rig, "The question.");
}

static void goes_on_where_somebody_left(void **state)
{
	need_stage();
	struct rig *rig = open_uts();
	char *kept;

	(void)state;
	go_to(rig, 3);
	rig_wait(rig, "step 3 of 10");
	rig_wait(rig, "Space: continue");
	leave(rig, "step 3 of 10");
	kept = folder_read("nsscope/progress");
	assert_string_equal(kept, "uts 3 10\n");
	free(kept);
	rig = open_uts();
	rig_wait_row(rig, -1, "goes on with step 3, where you left; R begins anew");
	rig_wait(rig, "step 3 of 10");
	/* It is in the list too. */
	rig_type(rig, "q");
	rig_wait_gone(rig, "step 3 of 10");
	rig_type(rig, "L");
	rig_wait(rig, "step 3 of 10");
	rig_type(rig, "j\r"); /* the second in the order of teaching */
	rig_wait(rig, "step 3 of 10: ");
	rig_type(rig, "R");
	rig_wait(rig, "The question.");
	leave(rig, "The question.");
	kept = folder_read("nsscope/progress");
	assert_string_equal(kept, "uts 0 10\n");
	free(kept);
}

static struct rig *open_own(const char *option, const char *title)
{
	struct rig *rig;

	rig = rig_start(&(struct rig_options){.rows = 40,
	    .cols = 120,
	    .args = {"--lessons", state_home + strlen("XDG_STATE_HOME="), "lesson", "own", option},
	    .env = {state_home}});
	rig_wait(rig, title);
	return rig;
}

static void a_shell_is_asked_for(void **state)
{
	need_stage();
	struct rig *rig;

	(void)state;
	folder_write("own.md", OWN);
	rig = open_own(NULL, "My own");
	rig_type(rig, "n");
	rig_wait(rig, "step 1 of 1: One");
	assert_null(strstr(rig_text(rig), "Wait here."));
	rig_type(rig, "n");
	rig_wait(rig, "May it run a shell? y: yes, n: no");
	/* Neither Space nor Enter says yes. */
	rig_type(rig, " \r");
	rig_type(rig, "n");
	rig_wait(rig, "not made: it was not permitted");
	/* What was answered holds. */
	rig_type(rig, "bn");
	rig_wait(rig, "not made: it was not permitted");
	leave(rig, "One");
	/* With permission the actor decides, which has the namespaces of the machine. */
	rig = open_own("--notes", "goes on with step 1");
	rig_wait(rig, "Wait here.");
	rig_type(rig, "n");
	rig_wait(rig, "May it run a shell? y: yes, n: no");
	rig_type(rig, "y");
	rig_wait(rig, "sh(\"echo hi\") = ");
	assert_null(strstr(rig_text(rig), "it was not permitted"));
	leave(rig, "One");
}

static void what_cant_be_played_is_read(void **state)
{
	struct rig *rig;

	(void)state;
	folder_write("own.md",
	    "# My own\n\n" FACTS(
	        "kernel: 99.1\nneeds: no-such-program\n") "Hello.\n\n## One\n\n"
	                                                  "```do\nA: exit(0)\n```\n"
	                                                  "Behind it.\n");
	rig = open_own(NULL, "My own");
	rig_wait(rig, "This lesson can't be played here");
	rig_wait(rig, "✘ Linux 99.1: this is Linux ");
	rig_wait(rig, "✘ no-such-program: there is no such program here");
	rig_wait(rig, "only to read here");
	rig_type(rig, " ");
	rig_wait(rig, "A: exit(0)");
	rig_wait(rig, "Behind it.");
	assert_null(strstr(rig_text(rig), "exit(0) ="));
	assert_null(strstr(rig_text(rig), "[A]"));
	rig_type(rig, " ");
	rig_wait(rig, "Lesson complete");
	leave(rig, "One");
	assert_null(folder_read("nsscope/progress"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(goes_to_any_step, begin, end),
	    cmocka_unit_test_setup_teardown(goes_on_where_somebody_left, begin, end),
	    cmocka_unit_test_setup_teardown(a_shell_is_asked_for, begin, end),
	    cmocka_unit_test_setup_teardown(what_cant_be_played_is_read, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
