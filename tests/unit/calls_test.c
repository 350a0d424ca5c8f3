/* The table of calls, and how a call of a script is read. */
#include "lessons/calls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct call_value values[CALL_ARGUMENTS_MAX];
static char message[200];

static int read_call(const char *name, const char *argument)
{
	const char *arguments[] = {argument};
	const struct call *call = NULL;
	int r;

	message[0] = '\0';
	r = call_read(name, arguments, argument ? 1 : 0, &call, values, message, sizeof(message));
	assert_int_equal(
	    stage_check_call(name, arguments, argument ? 1 : 0, message, sizeof(message)), r);
	if (r == 0)
		assert_string_equal(call->name, name);
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

/* The table itself: whoever adds a call must say all of it. */
static void the_table_is_whole(void **state)
{
	(void)state;
	for (const struct call *call = calls; call->name; call++) {
		assert_non_null(call->run);
		assert_non_null(call->doc);
		assert_memory_equal(call->form, call->name, strlen(call->name));
		assert_int_equal(call->form[strlen(call->name)], '(');
		assert_true(strlen(call->signature) <= CALL_ARGUMENTS_MAX);
		assert_int_equal(strspn(call->signature, "fnsa"), strlen(call->signature));
		/* Said whom it reaches, and not both itself alone and others. */
		assert_int_not_equal(call->reaches, 0);
		if (call->reaches & REACHES_ITSELF)
			assert_int_equal(call->reaches, REACHES_ITSELF);
		else
			assert_true(call->reaches < REACHES_INSIDE(NS_TYPE_COUNT));
		/* What sets something reaches others. */
		if (strncmp(call->name, "set", 3) == 0)
			assert_int_not_equal(call->reaches, REACHES_ITSELF);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(flags_are_read),
	    cmocka_unit_test(wrong_flags_are_told),
	    cmocka_unit_test(strings_and_numbers_are_read),
	    cmocka_unit_test(names_of_actors_are_read),
	    cmocka_unit_test(wrong_calls_are_told),
	    cmocka_unit_test(the_table_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
