/* Two terminals: a lesson in the first one, the speaker's notes in the second, which follows. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#define LESSON                                                                                     \
	"# My own\n\n```lesson\nname: own\nactors: A\nminutes: 7\n```\n\nHello.\n\n"               \
	"## One\n\n```notes\nAsk \033[31mthem.\n```\n\nThe first.\n\n"                             \
	"## Two\n\n```notes\nWait here.\n```\n\nThe second.\n\n"                                   \
	"Which *one*?\n\n- [ ] This\n- [x] That\n"

static char state_home[80];

static int begin(void **state)
{
	(void)state;
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s", folder_make());
	folder_write("own.md", LESSON);
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

static struct rig *open_lesson(int rows, int cols)
{
	struct rig *rig = rig_start(&(struct rig_options){.rows = rows,
	    .cols = cols,
	    .args = {"--lessons", state_home + strlen("XDG_STATE_HOME="), "lesson", "own",
	        "--from=0"},
	    .env = {state_home, "XDG_RUNTIME_DIR="}});

	rig_wait(rig, "Hello.");
	return rig;
}

static struct rig *open_notes(int rows, int cols, const char *language)
{
	return rig_start(&(struct rig_options){.rows = rows,
	    .cols = cols,
	    .args = {"--lang", language, "lesson", "--notes"},
	    .env = {state_home, "XDG_RUNTIME_DIR="}});
}

static void end_notes(struct rig *notes)
{
	int status;

	rig_type(notes, "\003");
	status = rig_wait_exit(notes);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	rig_free(notes);
}

static void the_second_follows_the_first(void **state)
{
	struct rig *notes = open_notes(24, 80, "en"), *rig;

	(void)state;
	rig_wait(notes, "No lesson is running; this waits for one");
	rig = open_lesson(24, 80);
	rig_wait(notes, "My own");
	rig_wait(notes, "(no notes here)");
	rig_wait(notes, "next: One");
	rig_wait(notes, "0 of 7 min");
	rig_type(rig, "n");
	rig_wait(rig, "The first.");
	/* The class does not see them. */
	assert_null(strstr(rig_text(rig), "them."));
	rig_wait(notes, "step 1 of 2: One");
	/* Text of a lesson never becomes an escape sequence. */
	rig_wait(notes, "Ask \\e[31mthem.");
	rig_wait(notes, "next: Two");
	rig_type(rig, "n");
	rig_wait(notes, "step 2 of 2: Two");
	rig_wait(notes, "Wait here.");
	rig_wait(notes, "Which one?");
	rig_wait(notes, "answer: 2) That");
	/* It is drawn anew: nothing of the step before is left. */
	assert_null(strstr(rig_text(notes), "them."));
	assert_null(strstr(rig_text(notes), "No lesson is running"));
	/* Back, too. */
	rig_type(rig, "b");
	rig_type(rig, "q");
	rig_wait(notes, "The lesson is left.");
	explorer_quit(rig);
	/* And the next one. */
	rig = open_lesson(10, 40);
	rig_type(rig, "n");
	rig_wait(notes, "Ask \\e[31mthem.");
	rig_signal(rig, SIGKILL);
	rig_wait_exit(rig);
	rig_free(rig);
	end_notes(notes);
}

static void who_comes_late_sees_the_present(void **state)
{
	static const struct {
		int rows, cols;
		const char *language, *step;
	} all[] = {
	    {5, 20, "zh", "第 1 步，共 2 步"},
	    {10, 40, "en", "step 1 of 2: One"},
	    {36, 120, "zh", "第 1 步，共 2 步"},
	};
	struct rig *rig = open_lesson(36, 120);

	(void)state;
	rig_type(rig, "n");
	rig_wait(rig, "The first.");
	for (size_t i = 0; i < array_len(all); i++) {
		struct rig *notes = open_notes(all[i].rows, all[i].cols, all[i].language);

		rig_wait(notes, "Two");
		if (all[i].rows > 5)
			rig_wait(notes, all[i].step);
		end_notes(notes);
	}
	rig_type(rig, "q");
	rig_wait_gone(rig, "The first.");
	explorer_quit(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_second_follows_the_first, begin, end),
	    cmocka_unit_test_setup_teardown(who_comes_late_sees_the_present, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
