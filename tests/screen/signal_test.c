/* Every way out gives the terminal back, and says truly how it ended. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>

#include <cmocka.h>

/* A sanitizer would turn a crash into an exit of its own. */
static const char no_sanitizer[] =
    "ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0";

static struct rig *open_explorer(void)
{
	return explorer_open(&(struct rig_options){.env = {no_sanitizer}});
}

static void assert_ended_by(struct rig *rig, int signal)
{
	int status = rig_wait_exit(rig);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal)
		rig_fail(rig, "signal %d gives wait status 0x%x", signal, (unsigned)status);
	rig_assert_left(rig);
	rig_free(rig);
}

static void signals_restore_and_kill(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < array_len(signals); i++) {
		struct rig *rig = open_explorer();

		rig_signal(rig, signals[i]);
		assert_ended_by(rig, signals[i]);
	}
}

static void crashes_restore_too(void **state)
{
	static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

	(void)state;
	for (size_t i = 0; i < array_len(signals); i++) {
		struct rig *rig = open_explorer();

		rig_signal(rig, signals[i]);
		assert_ended_by(rig, signals[i]);
	}
}

static void control_c_quits(void **state)
{
	struct rig *rig = open_explorer();

	(void)state;
	rig_type(rig, "\003");
	assert_ended_by(rig, SIGINT);

	rig = open_explorer();
	rig_type(rig, "/abc"); /* also out of a prompt */
	rig_wait(rig, "abc");
	rig_type(rig, "\003");
	assert_ended_by(rig, SIGINT);
}

static void keys_quit_with_zero(void **state)
{
	struct rig *rig;

	(void)state;
	rig = open_explorer();
	rig_key(rig, VTERM_KEY_FUNCTION(10));
	assert_int_equal(rig_wait_exit(rig), 0);
	rig_assert_restored(rig);
	rig_free(rig);
}

static bool is_stopped(struct rig *rig, void *data)
{
	(void)data;
	return !rig_altscreen(rig) && strstr(rig_text(rig), "Stopped");
}

/* SIGTSTP does nothing in an orphaned process group, so a shell with job control starts it. */
static void suspends_and_comes_back(void **state)
{
	struct rig *rig = rig_start(
	    &(struct rig_options){.program = "sh", .args = {"-i"}, .env = {"PS1=ready> "}});
	bool visible;
	int row, col;

	(void)state;
	rig_wait(rig, "ready>");
	rig_send(rig, rig_nsscope());
	rig_send(rig, "\n");
	rig_wait(rig, "process");
	rig_wait_row(rig, -1, "Help");
	assert_true(rig_altscreen(rig));
	for (int i = 0; i < 3; i++) {
		rig_type(rig, "\032");
		rig_wait_for(rig, is_stopped, NULL, "the shell, saying Stopped");
		rig_cursor(rig, &row, &col, &visible);
		assert_true(visible);
		assert_false(rig_mouse(rig));
		rig_send(rig, "fg\n");
		rig_wait(rig, "process");
		rig_wait_row(rig, -1, "Help");
		rig_type(rig, "?");
		rig_wait(rig, "How to read the tree");
		rig_type(rig, "?");
		rig_wait_gone(rig, "How to read the tree");
		assert_true(rig_altscreen(rig));
		/* clears the shell's "Stopped" off the normal screen for the next round */
	}
	rig_type(rig, "q");
	rig_wait_gone(rig, "Help");
	rig_send(rig, "stty -a | grep -o ' icanon\\| echo ' | wc -w; exit\n");
	rig_wait(rig, "2");
	assert_int_equal(rig_wait_exit(rig), 0);
	rig_assert_restored(rig);
	rig_free(rig);
}

/* While it is stopped the terminal belongs to the shell; a signal then must not paint on it. */
static void ends_while_it_is_stopped(void **state)
{
	struct rig *rig = rig_start(
	    &(struct rig_options){.program = "sh", .args = {"-i"}, .env = {"PS1=ready> "}});
	size_t before;

	(void)state;
	rig_wait(rig, "ready>");
	rig_send(rig, rig_nsscope());
	rig_send(rig, "\n");
	rig_wait_row(rig, -1, "Help");
	rig_type(rig, "\032");
	rig_wait_for(rig, is_stopped, NULL, "the shell, saying Stopped");
	rig_raw(rig, &before);
	rig_send(rig, "kill %1; fg; echo status $?\n");
	rig_wait(rig, "status 143");
	assert_false(rig_altscreen(rig));
	rig_send(rig, "exit\n");
	rig_wait_exit(rig);
	rig_assert_restored(rig);
	rig_free(rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(signals_restore_and_kill, rig_free_all),
	    cmocka_unit_test_teardown(crashes_restore_too, rig_free_all),
	    cmocka_unit_test_teardown(control_c_quits, rig_free_all),
	    cmocka_unit_test_teardown(keys_quit_with_zero, rig_free_all),
	    cmocka_unit_test_teardown(suspends_and_comes_back, rig_free_all),
	    cmocka_unit_test_teardown(ends_while_it_is_stopped, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
