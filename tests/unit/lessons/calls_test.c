/* Calls as a lesson writes them: words, numbers, variables, strings. */
#include "lessons/stage/calls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct call_reading reading;
static const struct call_value *const values = reading.arguments;
static char message[200];

static int read_call(const char *name, const char *argument)
{
	const char *arguments[] = {argument};
	const struct call_scope scope = {.message = message, .message_bytes = sizeof(message)};
	int r;

	message[0] = '\0';
	r = call_read(&scope, name, arguments, argument ? 1 : 0, &reading);
	if (r == 0)
		assert_string_equal(reading.call->name, name);
	else
		assert_string_not_equal(message, "");
	return r;
}

static void flags_are_read(void **state)
{
	char all[256] = "";
	uint64_t every = 0;

	(void)state;
	for (size_t i = 0; i < NS_TYPE_COUNT; i++) {
		assert_int_equal(read_call("unshare", ns_types[i].flag_name), 0);
		assert_int_equal(values[0].number, ns_types[i].flag);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? " | " : "",
		    ns_types[i].flag_name);
		every |= ns_types[i].flag;
	}
	assert_int_equal(read_call("unshare", all), 0);
	assert_int_equal(values[0].number, every);
	assert_int_equal(read_call("unshare", "0"), 0);
	assert_int_equal(values[0].number, 0);
}

static void wrong_flags_are_told(void **state)
{
	static const char *const wrong[] = {
	    "",
	    " ",
	    "|",
	    "CLONE_NEWUTS|",
	    "|CLONE_NEWUTS",
	    "CLONE_NEWUTS CLONE_NEWPID",
	    "CLONE_NEWUTS||CLONE_NEWPID",
	    "CLONE_NEWUTSCLONE_NEWUTSCLONE_NEWUTSCLONE_NEWUTSCLONE_NEWUTSCLONE_NEWUTS",
	    "CLONE_FS",
	    "\"CLONE_NEWUTS\"",
	    "1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_call("unshare", wrong[i]), -EINVAL);
	assert_int_equal(read_call("unshare", "CLONE_NEWPID|CLONE_NEWUTZ"), -EINVAL);
	assert_non_null(strstr(message, "CLONE_NEWUTZ"));
	assert_non_null(strstr(message, "CLONE_NEWUTS"));
}

static void strings_and_numbers_are_read(void **state)
{
	char longest[CALL_TEXT_MAX + 4];

	(void)state;
	assert_int_equal(read_call("sethostname", "\"a\\0b\""), 0);
	assert_int_equal(values[0].len, 3);
	assert_memory_equal(values[0].text, "a\0b", 4);
	assert_int_equal(read_call("sethostname", "ns1"), -EINVAL);
	memset(longest, 'x', sizeof(longest));
	longest[0] = '"';
	longest[CALL_TEXT_MAX + 1] = '"';
	longest[CALL_TEXT_MAX + 2] = '\0';
	assert_int_equal(read_call("sethostname", longest), 0);
	assert_int_equal(values[0].len, CALL_TEXT_MAX);
	longest[CALL_TEXT_MAX + 1] = 'x';
	longest[CALL_TEXT_MAX + 2] = '"';
	longest[CALL_TEXT_MAX + 3] = '\0';
	assert_int_equal(read_call("sethostname", longest), -EINVAL);

	assert_int_equal(read_call("exit", "3"), 0);
	assert_int_equal(values[0].number, 3);
	assert_int_equal(read_call("exit", "0x10"), 0);
	assert_int_equal(values[0].number, 16);
	assert_int_equal(read_call("exit", "-1"), 0);
	assert_int_equal(values[0].number, -1);
	assert_int_equal(read_call("exit", ""), -EINVAL);
	assert_int_equal(read_call("exit", " 3"), -EINVAL);
	assert_int_equal(read_call("exit", "3x"), -EINVAL);
	assert_int_equal(read_call("exit", "99999999999999999999"), -EINVAL);
}

static void names_of_actors_are_read(void **state)
{
	static const char *const wrong[] = {
	    "", "1", "-a", "a b", "a\n", "\"A\"", "名", "A2345678901234567"};

	(void)state;
	assert_int_equal(read_call("fork", "A234567890_23-56"), 0);
	assert_string_equal(values[0].text, "A234567890_23-56");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_call("fork", wrong[i]), -EINVAL);
}

static void wrong_calls_are_told(void **state)
{
	(void)state;
	assert_int_equal(read_call("gethostnam", NULL), -EINVAL);
	assert_non_null(strstr(message, "gethostname"));
	assert_int_equal(read_call("zzzzzz", NULL), -EINVAL);
	assert_int_equal(read_call("", NULL), -EINVAL);
	assert_int_equal(read_call("gethostname", "1"), -EINVAL);
	assert_non_null(strstr(message, "gethostname()"));
	assert_int_equal(read_call("unshare", NULL), -EINVAL);
	assert_non_null(strstr(message, "unshare("));
}

/* A scope in which {A} is 4711, {me} is 17, A.text is hostile, and fd is 5. */
static int scope_placeholder(
    const struct call_scope *scope, const char *name, char *ret, size_t room)
{
	if (!strcmp(name, "A"))
		snprintf(ret, room, "4711");
	else if (!strcmp(name, "A.text"))
		snprintf(ret, room, "\"%%s\\x\n{A}\"");
	else
		return call_fail(scope, "no %s", name);
	return 0;
}

static int scope_variable(const struct call_scope *scope, const char *name, long *ret_number)
{
	(void)scope;
	if (strcmp(name, "fd") != 0)
		return -ENODATA;
	*ret_number = 5;
	return 0;
}

static const struct call_scope named = {
    .placeholder = scope_placeholder,
    .variable = scope_variable,
    .message = message,
    .message_bytes = sizeof(message),
};

static int read_string(const char *word, char *ret, size_t room)
{
	size_t len = 0;
	int r = call_string_read(&named, word, ret, room, &len);

	if (r == 0)
		assert_int_equal(strlen(ret), len);
	return r;
}

static void placeholders_are_filled_in(void **state)
{
	static const char *const wrong[] = {"\"{\"", "\"{}\"", "\"{A\"", "\"{B}\"", "\"{A B}\"",
	    "\"{AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA}\"", "{A}",
	    "\"{A}\"x", "\"{A}", "\"\\", "\""};
	char text[64];

	(void)state;
	assert_int_equal(read_string("\"/proc/{A}/ns/uts\"", text, sizeof(text)), 0);
	assert_string_equal(text, "/proc/4711/ns/uts");
	assert_int_equal(read_string("\"{A}{A}\\x41\\{A\\}}\"", text, sizeof(text)), 0);
	assert_string_equal(text, "47114711A{A}}");
	/* What a variable holds is bytes, and nothing in it means anything. */
	assert_int_equal(read_string("\"<{A.text}>\"", text, sizeof(text)), 0);
	assert_string_equal(text, "<\"%s\\x\n{A}\">");
	assert_int_equal(read_string("\"{A}\"", text, 4), -EINVAL);
	assert_int_equal(read_string("\"{A}\"", text, 5), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_string(wrong[i], text, sizeof(text)), -EINVAL);
}

static void variables_are_numbers(void **state)
{
	const char *fd[] = {"fd"}, *other[] = {"other"}, *broken[] = {"5fd"};

	(void)state;
	assert_int_equal(call_read(&named, "exit", fd, 1, &reading), 0);
	assert_int_equal(values[0].number, 5);
	assert_int_equal(call_read(&named, "exit", other, 1, &reading), -ENODATA);
	assert_int_equal(call_read(&named, "exit", broken, 1, &reading), -EINVAL);
}

static void as_c(void **state)
{
	const char *two[] = {"\"/a b\"", "\"x%1\""};
	char *text = call_as_c(call_find("write_file"), two, 2);

	(void)state;
	assert_string_equal(text, "write(open(\"/a b\", O_WRONLY), \"x%1\")");
	free(text);
	text = call_as_c(call_find("read_file"), two, 1);
	assert_string_equal(text, "read(open(\"/a b\", O_RDONLY), …)");
	free(text);
	assert_null(call_as_c(call_find("getpid"), NULL, 0));
}

/* The table itself: whoever adds a call must say all of it. */
static void is_whole(const struct call *call)
{
	size_t words = 0, companions = 0;

	assert_non_null(call->run);
	assert_non_null(call->doc);
	assert_true(strlen(call->name) <= CALL_NAME_MAX);
	assert_ptr_equal(call_find(call->name), call); /* and no other is called so */
	assert_memory_equal(call->form, call->name, strlen(call->name));
	assert_int_equal(call->form[strlen(call->name)], '(');
	assert_int_equal(strspn(call->signature, "fndsawp?"), strlen(call->signature));
	assert_true(
	    strlen(call->signature) <= CALL_ARGUMENTS_MAX + (strchr(call->signature, '?') != NULL));
	for (const char *kind = call->signature; *kind; kind++) {
		words += *kind == ARGUMENT_WORDS;
		companions += strchr("awp", *kind) != NULL;
	}
	/* One descriptor comes along, at most. */
	assert_true(companions <= 1);
	assert_true(words <= sizeof(call->words) / sizeof(call->words[0]));
	for (size_t i = 0; i < sizeof(call->words) / sizeof(call->words[0]); i++) {
		assert_int_equal(call->words[i] != NULL, i < words);
		if (call->words[i])
			assert_non_null(call->words[i]->what);
	}
	/* Said whom it reaches, and not both itself alone and others. */
	assert_int_not_equal(call->reaches, 0);
	if (call->reaches & (REACHES_ITSELF | REACHES_BY_ARGUMENTS))
		assert_int_equal(call->reaches & (call->reaches - 1), 0);
	else
		assert_true((call->reaches & ~REACHES_SEALED) < REACHES_INSIDE(NS_TYPE_COUNT));
	/* What sets something reaches others, but for who and where the caller is. */
	if (strncmp(call->name, "set", 3) == 0 && strcmp(call->name, "setns") != 0 &&
	    strcmp(call->name, "setuid") != 0)
		assert_int_not_equal(call->reaches, REACHES_ITSELF);
}

static void the_table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; call_families[i]; i++) {
		for (const struct call *call = call_families[i]; call->name; call++)
			is_whole(call);
	}
}

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
	    cmocka_unit_test(flags_are_read),
	    cmocka_unit_test(wrong_flags_are_told),
	    cmocka_unit_test(strings_and_numbers_are_read),
	    cmocka_unit_test(names_of_actors_are_read),
	    cmocka_unit_test(wrong_calls_are_told),
	    cmocka_unit_test(placeholders_are_filled_in),
	    cmocka_unit_test(variables_are_numbers),
	    cmocka_unit_test(as_c),
	    cmocka_unit_test(the_table_is_whole),
	    cmocka_unit_test(reads_as_c_does),
	    cmocka_unit_test(knows_what_is_no_literal),
	    cmocka_unit_test(keeps_within_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
