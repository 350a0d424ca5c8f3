/* Descriptors on the stage: pipes, pidfds, and those that are the actors' own. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <stdarg.h>

static void play_pipes(void)
{
	struct stage *stage = actors_stage("A");

	expect_errno(stage, "A: pipe() -> p", 0);
	expect_errno(stage, "A: pipe() -> q", 0);
	expect_errno(stage, "A: fork(B)", 0);
	CHECK(actors_call(stage, "A: write(p, \"from A\")").result == 6);
	expect_text(stage, "B: read(p)", "from A");
	CHECK(actors_call(stage, "B: write(q, \"from\\nB\")").result == 6);
	expect_text(stage, "A: read(q)", "from\nB");
	expect_errno(stage, "A: read(q)", EAGAIN);
	expect_errno(stage, "A: close(q)", 0);
	expect_errno(stage, "A: read(q)", EBADF);
	expect_errno(stage, "A: write(q, \"x\")", EBADF);
	/* Only this pipe's ends: what else is open is not closed with it. */
	CHECK(actors_descriptors(stage_pid(stage, "A")) == 5 + 2);
	stage_free(stage);
}

/* What tells the actor what to do is not the lesson's to touch. */
static void play_own_descriptors(void)
{
	struct stage *stage = actors_stage("A");

	for (int fd = -1; fd <= 5; fd++) {
		struct stage_answer answer = actors_callf(stage, "A: close(%d)", fd);

		CHECK(answer.error == EBADF);
		CHECK(actors_callf(stage, "A: write(%d, \"x\")", fd).error == EBADF);
		CHECK(actors_callf(stage, "A: read(%d)", fd).error == EBADF);
	}
	expect_errno(stage, "A: close(999)", EBADF);
	expect_errno(stage, "A: close(4294967299)", EBADF);
	expect_errno(stage, "A: getpid()", 0);
	CHECK(actors_descriptors(stage_pid(stage, "A")) == 5);
	stage_free(stage);
}

static void play_pidfds(void)
{
	struct stage *stage = actors_stage("A B");
	struct stage_answer answer;

	answer = actors_call(stage, "A: pidfd_open(B) -> fd");
	CHECK(answer.error == 0 && answer.result > 3);
	expect_errno(stage, "A: close(fd)", 0);
	expect_errno(stage, "A: unshare(CLONE_NEWPID)", 0);
	expect_errno(stage, "A: fork(C)", 0);
	expect_errno(stage, "C: fork(D)", 0);
	/* C sees itself and D, and has no number for the others. */
	expect_errno(stage, "C: pidfd_open(D)", 0);
	expect_errno(stage, "C: pidfd_open(C)", 0);
	expect_errno(stage, "C: pidfd_open(B)", ESRCH);
	expect_errno(stage, "A: pidfd_open(D)", 0);
	expect_errno(stage, "D: exit(0)", 0);
	expect_errno(stage, "A: pidfd_open(D)", ESRCH);
	stage_free(stage);
}

BOTH_ROLES(pipes)
BOTH_ROLES(own_descriptors)
BOTH_ROLES(pidfds)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(pipes),
	    TEST_ROLES(own_descriptors),
	    TEST_ROLES(pidfds),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
