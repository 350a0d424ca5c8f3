/* When a call of a lesson came out as expected, and why it did not: the kernel is named only where it is the kernel. */
#include "lessons/play/player.h"
#include "lessons/stage/refusal.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *call;
	struct stage_answer answer;
	bool follows;
	const char *why; /* the sentence begins so */
} differences[] = {
    {"getpid", {.result = 7}, false, "This kernel differs here."},
    {"unshare", {.result = -1, .error = EINVAL}, false, "This kernel differs here."},
    {"unshare", {.result = -1, .error = ENOSYS}, false, "This kernel differs here."},
    {"getpid", {.result = 7}, true, "Something before it came out otherwise already"},
    {"sethostname", {.result = -1, .error = EPERM, .filtered = true}, false,
        "That is no difference of the kernel: a filter (seccomp)"},
    {"sethostname", {.result = -1, .error = EPERM}, false, "Something here forbids it"},
    {"write_file", {.result = -1, .error = EROFS}, false, "Something here forbids it"},
    {"unshare", {.result = -1, .error = ENOSPC}, false, "A limit is reached here"},
    {"fork", {.result = -1, .error = EAGAIN}, false, "A limit is reached here"},
    {"sh", {.result = -1, .error = EAGAIN}, false, "A limit is reached here"},
    {"open", {.result = -1, .error = EMFILE}, false, "A limit is reached here"},
    {"shmget", {.result = -1, .error = ENOMEM}, false, "A limit is reached here"},
    /* That one has a meaning: the init has ended. */
    {"fork", {.result = -1, .error = ENOMEM}, false, "This kernel differs here."},
    {"sh", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 10 s."},
    {"sh_read", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 10 s."},
    {"sh_until", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 10 s."},
    {"read", {.result = -1, .error = EAGAIN}, false, "It took longer than 2 s."},
    {"waitpid", {.result = -1, .error = EAGAIN}, false, "It took longer than 2 s."},
    {"mq_receive", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 2 s."},
    {"tcp_connect", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 2 s."},
    {"thread_end", {.result = -1, .error = ETIMEDOUT}, false, "It took longer than 2 s."},
    {"sh", {.result = 127, .failed = true}, false,
        "A program that the line runs is not installed."},
    {"sh_read", {.result = 0, .text = "x"}, false, "What a line prints depends on the programs"},
    {"sh", {.result = -1, .error = EPERM}, false, "The line could not be run."},
    {"getpid", {.result = -1, .error = ESRCH, .unmade = true}, false, "It was not made"},
    {"sh", {.result = -1, .error = ENODATA, .unmade = true}, false, "It was not made"},
    {"read", {.result = -1, .error = EPIPE, .lost = true}, false, "The actor ended before"},
    {"sethostname", {.result = -1, .error = EPERM, .refused = true}, false, ""},
};

static void the_kernel_is_not_blamed(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(differences); i++) {
		const struct lesson_call call = {.name = (char *)differences[i].call};
		const struct call_record record = {
		    .call = &call,
		    .answer = differences[i].answer,
		    .outcome = OUTCOME_FAILED,
		    .follows = differences[i].follows,
		};
		autofree char *why = call_difference(&record);

		if (strncmp(why, differences[i].why, strlen(differences[i].why)) != 0 ||
		    !*why != !*differences[i].why)
			fail_msg("%s: \"%s\", not \"%s\"", call.name, why, differences[i].why);
	}
}

/* One errno means another thing of another file. */
static void an_errno_means_what_it_does_here(void **state)
{
	static const struct stage_answer denied = {.result = -1, .error = EACCES},
	                                 filtered = {.result = -1,
	                                     .error = EPERM,
	                                     .filtered = true},
	                                 lost = {.result = -1, .error = EPERM, .lost = true},
	                                 invalid = {.result = -1, .error = EINVAL};
	static const char msgmni[] = "write_file(\"/proc/sys/kernel/msgmni\", \"17\")";
	static const char offsets[] = "write_file(\"/proc/self/timens_offsets\", \"boottime 1 0\")";

	(void)state;
	assert_non_null(
	    strstr(errno_meaning_of_answer("write_file", msgmni, &denied), "only root may"));
	assert_non_null(
	    strstr(errno_meaning_of_answer("write_file", offsets, &denied), "has started there"));
	assert_null(errno_meaning_of_answer("write_file", "write_file(\"/tmp/a\", \"\")", &denied));
	assert_non_null(strstr(
	    errno_meaning_of_answer("sethostname", "sethostname(\"a\")", &filtered), "seccomp"));
	assert_null(errno_meaning_of_answer("sethostname", "sethostname(\"a\")", &lost));
	assert_non_null(
	    strstr(errno_meaning_of_answer("pivot_root", "pivot_root(\"a\", \"b\")", &invalid),
	        "initramfs"));
}

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
	    cmocka_unit_test(the_kernel_is_not_blamed),
	    cmocka_unit_test(an_errno_means_what_it_does_here),
	    cmocka_unit_test(nothing_is_expected),
	    cmocka_unit_test(something_is_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
