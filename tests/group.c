/* Runs groups of cmocka as tests/run.sh wants it.  Each test prints its name before it begins, so that
 * one that crashes or hangs is known by name.  From the environment:
 *   TEST=pattern    only tests whose names match, as the shell matches
 *   TEST_PART=K/N   the K-th of N parts of the program: every N-th test
 *   TEST_FROM=K     of these only the K-th and those after it
 * The linker puts __wrap__cmocka_run_group_tests in place of cmocka's function (ld(1), --wrap). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

int __real__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction set_up, CMFixtureFunction tear_down);
int __wrap__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction set_up, CMFixtureFunction tear_down);

/* What the running group was given, of the chosen tests. */
static const struct CMUnitTest **originals;
static size_t begun;

static int announce(void **state)
{
	const struct CMUnitTest *test = originals[begun++];

	print_message("# test %s\n", test->name);
	return test->setup_func ? test->setup_func(state) : 0;
}

static bool is_chosen(const struct CMUnitTest *test)
{
	/* Over all groups of the program. */
	static unsigned seen, taken;
	const char *pattern = getenv("TEST"), *part = getenv("TEST_PART"),
	           *from = getenv("TEST_FROM");
	unsigned number = 1, parts = 1;

	if (pattern && *pattern && fnmatch(pattern, test->name, 0) != 0)
		return false;
	if (part && sscanf(part, "%u/%u", &number, &parts) != 2)
		abort();
	if (seen++ % parts != number - 1)
		return false;
	return ++taken >= (from ? strtoul(from, NULL, 10) : 1);
}

int __wrap__cmocka_run_group_tests(const char *group, const struct CMUnitTest *tests, size_t count,
    CMFixtureFunction set_up, CMFixtureFunction tear_down)
{
	struct CMUnitTest *chosen = calloc(count + 1, sizeof(*chosen));
	size_t chosen_count = 0;
	int failed = 0;

	originals = calloc(count + 1, sizeof(*originals));
	if (!chosen || !originals)
		abort();
	begun = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_chosen(&tests[i]))
			continue;
		originals[chosen_count] = &tests[i];
		chosen[chosen_count] = tests[i];
		chosen[chosen_count++].setup_func = announce;
	}
	if (chosen_count)
		failed =
		    __real__cmocka_run_group_tests(group, chosen, chosen_count, set_up, tear_down);
	free(originals);
	free(chosen);
	return failed;
}
