/* The explorer opens at any size, in any terminal, with and without UTF-8 and colors. */
#include "model/base/util.h"
#include "tests/screen/explorer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void opens_at_all_sizes(void **state)
{
	static const int sizes[][2] = {{5, 20}, {10, 40}, {24, 80}, {60, 200}};

	(void)state;
	for (size_t i = 0; i < array_len(sizes); i++) {
		struct rig *rig =
		    rig_start(&(struct rig_options){.rows = sizes[i][0], .cols = sizes[i][1]});

		rig_wait_row(rig, sizes[i][0] >= 10 ? 1 : 0, "process");
		rig_wait_row(rig, -1, "Help");
		assert_true(rig_altscreen(rig));
		if (sizes[i][1] >= 80)
			rig_wait_row(rig, 0, "nsscope");
		explorer_quit(rig);
	}
}

/* Below the smallest useful size one line says what is needed, and q still quits. */
static void says_when_there_is_too_little_room(void **state)
{
	static const int sizes[][2] = {{4, 80}, {24, 19}, {2, 12}, {1, 4}};

	(void)state;
	for (size_t i = 0; i < array_len(sizes); i++) {
		struct rig *rig =
		    rig_start(&(struct rig_options){.rows = sizes[i][0], .cols = sizes[i][1]});

		rig_wait(rig, "20x5");
		rig_resize(rig, 24, 80);
		rig_wait_row(rig, -1, "Help");
		rig_resize(rig, sizes[i][0], sizes[i][1]);
		rig_wait(rig, "20x5");
		explorer_quit(rig);
	}
}

static void ascii_where_the_locale_says_so(void **state)
{
	static const char *const terms[] = {"xterm-256color", "linux", "vt100"};

	(void)state;
	for (size_t i = 0; i < array_len(terms); i++) {
		struct rig *rig = rig_start(&(struct rig_options){.term = terms[i], .locale = "C"});

		rig_wait(rig, "process");
		rig_wait_row(rig, -1, "Help");
		rig_type(rig, "2");
		rig_wait(rig, "by type");
		explorer_quit(rig);
	}
	struct rig *rig = rig_start(&(struct rig_options){.locale = "C"});

	rig_wait_row(rig, -1, "Help");
	explorer_assert_ascii(rig);
	explorer_quit(rig);
}

static void ascii_where_the_option_says_so(void **state)
{
	struct rig *rig = rig_start(&(struct rig_options){.args = {"--ascii"}});

	(void)state;
	rig_wait(rig, "process");
	rig_wait_row(rig, -1, "Help");
	explorer_assert_ascii(rig);
	explorer_quit(rig);
}

static void opens_in_the_usual_terminals(void **state)
{
	static const char *const terms[] = {
	    "xterm", "xterm-256color", "linux", "vt100", "screen", "tmux-256color"};

	(void)state;
	for (size_t i = 0; i < array_len(terms); i++) {
		struct rig *rig = rig_start(&(struct rig_options){.term = terms[i]});

		rig_wait(rig, "process");
		rig_wait_row(rig, -1, "Help");
		rig_type(rig, "?");
		rig_wait(rig, "How to read the tree");
		rig_type(rig, "q");
		rig_wait_gone(rig, "How to read the tree");
		explorer_quit(rig);
	}
}

/* Does the stream set a color?  (39 and 49 give back the terminal's own.) */
static bool has_color(struct rig *rig)
{
	size_t len;
	const char *at = rig_raw(rig, &len);

	while ((at = strstr(at, "\033["))) {
		at += 2;
		while (*at >= '0' && *at <= '9') {
			char *end;
			long number = strtol(at, &end, 10);
			size_t more = strcspn(end, "m");

			if (strspn(end, "0123456789;") == more && end[more] == 'm' &&
			    ((number >= 30 && number <= 38) || (number >= 40 && number <= 48) ||
			        (number >= 90 && number <= 107)))
				return true;
			at = *end == ';' ? end + 1 : end;
		}
	}
	return false;
}

static bool opens_in_color(const char *term, const char *setting, const char *option)
{
	struct rig *rig = rig_start(
	    &(struct rig_options){.term = term, .env = {setting}, .args = {"--by=type", option}});
	bool color;

	rig_wait(rig, "process");
	rig_wait_row(rig, -1, "Help");
	color = has_color(rig);
	explorer_quit(rig);
	return color;
}

static void colors_can_be_refused(void **state)
{
	(void)state;
	assert_true(opens_in_color("xterm-256color", NULL, NULL));
	assert_true(opens_in_color("xterm-256color", "NO_COLOR=", NULL)); /* empty: not set */
	assert_false(opens_in_color("xterm-256color", "NO_COLOR=1", NULL));
	assert_false(opens_in_color("xterm-256color", NULL, "--no-color"));
	assert_false(opens_in_color("vt100", NULL, NULL));
}

static void assert_refused(const char *term, const char *wanted)
{
	struct rig *rig = rig_start(&(struct rig_options){.term = term, .plain_output = true});
	int status = rig_wait_exit(rig);
	size_t len;

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 2)
		rig_fail(rig, "TERM=%s: wait status 0x%x", term, (unsigned)status);
	if (!strstr(rig_raw(rig, &len), "TERM") || !strstr(rig_raw(rig, &len), wanted))
		rig_fail(rig, "TERM=%s: the message does not say \"%s\"", term, wanted);
	if (strchr(rig_raw(rig, &len), '\033'))
		rig_fail(rig, "TERM=%s: an escape was sent", term);
	rig_free(rig);
}

static void terminals_that_cannot_are_refused(void **state)
{
	(void)state;
	assert_refused("", "not set");
	assert_refused("dumb", "cursor");
	assert_refused("no-such-terminal", "no-such-terminal");
	assert_refused("evil\033]0;x\a", "evil");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(opens_at_all_sizes, rig_free_all),
	    cmocka_unit_test_teardown(says_when_there_is_too_little_room, rig_free_all),
	    cmocka_unit_test_teardown(ascii_where_the_locale_says_so, rig_free_all),
	    cmocka_unit_test_teardown(ascii_where_the_option_says_so, rig_free_all),
	    cmocka_unit_test_teardown(opens_in_the_usual_terminals, rig_free_all),
	    cmocka_unit_test_teardown(colors_can_be_refused, rig_free_all),
	    cmocka_unit_test_teardown(terminals_that_cannot_are_refused, rig_free_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
