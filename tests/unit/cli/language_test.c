/* Files that the C library reads for a language are read when that is set, not later. */
#include "cli/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void the_time_zone_is_known(void **state)
{
	const time_t begin = 0;
	struct tm local;

	(void)state;
	assert_int_equal(setenv("TZ", "AAA-3", 1), 0);
	assert_true(language_set("en"));
	assert_int_equal(setenv("TZ", "BBB-5", 1), 0);
	/* localtime_r(3) reads TZ only where tzset(3) was not called before. */
	assert_non_null(localtime_r(&begin, &local));
	assert_int_equal(local.tm_hour, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_time_zone_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
