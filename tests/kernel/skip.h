/* Skipping a test, with its reason. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the running test as skipped, after a line "skip: REASON"; with NSSCOPE_NO_SKIP=1 in the
 * environment it has failed. */
__attribute__((format(printf, 1, 2), noreturn)) static inline void skip_because(
    const char *format, ...)
{
	const char *forbidden = getenv("NSSCOPE_NO_SKIP");
	va_list args;

	fputs("skip: ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	if (forbidden && strcmp(forbidden, "1") == 0)
		fail_msg("NSSCOPE_NO_SKIP is set");
	skip();
	abort();
}
