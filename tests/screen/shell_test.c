/* A shell for the user, opened from a task: on the terminal of nsscope, which goes on watching; and in a
 * pane of tmux. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/descendants.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TASK                                                                                       \
	"# My own\n\n```lesson\nname: own\nactors: A\n```\n\nHello.\n\n## One\n\n"                 \
	"```turn\nns(you, uts) != ns(me, uts)\nhostname(you) == \"own-%d\"\n```\n"                 \
	"1. a\n2. b\n\n```solution\ntrue\n```\n\n## Two\n\nBehind it.\n"
/* The terminal echoes what is typed, so what is waited for is put together by the shell. */
#define DO_IT                                                                                      \
	"unshare --user --map-root-user --uts "                                                    \
	"sh -c 'hostname own-%d; echo in\"\"side; exec sleep 300'\r"

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

static struct rig *open_task_with(
    int rows, int cols, const char *language, const char *waiting, const char *variable)
{
	struct rig *rig;

	autofree char *task = xasprintf(TASK, (int)getpid());

	folder_write("own.md", task);
	rig = rig_start(&(struct rig_options){.rows = rows,
	    .cols = cols,
	    .args = {"--lang", language, "--lessons", state_home + strlen("XDG_STATE_HOME="),
	        "lesson", "own"},
	    .env = {state_home, "SHELL=/bin/sh", "PS1=$ ", "ENV=", "TMUX=", variable}});
	rig_wait(rig, "My own");
	rig_type(rig, "n");
	rig_wait(rig, waiting);
	return rig;
}

static struct rig *open_task(int rows, int cols, const char *language, const char *waiting)
{
	return open_task_with(rows, cols, language, waiting, NULL);
}

static void leave(struct rig *rig, const char *title)
{
	rig_type(rig, "q");
	rig_wait_gone(rig, title);
	explorer_quit(rig);
}

/* Does the shell wait for a line?  A prompt is cut to "$". */
static bool prompts(struct rig *rig, void *data)
{
	int row, col;
	bool visible;

	(void)data;
	rig_cursor(rig, &row, &col, &visible);
	return col == 2 && strcmp(rig_row(rig, row), "$") == 0;
}

/* Presses Ctrl-C.  What is typed before the shell prompts again, is thrown away. */
static void interrupt(struct rig *rig)
{
	rig_type(rig, "\003");
	rig_wait(rig, "^C");
	rig_wait_for(rig, prompts, NULL, "a prompt");
}

static void a_task_is_done_in_a_shell_here(void **state)
{
	need_userns();
	autofree char *line = xasprintf(DO_IT, (int)getpid());
	struct rig *rig = open_task(24, 80, "en", "Your turn. h: hint");

	(void)state;
	rig_type(rig, "!");
	rig_wait(rig, "nsscope goes on watching");
	assert_false(rig_altscreen(rig));
	rig_type(rig, line);
	rig_wait(rig, "inside");
	rig_wait(rig, "nsscope: that is it. Leave the shell to go on.");
	interrupt(rig);
	rig_type(rig, "exit\r");
	rig_wait(rig, "Done, by");
	assert_true(rig_altscreen(rig));
	rig_type(rig, "n");
	rig_wait(rig, "Behind it.");
	leave(rig, "Two");
}

/* The language of nsscope does not change the user's LANGUAGE: it is as it was, or not set. */
static void the_language_is_the_users(void **state)
{
	static const char *const languages[] = {"LANGUAGE=de:fr", NULL};

	for (size_t i = 0; i < array_len(languages); i++) {
		struct rig *rig = open_task_with(24, 80, "zh", "轮到你", languages[i]);

		rig_type(rig, "!");
		rig_wait_for(rig, prompts, NULL, "a prompt");
		rig_type(rig, "echo it\"\" is ${LANGUAGE-not set}.\r");
		rig_wait(rig, languages[i] ? "it is de:fr." : "it is not set.");
		rig_type(rig, "exit\r");
		rig_wait(rig, "轮到你");
		leave(rig, "One");
		begin(state);
	}
}

/* Is @data in two rows: typed, and printed by the program that read it? */
static bool answered(struct rig *rig, void *data)
{
	const char *first = strstr(rig_text(rig), data);

	return first && strstr(first + 1, data);
}

static void keys_are_the_shells(void **state)
{
	need_stage();
	struct rig *rig = open_task(24, 80, "en", "Your turn. h: hint");

	(void)state;
	rig_type(rig, "!");
	rig_wait(rig, "nsscope goes on watching");
	/* Neither a key nor Ctrl-C or Ctrl-Z reach nsscope. */
	rig_type(rig, "echo q\"\"q\r");
	rig_wait(rig, "qq");
	rig_type(rig, "cat\r");
	rig_type(rig, "here\r");
	rig_wait_for(rig, answered, (char[]){"here"}, "cat to answer");
	interrupt(rig);
	rig_type(rig, "\032");
	rig_wait(rig, "^Z"); /* before, the terminal throws away what is typed */
	rig_type(rig, "echo a\"\"gain; exit\r");
	rig_wait(rig, "Your turn. h: hint");
	/* Nobody did the task: others on the machine may be near it, but not at this name. */
	assert_null(strstr(rig_text(rig), "Done, by"));
	leave(rig, "One");
}

static void at_every_size(void **state)
{
	need_stage();
	static const struct {
		int rows, cols;
		const char *language, *waiting, *welcome;
	} all[] = {
	    {5, 20, "en", "Your turn", "nsscope goes on"},
	    {10, 40, "zh", "轮到你", "nsscope"},
	    {24, 80, "zh", "轮到你", "nsscope"},
	    {36, 120, "en", "Your turn", "nsscope goes on"},
	};

	for (size_t i = 0; i < array_len(all); i++) {
		struct rig *rig =
		    open_task(all[i].rows, all[i].cols, all[i].language, all[i].waiting);

		rig_type(rig, "!");
		rig_wait_for(rig, prompts, NULL, "a prompt");
		assert_false(rig_altscreen(rig));
		rig_resize(rig, 24, 80);
		rig_type(rig, "echo n\"\"ow\r");
		rig_wait(rig, "now");
		rig_type(rig, "exit\r");
		rig_wait(rig, all[i].waiting);
		leave(rig, "One");
		/* The next one begins anew. */
		begin(state);
	}
}

/* SIGTERM while the shell has the terminal: both are gone, and the terminal is as it was. */
static void a_signal_ends_both(void **state)
{
	need_stage();
	struct rig *rig = open_task(24, 80, "en", "Your turn. h: hint");
	int status;

	(void)state;
	rig_type(rig, "!");
	rig_wait(rig, "nsscope goes on watching");
	rig_type(rig, "echo re\"\"ady\r");
	rig_wait(rig, "ready");
	rig_signal(rig, SIGTERM);
	status = rig_wait_exit(rig);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	rig_assert_restored(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_task_is_done_in_a_shell_here, begin, end),
	    cmocka_unit_test_setup_teardown(the_language_is_the_users, begin, end),
	    cmocka_unit_test_setup_teardown(keys_are_the_shells, begin, end),
	    cmocka_unit_test_setup_teardown(at_every_size, begin, end),
	    cmocka_unit_test_setup_teardown(a_signal_ends_both, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
