/* The check between the program's output and the emulated terminal. */
#include "tests/screen/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Feeds @text in pieces of @piece bytes; @wanted: what comes out, NULL where it is refused. */
static void assert_taken(const char *text, size_t piece, const char *wanted)
{
	struct stream stream = {0};
	char out[512];
	size_t out_len = 0, len = strlen(text);

	for (size_t at = 0; at < len; at += piece) {
		char part[512 + STREAM_HELD];
		size_t part_len;

		if (stream_take(
		        &stream, text + at, len - at < piece ? len - at : piece, part, &part_len)) {
			assert_null(wanted);
			return;
		}
		memcpy(out + out_len, part, part_len);
		out_len += part_len;
	}
	out[out_len] = '\0';
	assert_non_null(wanted);
	assert_string_equal(out, wanted);
	assert_int_equal(stream.held_len, 0);
}

static void what_curses_sends_passes_in_any_pieces(void **state)
{
	static const char *const good[] = {
	    "plain text\r\n",
	    "名称空间 ▶ e\u0301",
	    "\033[?1049h\033[22;0;0t\033[1;24r\033(B\033[m\033[4l\033[?7h\033[H\033[2J",
	    "\033[38;5;208mmark\033[39;49m\033[K\033[12;40Hx\033[5b",
	    "\033)0\016qqx\017\033=\033[?1h\033[?25l\033[?1c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		for (size_t piece = 1; piece < 8; piece++)
			assert_taken(good[i], piece, good[i]);
	}
}

static void the_colors_are_given_back_without_being_fed(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 8; piece++) {
		assert_taken("a\033]104\ab", piece, "ab");
		assert_taken("a\033]Rb", piece, "ab");
	}
}

static void what_is_copied_is_not_fed(void **state)
{
	(void)state;
	for (size_t piece = 1; piece < 8; piece++) {
		assert_taken("a\033]52;c;NDcxMQ==\ab", piece, "ab");
		assert_taken("a\033]52;c;?\ab", piece, NULL);
		assert_taken("a\033]52;p;NDcx\ab", piece, NULL);
		assert_taken("a\033]52;c;ND\033\\b", piece, NULL);
	}
}

static void injections_are_refused(void **state)
{
	static const char *const bad[] = {
	    "\033]0;title\a",
	    "\033]104;1\a",
	    "\033P+q\033\\",
	    "\033_x\033\\",
	    "\033c",
	    "\033[c",
	    "\033[6n",
	    "\033[21t",
	    "\x7f",
	    "\x01",
	    "\xc2\x9b"
	    "31m",
	    "\x9b"
	    "31m",
	    "\xff",
	    "\xe4z",
	    "\xc0\x80",
	    "\u202e",
	    "\u200b",
	    "\ufeff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		for (size_t piece = 1; piece < 8; piece++)
			assert_taken(bad[i], piece, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_curses_sends_passes_in_any_pieces),
	    cmocka_unit_test(the_colors_are_given_back_without_being_fed),
	    cmocka_unit_test(what_is_copied_is_not_fed),
	    cmocka_unit_test(injections_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
