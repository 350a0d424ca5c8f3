/* The nearest valid word. */
#include "model/base/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void distances(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("unshare", "unshare"), 0);
	assert_int_equal(nearest_distance("Unshare", "unshare"), 0);
	assert_int_equal(nearest_distance("unshar", "unshare"), 1);
	assert_int_equal(nearest_distance("unshrae", "unshare"), 1);
	assert_int_equal(nearest_distance("ushare", "unshare"), 1);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("", "abc"), 3);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
}

static void long_words_are_near_to_nothing(void **state)
{
	char word[NEAREST_WORD_BYTES + 2];

	(void)state;
	memset(word, 'a', sizeof(word));
	word[NEAREST_WORD_BYTES] = 0;
	assert_int_equal(nearest_distance(word, word), 0);
	word[NEAREST_WORD_BYTES] = 'a';
	word[NEAREST_WORD_BYTES + 1] = 0;
	assert_true(nearest_distance(word, word) == SIZE_MAX);
	assert_true(nearest_distance("a", word) == SIZE_MAX);
}

static void words(void **state)
{
	static const char *const calls[] = {
	    "unshare", "sethostname", "gethostname", "setns", "exit"};

	(void)state;
	assert_string_equal(nearest_word("unshrae", calls, array_len(calls)), "unshare");
	assert_string_equal(nearest_word("sethostnam", calls, array_len(calls)), "sethostname");
	assert_string_equal(nearest_word("hostname", calls, array_len(calls)), "sethostname");
	assert_string_equal(nearest_word("EXIT", calls, array_len(calls)), "exit");
	assert_null(nearest_word("", calls, array_len(calls)));
	assert_null(nearest_word("xyzzy", calls, array_len(calls)));
	assert_null(nearest_word("q", calls, array_len(calls)));
	assert_null(nearest_word("unshare", calls, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(distances),
	    cmocka_unit_test(long_words_are_near_to_nothing),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
