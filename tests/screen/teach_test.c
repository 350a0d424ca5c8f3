/* A lesson in front of others: presenter mode and a clicker, autoplay, and what a step says that came
 * out otherwise. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "# My own\n\n```lesson\nname: own\nactors: A\n```\n\nHello there.\n\n"
#define STEPS                                                                                      \
	"## One\n\nThe first.\n\n```do\nA: getpid()\n```\n\nSeen.\n\n"                             \
	"## Two\n\nWho is right?\n\n- [ ] He is wrong\n\n  Tempting.\n- [x] She is right\n\n"      \
	"  So it is.\n\n"                                                                          \
	"## Three\n\n```turn\nns(you, uts) != ns(me, uts)\nhostname(you) == "                      \
	"\"nobody-does-it\"\n```\n"                                                                \
	"1. first hint\n2. second hint\n\n```solution\ntrue\n```\n\nThat was all.\n"

static char state_home[80];

static int begin(void **state)
{
	(void)state;
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s", folder_make());
	folder_write("own.md", HEAD STEPS);
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

static struct rig *open_own(
    int rows, int cols, const char *language, const char *option, const char *value)
{
	return rig_start(&(struct rig_options){.rows = rows,
	    .cols = cols,
	    .args = {"--lang", language, "--lessons", state_home + strlen("XDG_STATE_HOME="),
	        "lesson", "own", option, value},
	    .env = {state_home}});
}

static void leave(struct rig *rig, const char *title)
{
	rig_type(rig, "q");
	rig_wait_gone(rig, title);
	explorer_quit(rig);
}

/* PageDown alone leads from the beginning to the end. */
static void click_through(struct rig *rig)
{
	rig_wait(rig, "Hello there.");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "The first.");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "getpid() = ");
	rig_wait(rig, "Seen.");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "Who is right?");
	rig_wait(rig, "What do you think?");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "So it is.");
	rig_wait(rig, "The answer is 2.");
	assert_null(strstr(rig_text(rig), "You were right."));
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "Your turn. h");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "That was all.");
	/* And back. */
	rig_key(rig, VTERM_KEY_PAGEUP);
	rig_wait(rig, "Your turn. h");
	rig_key(rig, VTERM_KEY_PAGEUP);
	rig_wait(rig, "Who is right?");
}

static void a_clicker_goes_on(void **state)
{
	need_stage();
	struct rig *rig = open_own(36, 120, "en", NULL, NULL);

	(void)state;
	rig_wait(rig, "Hello there.");
	/* Without it PageDown only scrolls. */
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_type(rig, "P");
	rig_wait_row(rig, -1, "presenter mode: PageDown or a clicker continues");
	rig_wait(rig, "Hello there.");
	click_through(rig);
	rig_type(rig, "P");
	rig_wait_row(rig, -1, "no longer in presenter mode");
	leave(rig, "step 2 of 3");
	rig = open_own(36, 120, "en", "--present", "--from=0");
	click_through(rig);
	/* Also with the focus in the tree. */
	rig_type(rig, "\t");
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, "So it is.");
	leave(rig, "step 2 of 3");
}

/* A question says which keys it waits for, on the text and in the bar; Space says it again. */
static void ask_with_keys(
    const char *language, const char *what, const char *keys, const char *said, const char *answer)
{
	struct rig *rig = open_own(24, 80, language, "--from=2", NULL);

	rig_wait(rig, what);
	rig_wait_row(rig, -1, keys);
	rig_type(rig, " ");
	rig_wait_row(rig, -1, said);
	rig_wait(rig, what);
	rig_key(rig, VTERM_KEY_PAGEDOWN);
	rig_wait(rig, answer);
	leave(rig, answer);
}

static void a_question_says_its_keys(void **state)
{
	(void)state;
	need_stage();
	ask_with_keys("en", "What do you think? 1-2: answer, PageDown: show the answer",
	    "1-2 Answer  PgDn Show the answer  ",
	    "the question waits: 1-2 answer it, PageDown shows the answer", "The answer is 2.");
	ask_with_keys("zh", "你怎么想？1-2：回答，PageDown：显示答案", "1-2 回答  PgDn 显示答案  ",
	    "问题在等你回答：按 1-2 回答，PageDown 显示答案", "答案是 2。");
}

/* Who answers is still praised. */
static void an_answer_is_still_judged(void **state)
{
	struct rig *rig = open_own(24, 80, "en", "--from=2", NULL);

	(void)state;
	rig_wait(rig, "PageDown: show the answer");
	rig_type(rig, "2");
	rig_wait(rig, "You were right.");
	assert_null(strstr(rig_text(rig), "The answer is"));
	leave(rig, "You were right.");
}

#define PROSE "The text above the task is long, and takes some lines of the screen. "
/* Each hint is on the screen when it comes, on a small one too, and stays there. */
static void the_newest_hint_is_seen(void **state)
{
	need_stage();
	struct rig *rig;

	(void)state;
	folder_write("own.md", HEAD "## One\n\n" PROSE PROSE PROSE
	                            "\n\n```turn\nns(you, uts) != ns(me, uts)\nhostname(you) == "
	                            "\"nobody-does-it\"\n```\n"
	                            "1. first hint\n2. second hint\n3. third hint\n\n"
	                            "```solution\nthe-first-line\nthe-last-line\n```\n");
	rig = open_own(24, 80, "en", "--from=1", NULL);
	rig_wait(rig, "Your turn. h");
	rig_type(rig, "h");
	rig_wait(rig, "first hint");
	rig_type(rig, "h");
	rig_wait(rig, "second hint");
	rig_type(rig, "h");
	rig_wait(rig, "third hint");
	rig_type(rig, "h");
	rig_wait(rig, "the-first-line");
	rig_wait(rig, "the-last-line");
	/* On a narrower screen, all that is above takes more lines. */
	rig_resize(rig, 24, 50);
	rig_wait(rig, "▲");
	rig_wait(rig, "the-last-line");
	/* What was scrolled back to stays there. */
	rig_type(rig, "[[[[[[[[[[[[");
	rig_wait_gone(rig, "the-last-line");
	leave(rig, "step 1 of 1");
}

static void a_command_switches_it_too(void **state)
{
	struct rig *rig = open_own(24, 80, "en", NULL, NULL);

	(void)state;
	rig_wait(rig, "Hello there.");
	rig_type(rig, ":presenter mode");
	rig_wait(rig, "presenter mode, on or off");
	rig_type(rig, "\r");
	rig_wait_row(rig, -1, "presenter mode: PageDown or a clicker continues");
	leave(rig, "Hello there.");
}

/* The text of the pane is set wider, and in more contrast. */
static void it_is_larger(void **state)
{
	struct rig *rig = open_own(36, 120, "en", "--from=1", NULL);
	int row, col, row_wide, col_wide;

	(void)state;
	rig_wait(rig, "The first.");
	rig_wait_find(rig, "The first.", &row, &col);
	rig_type(rig, "P");
	rig_wait_row(rig, -1, "presenter mode");
	rig_wait_find(rig, "The first.", &row_wide, &col_wide);
	assert_int_equal(col_wide, col + 2);
	leave(rig, "step 1 of 3");
}

static void it_goes_on_by_itself(void **state)
{
	struct rig *rig = open_own(24, 80, "en", "--auto=1", NULL);

	(void)state;
	/* No key: the end comes. */
	rig_wait(rig, "(by itself: 1 s)");
	rig_wait(rig, "Who is right?");
	rig_wait(rig, "Lesson complete");
	rig_type(rig, "R");
	rig_wait(rig, "Hello there.");
	rig_wait(rig, "The first.");
	/* Until it is taken back. */
	rig_type(rig, "A");
	rig_wait_row(rig, -1, "waits for you again");
	rig_wait_gone(rig, "by itself");
	rig_type(rig, "A");
	rig_wait_row(rig, -1, "goes on by itself every 8 seconds; + and - change it");
	rig_type(rig, "+");
	rig_wait_row(rig, -1, "every 9 seconds");
	rig_type(rig, "--");
	rig_wait_row(rig, -1, "every 7 seconds");
	leave(rig, "step ");
}

static void at_every_size(void **state)
{
	need_stage();
	static const struct {
		int rows, cols;
		const char *language;
	} all[] = {{5, 20, "zh"}, {10, 40, "en"}, {24, 80, "zh"}};

	for (size_t i = 0; i < array_len(all); i++) {
		struct rig *rig =
		    open_own(all[i].rows, all[i].cols, all[i].language, "--present", "--from=0");

		rig_wait(rig, "Hello");
		for (int k = 0; k < 4; k++)
			rig_key(rig, VTERM_KEY_PAGEDOWN);
		rig_type(rig, "A");
		rig_resize(rig, 30, 100);
		rig_wait(rig, "nsscope");
		rig_type(rig, "qq");
		rig_wait_exit(rig);
		rig_assert_restored(rig);
		begin(state);
	}
}

/* A result that differs is reported, and the lesson can go on. */
static void a_step_that_fails_goes_on(void **state)
{
	need_stage();
	struct rig *rig;

	(void)state;
	folder_write("own.md", HEAD "## One\n\n```do\nA: getpid() = 0\n```\n\nBehind it.\n\n"
	                            "## Two\n\nThe rest.\n");
	rig = open_own(36, 120, "en", "--from=1", NULL);
	rig_wait(rig, "getpid()");
	rig_type(rig, " ");
	rig_wait(rig, "expected: 0");
	rig_wait(rig, "the lesson expects. You can continue.");
	rig_wait(rig, "on Linux ");
	rig_wait(rig, "Behind it.");
	rig_type(rig, " ");
	rig_wait(rig, "The rest.");
	rig_type(rig, " ");
	rig_wait(rig, "1 result differs from what");
	leave(rig, "The rest.");
}

/* A lesson steers the tree: its grouping, what is unfolded, which actor is pointed at; also backwards. */
static void a_step_turns_the_tree(void **state)
{
	need_stage();
	struct rig *rig;

	(void)state;
	folder_write("own.md",
	    "# My own\n\n```lesson\nname: own\nactors: A B\ngroup: pid\ntypes: "
	    "uts\n```\n\nHello.\n\n"
	    "## One\n\n```do\nA: getpid()\n```\n\nThe first.\n\n"
	    "## Two\n\n```view\ngroup: type\ntypes: uts\npoint: B uts\n```\n\nThe second.\n\n"
	    "## Three\n\n```view\ngroup: owner\n```\n\nThe third.\n");
	rig = open_own(36, 120, "en", "--from=0", NULL);
	rig_wait_row(rig, 0, "by PID namespace");
	rig_type(rig, "nn");
	rig_wait(rig, "The first.");
	explorer_wait_row_with(rig, "[B]", "actor-B");
	rig_type(rig, "n");
	rig_wait(rig, "The second.");
	rig_wait_row(rig, 0, "by type");
	/* The actor that it points at is selected in the tree. */
	rig_type(rig, "\t");
	explorer_wait_selected(rig, "[B]");
	rig_type(rig, "q");
	rig_wait_gone(rig, "The second.");
	/* The user's own tree is back. */
	rig_wait_row(rig, 0, "by PID namespace");
	explorer_quit(rig);
	rig = open_own(36, 120, "en", "--from=3", NULL);
	rig_wait(rig, "The third.");
	rig_wait_row(rig, 0, "by owner");
	rig_type(rig, "b");
	rig_wait(rig, "The second.");
	rig_wait_row(rig, 0, "by type");
	leave(rig, "step 2 of 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_clicker_goes_on, begin, end),
	    cmocka_unit_test_setup_teardown(a_question_says_its_keys, begin, end),
	    cmocka_unit_test_setup_teardown(an_answer_is_still_judged, begin, end),
	    cmocka_unit_test_setup_teardown(the_newest_hint_is_seen, begin, end),
	    cmocka_unit_test_setup_teardown(a_command_switches_it_too, begin, end),
	    cmocka_unit_test_setup_teardown(it_is_larger, begin, end),
	    cmocka_unit_test_setup_teardown(it_goes_on_by_itself, begin, end),
	    cmocka_unit_test_setup_teardown(at_every_size, begin, end),
	    cmocka_unit_test_setup_teardown(a_step_turns_the_tree, begin, end),
	    cmocka_unit_test_setup_teardown(a_step_that_fails_goes_on, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
