/* The calls that read clocks, which a time namespace may put forward or back.
 * time_namespaces(7) */
#include "lessons/stage/actor.h"
#include "lessons/stage/answer.h"
#include "model/base/i18n.h"

#include <errno.h>
#include <time.h>

enum { SLEEP_MS_MAX = 5000, NS_PER_MS = 1000000 };

static void call_clock_gettime(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	struct timespec now;

	(void)actor;
	if (clock_gettime((clockid_t)arguments[0].number, &now) < 0) {
		answer_error(answer, errno);
		return;
	}
	answer_result(answer, (long)now.tv_sec);
	answer_saw(answer, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
}

/* The rest of a sleep that a signal cut short is slept as well. */
static void call_nanosleep(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	long ms = arguments[0].number;
	struct timespec left;
	int r;

	(void)actor;
	if (ms < 0 || ms > SLEEP_MS_MAX) {
		answer_error(answer, EINVAL);
		return;
	}
	left = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * NS_PER_MS};
	do
		r = nanosleep(&left, &left);
	while (r < 0 && errno == EINTR);
	answer_result(answer, r);
}

static const struct call_words clocks = {
    .what = N_("clock"),
    .list =
        (const struct call_word[]){
            {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
            {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
            {"CLOCK_REALTIME", CLOCK_REALTIME},
            {NULL, 0},
        },
};

const struct call time_calls[] = {
    {
        .name = "clock_gettime",
        .signature = "f",
        .words = {&clocks},
        .form = "clock_gettime(CLOCK)",
        .doc = "reads a clock, in whole seconds",
        .c = "clock_gettime(%1, &now)",
        .reaches = REACHES_ITSELF,
        .run = call_clock_gettime,
    },
    {
        .name = "nanosleep",
        .signature = "n",
        .form = "nanosleep(MILLISECONDS)",
        .doc = "waits, at most 5 seconds",
        .c = "nanosleep(&(struct timespec){.tv_nsec = %1 * 1000000}, NULL)",
        .reaches = REACHES_ITSELF,
        .run = call_nanosleep,
    },
    {.name = NULL},
};
