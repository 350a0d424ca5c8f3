/* When a call of a lesson came to what was expected of it. */
#include "lessons/play/player.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool holds(const char *expected, struct stage_answer answer)
{
	const struct lesson_call call = {.expected = (char *)expected};
	struct call_record record = {.call = &call};

	record_answer(&record, &answer, NULL);
	return record.outcome == OUTCOME_HELD;
}

static const struct stage_answer zero, number = {.result = 7},
                                       error = {.result = -1, .error = EPERM},
                                       refused = {.result = -1, .error = EPERM, .refused = true},
                                       exited = {.result = 7, .failed = true};

static void nothing_is_expected(void **state)
{
	(void)state;
	assert_true(holds(NULL, zero));
	assert_true(holds(NULL, number));
	assert_false(holds(NULL, error));
	assert_false(holds(NULL, refused));
	/* A command that says it went wrong. */
	assert_false(holds(NULL, exited));
}

static void something_is_expected(void **state)
{
	(void)state;
	assert_true(holds("0", zero));
	assert_false(holds("0", number));
	assert_true(holds("7", number));
	assert_true(holds("7", exited));
	assert_false(holds("0", exited));
	assert_true(holds("EPERM", error));
	assert_false(holds("ENOENT", error));
	assert_false(holds("-1", error));
	assert_false(holds("EPERM", zero));
	/* That the kernel forbids it is another thing than that the actor didn't try. */
	assert_false(holds("EPERM", refused));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_expected),
	    cmocka_unit_test(something_is_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
