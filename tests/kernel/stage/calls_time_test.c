/* The calls of time on the real kernel. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long seconds(clockid_t clock)
{
	struct timespec now;

	CHECK(clock_gettime(clock, &now) == 0);
	return (long)now.tv_sec;
}

static void expect_clock(struct stage *stage, const char *line, clockid_t clock)
{
	long before = seconds(clock);
	struct stage_answer answer = actors_call(stage, line);
	char shown[64];

	CHECK(answer.error == 0);
	CHECK(before <= answer.result && answer.result <= seconds(clock));
	/* The same, to the nanosecond. */
	snprintf(shown, sizeof(shown), "%ld.", answer.result);
	CHECK(strncmp(answer.saw, shown, strlen(shown)) == 0);
	CHECK(strspn(answer.saw + strlen(shown), "0123456789") == 9);
	CHECK(strlen(answer.saw) == strlen(shown) + 9);
}

static void play_clocks(void)
{
	struct stage *stage = actors_stage("A");

	expect_clock(stage, "A: clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC);
	expect_clock(stage, "A: clock_gettime(CLOCK_BOOTTIME)", CLOCK_BOOTTIME);
	expect_clock(stage, "A: clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME);
	/* Nothing is set in a new namespace, so its clocks are the same. */
	expect_success(stage, "A: unshare(CLONE_NEWTIME)");
	expect_success(stage, "A: fork(B)");
	expect_clock(stage, "B: clock_gettime(CLOCK_BOOTTIME)", CLOCK_BOOTTIME);
	stage_free(stage);
}

static int64_t saw_ns(const struct stage_answer *answer)
{
	const char *dot = strchr(answer->saw, '.');

	CHECK(dot);
	return (int64_t)answer->result * 1000000000 + strtol(dot + 1, NULL, 10);
}

static void play_sleep(void)
{
	struct stage *stage = actors_stage("A");
	struct stage_answer before, after;

	before = actors_call(stage, "A: clock_gettime(CLOCK_MONOTONIC)");
	expect_result(stage, "A: nanosleep(30)", 0, 0);
	after = actors_call(stage, "A: clock_gettime(CLOCK_MONOTONIC)");
	CHECK(saw_ns(&after) - saw_ns(&before) >= 30000000);
	expect_result(stage, "A: nanosleep(0)", 0, 0);
	expect_result(stage, "A: nanosleep(-1)", -1, EINVAL);
	expect_result(stage, "A: nanosleep(5001)", -1, EINVAL);
	stage_free(stage);
}

static void play_wrong_use(void)
{
	struct stage *stage = actors_stage("A");

	CHECK(actors_begin(stage, "A: clock_gettime(0)") == -EINVAL);
	CHECK(actors_begin(stage, "A: clock_gettime(CLOCK_BOOTTIME|CLOCK_MONOTONIC)") == -EINVAL);
	stage_free(stage);
}

BOTH_ROLES(clocks)
BOTH_ROLES(sleep)
BOTH_ROLES(wrong_use)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(clocks),
	    TEST_ROLES(sleep),
	    TEST_ROLES(wrong_use),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
