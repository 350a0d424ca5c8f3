/* The calls that make, join and ask namespaces, on the real kernel. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool same_link(pid_t a, pid_t b, const char *link)
{
	char of_a[64], of_b[64];

	actors_link(a, link, of_a, sizeof(of_a));
	actors_link(b, link, of_b, sizeof(of_b));
	return strcmp(of_a, of_b) == 0;
}

static void play_join(void)
{
	struct stage *stage = actors_stage("A B");
	pid_t a = stage_pid(stage, "A"), b = stage_pid(stage, "B");
	struct stage_answer answer;
	char link[64], expected[256];

	expect_errno(stage, "A: unshare(CLONE_NEWUTS)", 0);
	expect_errno(stage, "A: sethostname(\"ns1\")", 0);
	expect_success(stage, "B: open(\"/proc/{A}/ns/uts\", O_RDONLY) -> fd");
	expect_errno(stage, "B: setns(fd, CLONE_NEWNET)", EINVAL);
	CHECK(!same_link(a, b, "uts"));
	answer = actors_call(stage, "B: setns(fd, 0)");
	CHECK(answer.result == 0 && same_link(a, b, "uts"));
	actors_link(a, "uts", link, sizeof(link));
	snprintf(expected, sizeof(expected), "/proc/%d/ns/uts -> %s", (int)b, link);
	CHECK(strcmp(answer.saw, expected) == 0);
	expect_text(stage, "B: gethostname()", "ns1");
	expect_errno(stage, "B: setns(999, 0)", EBADF);
	expect_errno(stage, "B: setns(3, 0)", EBADF);
	expect_success(stage, "B: open(\"/etc/passwd\", O_RDONLY) -> file");
	expect_errno(stage, "B: setns(file, 0)", EINVAL);
	stage_free(stage);
}

/* There and back to where the stage began; there nothing may be changed again. */
static void play_back_again(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");

	expect_success(stage, "A: open(\"/proc/self/ns/uts\", O_RDONLY) -> first");
	expect_errno(stage, "A: unshare(CLONE_NEWUTS)", 0);
	expect_errno(stage, "A: sethostname(\"ns1\")", 0);
	expect_errno(stage, "A: setns(first, CLONE_NEWUTS)", 0);
	CHECK(same_link(a, getpid(), "uts"));
	expect_refused(stage, "A: sethostname(\"escaped\")");
	stage_free(stage);
}

static void play_join_a_process(void)
{
	struct stage *stage = actors_stage("A B");
	pid_t a = stage_pid(stage, "A"), b = stage_pid(stage, "B");

	expect_errno(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET)", 0);
	expect_success(stage, "B: pidfd_open(A) -> fd");
	expect_errno(stage, "B: setns(fd, 0)", EINVAL);
	expect_errno(stage, "B: setns(fd, CLONE_NEWUTS|CLONE_NEWIPC)", 0);
	CHECK(same_link(a, b, "uts") && same_link(a, b, "ipc") && !same_link(a, b, "net"));
	stage_free(stage);
}

static void play_clone(void)
{
	struct stage *stage = actors_stage("A");
	struct stage_answer answer;
	pid_t a = stage_pid(stage, "A"), b;
	char line[128];

	expect_success(stage, "A: getpid() -> me");
	answer = actors_call(stage, "A: clone(B, CLONE_NEWUTS|CLONE_NEWPID|CLONE_NEWTIME)");
	b = stage_pid(stage, "B");
	CHECK(answer.result == b && b > 0);
	actors_status(b, "NSpid:", line, sizeof(line));
	CHECK(strcmp(line + strlen(line) - 2, "\t1") == 0);
	CHECK(strncmp(answer.saw, "/proc/", 6) == 0 && strstr(answer.saw, "NSpid: "));
	CHECK(!same_link(a, b, "uts") && !same_link(a, b, "pid") && !same_link(a, b, "time"));
	CHECK(same_link(a, b, "net") && same_link(a, getpid(), "uts"));
	expect_result(stage, "B: getpid()", 1, 0);
	expect_errno(stage, "B: exit(me)", 0); /* it has a copy */
	/* What the kernel refuses. */
	expect_errno(stage, "A: clone(C, CLONE_NEWNS|CLONE_FS)", EINVAL);
	expect_errno(stage, "A: clone(C, CLONE_NEWUSER|CLONE_FS)", EINVAL);
	expect_errno(stage, "A: clone(C, CLONE_THREAD)", EINVAL);
	expect_errno(stage, "A: clone(C, CLONE_SIGHAND)", EINVAL);
	expect_errno(
	    stage, "A: clone(C, CLONE_NEWPID|CLONE_THREAD|CLONE_SIGHAND|CLONE_VM)", EINVAL);
	expect_errno(
	    stage, "A: clone(C, CLONE_NEWUSER|CLONE_THREAD|CLONE_SIGHAND|CLONE_VM)", EINVAL);
	CHECK(stage_pid(stage, "C") == 0);
	/* A child that shares memory is no actor, and gone. */
	for (int i = 0; i < 3; i++) {
		expect_success(stage, "A: clone(C, CLONE_VM)");
		CHECK(stage_pid(stage, "C") == 0);
		expect_success(stage, "A: clone(C, CLONE_THREAD|CLONE_SIGHAND|CLONE_VM)");
		CHECK(stage_pid(stage, "C") == 0);
	}
	expect_success(stage, "A: clone(C, CLONE_FS)");
	expect_result(stage, "C: getppid()", a, 0);
	stage_free(stage);
}

static void play_ask(void)
{
	struct stage *stage = actors_stage("A B");
	struct stage_answer answer;

	expect_success(stage, "A: open(\"/proc/self/ns/uts\", O_RDONLY) -> old");
	expect_errno(stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWUTS)", 0);
	expect_success(stage, "A: open(\"/proc/self/ns/uts\", O_RDONLY) -> uts");
	expect_success(stage, "A: open(\"/proc/self/ns/uts\", O_RDONLY) -> again");
	expect_success(stage, "A: open(\"/proc/self/ns/user\", O_RDONLY) -> user");
	answer = actors_call(stage, "A: ioctl(uts, NS_GET_NSTYPE)");
	CHECK(answer.result == CLONE_NEWUTS && strcmp(answer.saw, "CLONE_NEWUTS") == 0);
	expect_errno(stage, "A: ioctl(uts, NS_GET_PARENT)", EINVAL);
	expect_success(stage, "A: ioctl(uts, NS_GET_USERNS) -> owner");
	expect_result(stage, "A: same(owner, user)", 1, 0);
	expect_result(stage, "A: same(uts, again)", 1, 0);
	expect_result(stage, "A: same(uts, old)", 0, 0);
	expect_errno(stage, "A: ioctl(uts, NS_GET_OWNER_UID)", EINVAL);
	/* Its owner is not mapped yet. */
	expect_result(stage, "A: ioctl(user, NS_GET_OWNER_UID)", 65534, 0);
	expect_errno(stage, "A: ioctl(user, NS_GET_PARENT)", EPERM);
	expect_success(stage, "B: open(\"/proc/{A}/ns/user\", O_RDONLY) -> user");
	expect_success(stage, "B: open(\"/proc/self/ns/user\", O_RDONLY) -> mine");
	expect_success(stage, "B: ioctl(user, NS_GET_PARENT) -> parent");
	expect_result(stage, "B: same(parent, mine)", 1, 0);
	expect_result(stage, "B: ioctl(user, NS_GET_OWNER_UID)", 0, 0);
	expect_errno(stage, "A: ioctl(999, NS_GET_PARENT)", EBADF);
	expect_errno(stage, "A: same(999, uts)", EBADF);
	stage_free(stage);
}

static void play_thread(void)
{
	struct stage *stage = actors_stage("A B");
	struct stage_answer answer;
	pid_t a = stage_pid(stage, "A");
	char link[64], of_thread[64], expected[256], name[64];

	answer = actors_call(stage, "A: thread_unshare(CLONE_NEWUTS) -> tid");
	CHECK(answer.error == 0 && answer.result != a);
	snprintf(name, sizeof(name), "../task/%ld/ns/uts", answer.result);
	actors_link(a, "uts", link, sizeof(link));
	actors_link(a, name, of_thread, sizeof(of_thread));
	CHECK(strcmp(link, of_thread) != 0);
	CHECK(same_link(a, getpid(), "uts"));
	snprintf(expected, sizeof(expected), "/proc/%d/task/%ld/ns/uts -> %s", (int)a,
	    answer.result, of_thread);
	CHECK(strcmp(answer.saw, expected) == 0);
	/* The process has moved nowhere. */
	expect_refused(stage, "A: sethostname(\"escaped\")");
	expect_errno(stage, "A: thread_unshare(CLONE_NEWUTS)", EBUSY);
	expect_errno(stage, "A: unshare(CLONE_NEWUSER)", EINVAL);
	expect_success(stage, "B: open(\"/proc/{A}/task/{A.tid}/ns/uts\", O_RDONLY) -> fd");
	expect_errno(stage, "B: setns(fd, CLONE_NEWUTS)", 0);
	actors_link(stage_pid(stage, "B"), "uts", link, sizeof(link));
	CHECK(strcmp(link, of_thread) == 0);
	expect_success(stage, "A: fork(C)");
	expect_errno(stage, "C: thread_end()", ESRCH);
	expect_errno(stage, "C: thread_unshare(CLONE_NEWIPC)", 0);
	expect_errno(stage, "A: thread_end()", 0);
	expect_errno(stage, "A: thread_end()", ESRCH);
	expect_errno(stage, "A: thread_unshare(CLONE_NEWUSER)", EINVAL);
	expect_errno(stage, "A: unshare(CLONE_NEWUSER)", 0);
	/* With the thread the process ends, too. */
	expect_errno(stage, "C: exit(0)", 0);
	stage_free(stage);
}

/* When thread_end is over the kernel, too, knows only one thread, however much the other one left to be
 * taken down. */
static void play_thread_is_gone(void)
{
	struct stage *stage = actors_stage("A");

	for (int round = 0; round < 40; round++) {
		struct stage_answer answer;

		actors_callf(stage, "A: fork(R%d)", round);
		actors_callf(stage,
		    "R%d: thread_unshare(CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWIPC|CLONE_NEWUTS)",
		    round);
		answer = actors_callf(stage, "R%d: thread_end()", round);
		CHECK(answer.error == 0);
		answer = actors_callf(stage, "R%d: unshare(CLONE_NEWUSER)", round);
		CHECK(answer.error == 0);
		actors_callf(stage, "R%d: exit(0)", round);
	}
	stage_free(stage);
}

/* A lifetime: what holds a namespace that has no member. */
static void play_held_by_descriptor(void)
{
	struct stage *stage = actors_stage("A");

	expect_success(stage, "A: clone(B, CLONE_NEWUTS)");
	expect_errno(stage, "B: sethostname(\"kept\")", 0);
	expect_success(stage, "A: open(\"/proc/{B}/ns/uts\", O_RDONLY) -> fd");
	expect_errno(stage, "B: exit(0)", 0);
	expect_errno(stage, "A: setns(fd, CLONE_NEWUTS)", 0);
	expect_text(stage, "A: gethostname()", "kept");
	stage_free(stage);
}

BOTH_ROLES(join)
ONE_ROLE(as_root, back_again)
BOTH_ROLES(join_a_process)
BOTH_ROLES(clone)
BOTH_ROLES(ask)
BOTH_ROLES(thread)
BOTH_ROLES(thread_is_gone)
BOTH_ROLES(held_by_descriptor)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(join),
	    cmocka_unit_test(back_again_as_root),
	    TEST_ROLES(join_a_process),
	    TEST_ROLES(clone),
	    TEST_ROLES(ask),
	    TEST_ROLES(thread),
	    TEST_ROLES(thread_is_gone),
	    TEST_ROLES(held_by_descriptor),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
