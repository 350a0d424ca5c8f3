/* The lab: boxes, calls, what these change in the tree, a shell in it, and that nothing is left.
 * With and without privileges, at all sizes, in both languages. */
#include "model/base/util.h"
#include "tests/kernel/userns.h"
#include "tests/screen/descendants.h"
#include "tests/screen/explorer.h"
#include "tests/unit/folder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { NOBODY = 65534 };

static struct rig *open_lab(int rows, int cols, const char *language, uid_t uid)
{
	need_userns();
	struct rig *rig = rig_start(&(struct rig_options){.rows = rows,
	    .cols = cols,
	    .args = {"--lang", language, "lab"},
	    .env = {"SHELL=/bin/sh", "PS1=$ ", "ENV=", "TMUX="},
	    .uid = geteuid() == 0 ? uid : 0});

	rig_wait_row(rig, -2, strcmp(language, "zh") ? "Enter: run" : "回车：动手");
	return rig;
}

/* Leaves the lab and nsscope, and waits until no process of theirs is left. */
static void leave(struct rig *rig, const char *title)
{
	struct descendants left;

	descendants_find(rig_pid(rig), &left);
	assert_true(left.count > 0);
	rig_type(rig, "q");
	rig_wait_gone(rig, title);
	explorer_quit(rig);
	descendants_wait(&left);
	assert_false(descendants_left(&left));
	descendants_done(&left);
}

static void play(uid_t uid)
{
	struct rig *rig = open_lab(36, 140, "en", uid);

	/* The box of uts is picked at the beginning. */
	rig_wait(rig, "in C: unshare(CLONE_NEWUTS);");
	rig_wait(rig, "$ unshare --user --map-root-user --uts");
	rig_type(rig, "\r");
	rig_wait(rig, "A: unshare(CLONE_NEWUTS) = 0");
	rig_wait(rig, "/ns/uts -> uts:[");
	/* The actor is selected then, and so visible. */
	explorer_wait_row_with(rig, "[A]", "actor-A");
	/* Digits toggle boxes; a child. */
	rig_type(rig, "86c");
	rig_wait(rig, "[ ] 8 uts");
	rig_wait(rig, "in C: clone3({.flags = CLONE_NEWTIME});");
	rig_type(rig, "\r");
	rig_wait(rig, "A: clone(C, CLONE_NEWTIME) = ");
	explorer_wait_row_with(rig, "[C]", "actor-C");
	/* The child is selected now; B joins it. */
	rig_type(rig, "as");
	rig_wait(rig, "Into  [C]");
	rig_wait(rig, "Who   a A [B] C");
	rig_type(rig, "\r");
	rig_wait(rig, "B: setns(p, CLONE_NEWTIME) = 0");
	/* A call that fails says what that means. */
	rig_type(rig, "8u7");
	rig_wait(rig, "[x] 7 user");
	rig_type(rig, "aa"); /* C, A */
	rig_type(rig, "s\r");
	rig_wait(rig, "EINVAL");
	rig_wait(rig, "that means here: ");
	/* An actor ends; everything goes. */
	rig_type(rig, "e");
	rig_wait(rig, "A: exit(0) = 0");
	rig_type(rig, "X");
	rig_wait(rig, "Who   a [A] B");
	rig_wait_gone(rig, "[C]");
	rig_wait_gone(rig, "exit(0)");
	leave(rig, "─ Lab");
}

static void types_are_made_and_joined(void **state)
{
	(void)state;
	play(0);
}

static void without_privileges(void **state)
{
	(void)state;
	play(NOBODY);
}

/* The inode behind @text on the screen. */
static void inode_behind(struct rig *rig, const char *text, char ret[16])
{
	const char *at;

	rig_wait(rig, text);
	at = strstr(rig_text(rig), text) + strlen(text);
	snprintf(ret, 16, "%.*s", (int)strspn(at, "0123456789"), at);
}

static void shell_in_it(uid_t uid)
{
	struct rig *rig = open_lab(36, 140, "en", uid);
	char made[16];

	rig_type(rig, "\r");
	inode_behind(rig, "/ns/uts -> uts:[", made);
	assert_true(strlen(made) > 0);
	rig_type(rig, "!");
	rig_wait(rig, "nsscope goes on watching");
	assert_false(rig_altscreen(rig));
	/* It has A's namespaces, and is root in there. */
	rig_type(rig, "readlink /proc/self/ns/uts; echo id-`id -u`\r");
	rig_wait(rig, made);
	rig_wait(rig, "id-0");
	rig_type(rig, "hostname in-the-lab; exit\r");
	rig_wait(rig, "Enter: run");
	explorer_wait_row_with(rig, "[A]", "actor-A");
	leave(rig, "─ Lab");
}

static void a_shell_stands_in_it(void **state)
{
	(void)state;
	shell_in_it(0);
}

static void a_shell_without_privileges(void **state)
{
	(void)state;
	shell_in_it(NOBODY);
}

static void mouse_and_arrows_pick(void **state)
{
	struct rig *rig = open_lab(24, 80, "en", 0);
	int row, col;
	bool visible;

	(void)state;
	rig_wait_find(rig, "[ ] 4 net", &row, &col);
	rig_click(rig, row, col + 1);
	rig_wait(rig, "[x] 4 net");
	rig_wait(rig, "unshare(CLONE_NEWNET|CLONE_NEWUTS);");
	/* The cursor is on the item that gets the keys. */
	rig_cursor(rig, &row, &col, &visible);
	assert_non_null(strstr(rig_row(rig, row), "4 net"));
	rig_key(rig, VTERM_KEY_RIGHT);
	rig_type(rig, " ");
	rig_wait(rig, "[x] 5 pid");
	rig_key(rig, VTERM_KEY_LEFT);
	rig_type(rig, " ");
	rig_wait(rig, "[ ] 4 net");
	/* A wheel does not pick. */
	rig_wheel(rig, row, col, 1);
	rig_wait(rig, "[x] 5 pid");
	leave(rig, "─ Lab");
}

static void at_every_size(void **state)
{
	static const struct {
		int rows, cols;
		const char *language, *title, *tree;
	} all[] = {
	    {5, 20, "zh", "─ 实验室", "树"},
	    {10, 40, "en", "─ Lab", "TREE"},
	    {24, 80, "zh", "─ 实验室", "树"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(all); i++) {
		struct rig *rig = open_lab(all[i].rows, all[i].cols, all[i].language, NOBODY);

		rig_type(rig, "\r");
		rig_wait(rig, "A:");
		/* The tree, and back. */
		rig_type(rig, "\t");
		rig_wait(rig, all[i].tree);
		rig_type(rig, "8");
		rig_wait(rig, all[i].title);
		rig_resize(rig, 30, 90);
		rig_wait(rig, "A: unshare(CLONE_NEWUTS) = 0");
		leave(rig, all[i].title);
	}
}

/* A lesson that runs waits behind it. */
static void over_a_lesson(void **state)
{
	need_userns();
	struct rig *rig =
	    rig_start(&(struct rig_options){.rows = 36, .cols = 120, .args = {"lesson", "uts"}});

	(void)state;
	rig_wait(rig, "The question.");
	rig_type(rig, "\t8");
	rig_wait(rig, "Enter: run");
	rig_type(rig, "\r");
	rig_wait(rig, "A: unshare(CLONE_NEWUTS) = 0");
	rig_type(rig, "q");
	rig_wait_gone(rig, "Enter: run");
	rig_wait(rig, "The question.");
	rig_wait_gone(rig, "[A]");
	rig_type(rig, "n");
	rig_wait(rig, "step 1 of");
	rig_type(rig, "q");
	rig_wait_gone(rig, "step 1 of");
	explorer_quit(rig);
}

static void a_kill_leaves_nothing(void **state)
{
	struct rig *rig = open_lab(24, 80, "en", 0);
	struct descendants left;

	(void)state;
	rig_type(rig, "\r");
	rig_wait(rig, "A: unshare(CLONE_NEWUTS) = 0");
	descendants_find(rig_pid(rig), &left);
	assert_int_equal(descendants_apart(&left), 1);
	rig_signal(rig, SIGKILL);
	rig_wait_exit(rig);
	descendants_wait(&left);
	assert_false(descendants_left(&left));
	descendants_done(&left);
}

static int begin(void **state)
{
	autofree char *home = NULL;

	(void)state;
	home = xasprintf("%s", folder_make());
	setenv("XDG_STATE_HOME", home, 1);
	return 0;
}

static int end(void **state)
{
	folder_remove();
	return rig_free_all(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(types_are_made_and_joined, begin, end),
	    cmocka_unit_test_setup_teardown(without_privileges, begin, end),
	    cmocka_unit_test_setup_teardown(a_shell_stands_in_it, begin, end),
	    cmocka_unit_test_setup_teardown(a_shell_without_privileges, begin, end),
	    cmocka_unit_test_setup_teardown(mouse_and_arrows_pick, begin, end),
	    cmocka_unit_test_setup_teardown(at_every_size, begin, end),
	    cmocka_unit_test_setup_teardown(over_a_lesson, begin, end),
	    cmocka_unit_test_setup_teardown(a_kill_leaves_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
