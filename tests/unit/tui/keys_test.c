/* The table of keys: every key means one thing where it is alive, and everything has its words. */
#include "model/base/util.h"
#include "tui/core/keys.h"

#include <curses.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const enum key_place places[] = {
    PLACE_TREE, PLACE_DETAIL, PLACE_HELP, PLACE_LESSON, PLACE_LIST, PLACE_STAGED, PLACE_SETTINGS};

static void every_key_does_what_its_own_row_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		assert_int_not_equal(binding->codes[0], 0);
		for (size_t p = 0; p < array_len(places); p++) {
			if (!(binding->places & places[p]))
				continue;
			for (size_t c = 0; c < KEY_CODES && binding->codes[c]; c++) {
				enum action action = key_action(places[p], binding->codes[c]);

				/* Only the lesson's own keys may come before. */
				if (action != binding->action && places[p] != PLACE_LESSON &&
				    places[p] != PLACE_STAGED)
					fail_msg("key %d of \"%s\" does %d in place %d",
					    binding->codes[c], binding->keys, (int)action,
					    (int)places[p]);
			}
		}
	}
}

static void every_row_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		assert_true(binding->keys && *binding->keys);
		assert_true(binding->help && *binding->help);
		assert_true(!binding->bar_key == !binding->label);
	}
}

static void help_way_out_and_moves_are_everywhere(void **state)
{
	static const enum action needed[] = {ACTION_HELP, ACTION_BACK, ACTION_ESCAPE, ACTION_UP,
	    ACTION_DOWN, ACTION_PAGE_UP, ACTION_PAGE_DOWN, ACTION_HOME, ACTION_END, ACTION_REDRAW};

	(void)state;
	for (size_t p = 0; p < array_len(places); p++) {
		for (size_t i = 0; i < array_len(needed); i++)
			assert_non_null(key_binding_of(needed[i], places[p]));
	}
}

/* A vt100 has neither F-keys past F4 nor Home, End and PgUp. */
static void every_action_has_a_key_that_all_terminals_have(void **state)
{
	(void)state;
	for (size_t i = 0; i < key_table_count; i++) {
		bool plain = false;

		for (size_t c = 0; c < KEY_CODES && key_table[i].codes[c]; c++)
			plain |= key_table[i].codes[c] < KEY_FUNCTION;
		if (!plain && key_table[i].action != ACTION_FOCUS_PREVIOUS)
			fail_msg("only function keys: %s", key_table[i].keys);
	}
}

static void letters_and_curses_codes_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(key_action(PLACE_TREE, KEY_FUNCTION | KEY_UP), ACTION_UP);
	assert_int_equal(key_action(PLACE_TREE, KEY_UP), ACTION_NONE);
	assert_int_equal(key_action(PLACE_TREE, 'q'), ACTION_BACK);
	assert_int_equal(key_action(PLACE_TREE, 0x10ffff), ACTION_NONE);
}

static void keys_work_with_a_chinese_input_method(void **state)
{
	static const wchar_t typed[] = L"？：！（）【】《》、１ａ　；，。「」";
	static const char meant[] = "?:!()[]<>/1a ;,.{}";

	(void)state;
	for (size_t i = 0; typed[i]; i++)
		assert_int_equal(key_without_input_method(typed[i]), meant[i]);
	for (int key = 1; key < 0x7f; key++)
		assert_int_equal(key_without_input_method(key), key);
	assert_int_equal(key_without_input_method(KEY_FUNCTION | KEY_UP), KEY_FUNCTION | KEY_UP);
	assert_int_equal(key_without_input_method(0x4e2d), 0x4e2d);
}

static void the_lesson_takes_only_its_own_keys_from_the_tree(void **state)
{
	(void)state;
	assert_int_equal(key_action(PLACE_LESSON, '1'), ACTION_CHOOSE);
	assert_int_equal(key_action(PLACE_STAGED, '1'), ACTION_GROUP_PID);
	assert_int_equal(key_action(PLACE_LESSON, '3'), ACTION_CHOOSE);
	assert_int_equal(key_action(PLACE_STAGED, '3'), ACTION_GROUP_OWNER);
	assert_int_equal(key_action(PLACE_STAGED, ' '), ACTION_LESSON_PAGE);
	assert_int_equal(key_action(PLACE_STAGED, '\r'), ACTION_ENTER);
	/* Going on quickly must not answer a question. */
	assert_int_equal(key_action(PLACE_LESSON, 'n'), ACTION_LESSON_NEXT);
	assert_int_equal(key_action(PLACE_LESSON, '\r'), ACTION_LESSON_TAKE);
	assert_int_equal(key_action(PLACE_TREE, ' '), ACTION_MARK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_key_does_what_its_own_row_says),
	    cmocka_unit_test(every_row_has_its_words),
	    cmocka_unit_test(help_way_out_and_moves_are_everywhere),
	    cmocka_unit_test(every_action_has_a_key_that_all_terminals_have),
	    cmocka_unit_test(letters_and_curses_codes_are_told_apart),
	    cmocka_unit_test(keys_work_with_a_chinese_input_method),
	    cmocka_unit_test(the_lesson_takes_only_its_own_keys_from_the_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
