/* The sequence that copies. */
#include "model/base/util.h"
#include "tui/core/osc52.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648, section 10. */
static void known_values_come_out(void **state)
{
	static const char *const pairs[][2] = {
	    {"", ""},
	    {"f", "Zg=="},
	    {"fo", "Zm8="},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="},
	    {"foobar", "Zm9vYmFy"},
	    {"\xff\xfe\xfd", "//79"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(pairs); i++) {
		autofree char *wanted = xasprintf("\033]52;c;%s\a", pairs[i][1]);
		autofree char *found = osc52_sequence(pairs[i][0], strlen(pairs[i][0]));

		assert_string_equal(found, wanted);
	}
}

static void what_is_too_long_is_refused(void **state)
{
	autofree char *text = xcalloc(OSC52_BYTES_MAX + 1, 1);
	autofree char *sequence = NULL;

	(void)state;
	memset(text, 'a', OSC52_BYTES_MAX + 1);
	sequence = osc52_sequence(text, OSC52_BYTES_MAX);
	assert_non_null(sequence);
	assert_true(strlen(sequence) < 100000);
	assert_null(osc52_sequence(text, OSC52_BYTES_MAX + 1));
}

static void support_depends_on_the_terminal(void **state)
{
	(void)state;
	assert_int_equal(osc52_support("xterm-256color", NULL), OSC52_UNKNOWN);
	assert_int_equal(osc52_support("xterm-256color", ""), OSC52_UNKNOWN);
	assert_int_equal(osc52_support("screen", "/tmp/tmux-0/default,1,0"), OSC52_TMUX);
	assert_int_equal(osc52_support("screen.xterm", NULL), OSC52_NONE);
	assert_int_equal(osc52_support("linux", NULL), OSC52_NONE);
	assert_int_equal(osc52_support(NULL, NULL), OSC52_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_values_come_out),
	    cmocka_unit_test(what_is_too_long_is_refused),
	    cmocka_unit_test(support_depends_on_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
