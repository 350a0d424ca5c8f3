/* The prompt: text of any script goes in and out by characters, never by bytes. */
#include "tui/core/prompt.h"

#include <curses.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FN(code) (KEY_FUNCTION | (code))

static struct prompt prompt;
static enum prompt_result last; /* of the last key */

static void on_key(void *data, enum prompt_result result, int key)
{
	(void)key;
	*(enum prompt_result *)data = result;
}

static int begin(void **state)
{
	(void)state;
	prompt_open(&prompt, "Search: ", "", on_key, &last);
	return 0;
}

static int end(void **state)
{
	(void)state;
	prompt_done(&prompt);
	return 0;
}

static void press(enum prompt_result result, const int *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		prompt_press(&prompt, keys[i]);
		assert_int_equal(last, result);
	}
}

#define PRESS_FOR(result, ...)                                                                     \
	press(result, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))
#define PRESS(...) PRESS_FOR(PROMPT_EDITED, __VA_ARGS__)

static void characters_of_every_length(void **state)
{
	(void)state;
	PRESS('a', 0xe9, 0x20ac, 0x1f600);
	assert_string_equal(prompt.text, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	PRESS(FN(KEY_BACKSPACE), 0x7f);
	assert_string_equal(prompt.text, "a\xc3\xa9");
	PRESS(FN(KEY_LEFT), 'x', FN(KEY_DC));
	assert_string_equal(prompt.text, "ax");
}

static void moves_and_cuts(void **state)
{
	(void)state;
	PRESS('o', 'n', 'e', ' ', 't', 'w', 'o', 'W' & 0x1f);
	assert_string_equal(prompt.text, "one ");
	PRESS(FN(KEY_HOME), 'x', FN(KEY_END), 'y', FN(KEY_RIGHT));
	assert_string_equal(prompt.text, "xone y");
	PRESS(FN(KEY_LEFT), 'U' & 0x1f);
	assert_string_equal(prompt.text, "y");
	PRESS(FN(KEY_BACKSPACE), FN(KEY_LEFT), FN(KEY_HOME), FN(KEY_DC), FN(KEY_DC));
	assert_string_equal(prompt.text, "");
}

static void other_keys_add_nothing(void **state)
{
	(void)state;
	PRESS('a', 'A' & 0x1f, 'E' & 0x1f);
	PRESS_FOR(PROMPT_OTHER, FN(KEY_UP), FN(KEY_F(5)), '\t', 'K' & 0x1f);
	assert_string_equal(prompt.text, "a");
}

static void it_ends_by_enter_or_escape(void **state)
{
	(void)state;
	PRESS('a');
	PRESS_FOR(PROMPT_ENTERED, '\r');
	assert_false(prompt.open);
	assert_string_equal(prompt.text, "a");
	prompt_open(&prompt, "Filter: ", "abc", on_key, &last);
	assert_true(prompt.open);
	PRESS_FOR(PROMPT_CANCELLED, 0x1b);
	assert_false(prompt.open);
}

static void it_is_full_at_some_point(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++)
		PRESS(0x20ac);
	assert_true(prompt.len < 256);
	assert_int_equal(prompt.len % 3, 0);
	assert_int_equal(strlen(prompt.text), prompt.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(characters_of_every_length, begin, end),
	    cmocka_unit_test_setup_teardown(moves_and_cuts, begin, end),
	    cmocka_unit_test_setup_teardown(other_keys_add_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(it_ends_by_enter_or_escape, begin, end),
	    cmocka_unit_test_setup_teardown(it_is_full_at_some_point, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
