/* Random keys, mouse and sizes over a machine that churns: the explorer must neither crash nor hang, and
 * give the terminal back.  Nobody plays, in a room of its own, and without a shell.
 *
 * MONKEY_SECONDS: how long, 3; MONKEY_SEED: another game, 1. */
#include "model/base/util.h"
#include "tests/kernel/churn.h"
#include "tests/kernel/skip.h"
#include "tests/screen/rig.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

enum {
	NOBODY = 65534,
	CHURN_RATE = 100,
	ACTIONS = 300, /* of one explorer */
	WAYS_OUT_S = 30,
	PRESSES = 400, /* looks between two presses that lead out */
	ROWS_MIN = 3,  /* libvterm breaks on less */
	ROWS_MAX = 70,
	COLS_MIN = 8,
	COLS_MAX = 220,
	MOUSE_COLS_MAX = 94,
};

static uint64_t seed;

static uint32_t next_random(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static unsigned setting(const char *name, unsigned otherwise)
{
	const char *text = getenv(name);
	unsigned value = text ? (unsigned)strtoul(text, NULL, 10) : 0;

	return value ? value : otherwise;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --- What it does ------------------------------------------------------------------------------ */

static void type_anything(struct rig *rig)
{
	/* Not those that end or stop it: Ctrl-C, Ctrl-Z, Ctrl-\; nor those of flow control. */
	static const char controls[] =
	    "\001\002\004\005\006\007\010\t\n\013\014\r\016\017\020\022\024"
	    "\025\026\027\030\031\033";
	char text[2] = {(char)(' ' + next_random(95)), '\0'};

	/* What is typed behind the end would be written by the terminal. */
	if (text[0] == 'q')
		text[0] = 'Q';
	if (next_random(6) == 0)
		text[0] = controls[next_random(sizeof(controls) - 1)];
	rig_type(rig, text);
}

/* Keys that lead somewhere, more often than by chance. */
static void press_something(struct rig *rig)
{
	static const VTermKey keys[] = {VTERM_KEY_UP, VTERM_KEY_DOWN, VTERM_KEY_LEFT,
	    VTERM_KEY_RIGHT, VTERM_KEY_HOME, VTERM_KEY_END, VTERM_KEY_PAGEUP, VTERM_KEY_PAGEDOWN,
	    VTERM_KEY_ENTER, VTERM_KEY_TAB, VTERM_KEY_BACKSPACE, VTERM_KEY_DEL, VTERM_KEY_INS,
	    VTERM_KEY_ESCAPE, VTERM_KEY_FUNCTION(1), VTERM_KEY_FUNCTION(2), VTERM_KEY_FUNCTION(3),
	    VTERM_KEY_FUNCTION(4), VTERM_KEY_FUNCTION(5)};
	static const char *const words[] = {"1", "2", "3", "4", "5", "6", "7", "8", "L", " ", "[",
	    "]", "{", "}", "0", "(", ")", "?", "d", "p", "F", "<", ">", "\r", "y", "Y"};

	if (next_random(2))
		rig_key(rig, keys[next_random(array_len(keys))]);
	else
		rig_type(rig, words[next_random(array_len(words))]);
}

static void act(struct rig *rig)
{
	int rows, cols;

	rig_size(rig, &rows, &cols);
	/* A place further right is sent as bytes that are no text; where a shell has the terminal, its echo
	 * would show them. */
	if (cols > MOUSE_COLS_MAX)
		cols = MOUSE_COLS_MAX;
	switch (next_random(16)) {
	case 0:
		rig_click(rig, (int)next_random((uint32_t)rows), (int)next_random((uint32_t)cols));
		break;
	case 1:
		rig_wheel(rig, (int)next_random((uint32_t)rows), (int)next_random((uint32_t)cols),
		    next_random(2) ? 1 : -1);
		break;
	case 2:
		rig_resize(rig, ROWS_MIN + (int)next_random(ROWS_MAX - ROWS_MIN),
		    COLS_MIN + (int)next_random(COLS_MAX - COLS_MIN));
		break;
	case 3:
	case 4:
	case 5:
		type_anything(rig);
		break;
	default:
		press_something(rig);
	}
}

/* --- Begin and end ----------------------------------------------------------------------------- */

/* Before that the terminal itself would write what is typed. */
static bool has_screen(struct rig *rig, void *data)
{
	(void)data;
	return rig_altscreen(rig) && rig_mouse(rig);
}

static struct rig *start(void)
{
	struct rig *rig;
	struct rig_options options = {
	    .rows = ROWS_MIN + (int)next_random(ROWS_MAX - ROWS_MIN),
	    .cols = COLS_MIN + (int)next_random(COLS_MAX - COLS_MIN),
	    .uid = room_has_users() ? NOBODY : 0, /* a user's room has no other */
	    .env = {"SHELL=/bin/true", "PATH=/dev/null", "HOME=.",
	        "XDG_CONFIG_HOME=/dev/null/none"},
	};
	size_t args = 0;

	if (next_random(2)) {
		options.args[args++] = "--lang";
		options.args[args++] = "zh";
	}
	if (next_random(4) == 0)
		options.args[args++] = "--ascii";
	if (next_random(4) == 0)
		options.args[args++] = "--no-color";
	rig = rig_start(&options);
	rig_wait_for(rig, has_screen, NULL, "the screen");
	return rig;
}

static bool has_ended(struct rig *rig)
{
	siginfo_t info = {.si_pid = 0};

	rig_pump(rig, 0);
	return waitid(P_PID, (id_t)rig_pid(rig), &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
	       info.si_pid != 0;
}

static void check_end(struct rig *rig)
{
	int status = rig_wait_exit(rig);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		rig_fail(rig, "wait status 0x%x", (unsigned)status);
	rig_assert_restored(rig);
	rig_free(rig);
}

/* Whatever is open: Escape closes it in the end, and F10 leaves. */
static void leave(struct rig *rig)
{
	double until_s = now_s() + WAYS_OUT_S;

	for (int i = 0; !has_ended(rig); i++) {
		if (now_s() > until_s)
			rig_fail(rig, "it does not end");
		if (i % PRESSES == 0)
			rig_key(rig, VTERM_KEY_ESCAPE);
		if (i % PRESSES == PRESSES / 2)
			rig_key(rig, VTERM_KEY_FUNCTION(10));
		rig_pump(rig, 1);
	}
	check_end(rig);
}

static void play_once(double until_s)
{
	struct rig *rig = start();

	for (int i = 0; i < ACTIONS && now_s() < until_s; i++) {
		act(rig);
		rig_pump(rig, (int)next_random(8));
		/* A click may meet the word Quit. */
		if (has_ended(rig)) {
			check_end(rig);
			return;
		}
	}
	leave(rig);
}

static void nothing_breaks_it(void **state)
{
	unsigned seconds = setting("MONKEY_SECONDS", 3), games = 0;
	double until_s;
	char folder[] = "/tmp/nsscope-monkey-XXXXXX";
	struct churn churn;

	(void)state;
	need_test_machine();
	seed = setting("MONKEY_SEED", 1) * UINT64_C(0x9e3779b97f4a7c15);
	/* What it writes goes to a folder that is removed. */
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mount("none", folder, "tmpfs", 0, "mode=777"), 0);
	assert_int_equal(chdir(folder), 0);
	churn_start(&churn, CHURN_RATE, seconds);
	for (until_s = now_s() + seconds; now_s() < until_s; games++)
		play_once(until_s);
	churn_end(&churn);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(umount2(folder, MNT_DETACH), 0);
	assert_int_equal(rmdir(folder), 0);
	print_message("%u explorers\n", games);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(nothing_breaks_it, rig_free_all),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
