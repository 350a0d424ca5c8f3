/* String literals of lessons. */
#include "lessons/stage/calls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void reads_as_c_does(void **state)
{
	static const struct {
		const char *word, *bytes;
		size_t len;
	} cases[] = {
	    {"\"\"", "", 0},
	    {"\"ns1\"", "ns1", 3},
	    {"\"a b, c) = 0\"", "a b, c) = 0", 11},
	    {"\"\\a\\b\\f\\n\\r\\t\\v\\e\\\\\\\"\\'\\?\"", "\a\b\f\n\r\t\v\x1b\\\"'?", 12},
	    {"\"\\x41\\x4a\\x4A\"", "AJJ", 3},
	    {"\"\\x0000041g\"", "Ag", 2},
	    {"\"\\101\\1018\\7\\0\"", "AA8\a\0", 5},
	    {"\"\\377\\xff\"", "\xff\xff", 2},
	    {"\"名\"", "名", 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[32];
		size_t len = 99;

		assert_int_equal(literal_read(cases[i].word, text, sizeof(text), &len), 0);
		assert_int_equal(len, cases[i].len);
		assert_memory_equal(text, cases[i].bytes, len + 1);
	}
}

static void knows_what_is_no_literal(void **state)
{
	static const char *const words[] = {
	    "",
	    "ns1",
	    "\"",
	    "\"ns1",
	    "ns1\"",
	    "\"a\"b",
	    "\"a\" ",
	    "\"\\",
	    "\"\\\"",
	    "\"\\q\"",
	    "\"\\x\"",
	    "\"\\xg\"",
	    "\"\\x100\"",
	    "\"\\400\"",
	    "\"\\x4141414141414141414141\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		/* Each on a heap of its own length, so that a reader behind its end is caught. */
		char *word = strdup(words[i]);
		char text[32];
		size_t len = 99;

		assert_int_equal(literal_read(word, text, sizeof(text), &len), -EINVAL);
		assert_int_equal(len, 99);
		free(word);
	}
}

static void keeps_within_its_room(void **state)
{
	size_t len = 99;
	char text[4];

	(void)state;
	assert_int_equal(literal_read("\"abc\"", text, 4, &len), 0);
	assert_string_equal(text, "abc");
	len = 99;
	assert_int_equal(literal_read("\"abcd\"", text, 4, &len), -E2BIG);
	assert_int_equal(literal_read("\"\\x41\"", text, 1, &len), -E2BIG);
	assert_int_equal(len, 99);
	assert_int_equal(literal_read("\"\"", text, 1, &len), 0);
	assert_int_equal(len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_as_c_does),
	    cmocka_unit_test(knows_what_is_no_literal),
	    cmocka_unit_test(keeps_within_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
