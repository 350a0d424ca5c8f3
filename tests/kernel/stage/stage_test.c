/* The stage on the real kernel: what its calls do, and what they can't. */
#include "tests/kernel/roles.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

/* Sixty-four letters. */
#define NAME_64 "aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffffgggggggghhhhhhhh"

static void expect_text(struct stage *stage, const char *line, const char *text)
{
	struct stage_answer answer = actors_call(stage, line);

	CHECK(answer.error == 0);
	CHECK(strcmp(answer.text, text) == 0);
}

static void expect_result(struct stage *stage, const char *line, long result, int error)
{
	struct stage_answer answer = actors_call(stage, line);

	if (answer.result != result || answer.error != error)
		fprintf(stderr, "%s: %ld, %s\n", line, answer.result, strerror(answer.error));
	CHECK(answer.result == result);
	CHECK(answer.error == error);
	CHECK(!answer.refused);
}

/* --- What a new stage is like ---------------------------------------------------------------- */

static void play_bare_actors(void)
{
	struct stage *stage;
	char line[256];
	size_t count;
	const struct actor_ref *cast;
	pid_t a, process;

	/* Whatever the caller did to its signals stays with it. */
	signal(SIGUSR1, SIG_IGN);
	stage = actors_stage("A Anna-Lena_12345");
	cast = stage_actors(stage, &count);
	CHECK(count == 2);
	CHECK(strcmp(cast[0].name, "A") == 0 && strcmp(cast[1].name, "Anna-Lena_12345") == 0);
	a = stage_pid(stage, "A");
	CHECK(cast[0].pid == a && a > 0);
	CHECK(stage_pid(stage, "B") == 0);
	CHECK(stage_in_userns(stage) == (geteuid() != 0));

	process = (pid_t)actors_call(stage, "A: getppid()").result;
	actors_status(a, "Name:", line, sizeof(line));
	CHECK(strcmp(line, "Name:\tactor-A") == 0);
	actors_status(process, "Name:", line, sizeof(line));
	CHECK(strcmp(line, "Name:\tnsscope-stage") == 0);
	CHECK(getsid(a) == process && getsid(process) == process);
	CHECK(actors_descriptors(a) == 5);
	actors_status(a, "SigBlk:", line, sizeof(line));
	CHECK(strcmp(line, "SigBlk:\t0000000000000000") == 0);
	actors_status(a, "SigIgn:", line, sizeof(line));
	/* SIGCHLD alone; 32 and 33 are the C library's own, nptl(7), and may be inherited. */
	CHECK((strtoull(line + strlen("SigIgn:\t"), NULL, 16) & ~UINT64_C(0x180000000)) == 0x10000);
	actors_status(a, "SigCgt:", line, sizeof(line));
	CHECK(strcmp(line, "SigCgt:\t0000000000000000") == 0);

	expect_result(stage, "A: getpid()", a, 0);
	expect_result(stage, "A: getuid()", 0, 0);
	stage_free(stage);
	CHECK(kill(a, 0) == -1 && errno == ESRCH);
	CHECK(kill(process, 0) == -1 && errno == ESRCH);
}

/* --- What calls do --------------------------------------------------------------------------- */

static void play_copy_then_diverge(void)
{
	struct stage *stage = actors_stage("A");
	char before[65], now[65];

	CHECK(gethostname(before, sizeof(before)) == 0);
	expect_result(stage, "A: unshare(CLONE_NEWUTS)", 0, 0);
	expect_text(stage, "A: gethostname()", before);
	expect_result(stage, "A: sethostname(\"ns1\")", 0, 0);
	actors_call(stage, "A: fork(P)");
	actors_call(stage, "A: fork(B)");
	expect_result(stage, "B: unshare(CLONE_NEWUTS)", 0, 0);
	expect_text(stage, "B: gethostname()", "ns1");
	expect_result(stage, "B: sethostname(\"ns2\")", 0, 0);
	expect_text(stage, "A: gethostname()", "ns1");
	expect_result(stage, "A: sethostname(\"renamed\")", 0, 0);
	expect_text(stage, "P: gethostname()", "renamed");
	expect_text(stage, "B: gethostname()", "ns2");
	stage_free(stage);
	CHECK(gethostname(now, sizeof(now)) == 0 && strcmp(before, now) == 0);
}

static void play_limits_of_names(void)
{
	struct stage *stage = actors_stage("A");

	expect_result(stage, "A: unshare(CLONE_NEWUTS)", 0, 0);
	expect_result(stage, "A: sethostname(\"" NAME_64 "\")", 0, 0);
	expect_text(stage, "A: gethostname()", NAME_64);
	expect_result(stage, "A: sethostname(\"" NAME_64 "i\")", -1, EINVAL);
	expect_result(stage, "A: sethostname(\"\")", 0, 0);
	expect_text(stage, "A: gethostname()", "");
	expect_result(stage, "A: sethostname(\"\\x1b[31m\\n\\\"\")", 0, 0);
	expect_text(stage, "A: gethostname()", "\x1b[31m\n\"");
	expect_result(stage, "A: setdomainname(\"" NAME_64 "\")", 0, 0);
	expect_text(stage, "A: getdomainname()", NAME_64);
	expect_result(stage, "A: setdomainname(\"" NAME_64 "i\")", -1, EINVAL);
	stage_free(stage);
}

static void play_what_was_seen(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A"), b;
	struct stage_answer answer;
	char link[64], other[64], expected[256];

	answer = actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	actors_link(a, "uts", link, sizeof(link));
	actors_link(getpid(), "uts", other, sizeof(other));
	CHECK(strcmp(link, other) != 0);
	snprintf(expected, sizeof(expected), "/proc/%d/ns/uts -> %s", (int)a, link);
	CHECK(strcmp(answer.saw, expected) == 0);

	answer = actors_call(stage, "A: sethostname(\"ns1\")");
	CHECK(strcmp(answer.saw, "/proc/sys/kernel/hostname: ns1") == 0);
	answer = actors_call(stage, "A: setdomainname(\"d1\")");
	CHECK(strcmp(answer.saw, "/proc/sys/kernel/domainname: d1") == 0);
	CHECK(actors_call(stage, "A: gethostname()").saw[0] == '\0');

	answer = actors_call(stage, "A: unshare(CLONE_NEWPID | CLONE_NEWIPC)");
	actors_link(a, "ipc", link, sizeof(link));
	snprintf(expected, sizeof(expected), "/proc/%d/ns/ipc -> %s, pid_for_children: ENOENT",
	    (int)a, link);
	CHECK(strcmp(answer.saw, expected) == 0);

	answer = actors_call(stage, "A: fork(B)");
	b = stage_pid(stage, "B");
	/* The test may itself stand in a PID namespace: the line is as /proc tells it. */
	actors_status(b, "NSpid:", link, sizeof(link));
	for (char *tab = link; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	snprintf(expected, sizeof(expected), "/proc/%d/status: %s", (int)b, link);
	CHECK(strcmp(answer.saw, expected) == 0);
	CHECK(strcmp(link + strlen(link) - 2, " 1") == 0);
	answer = actors_call(stage, "B: exit(0)");
	snprintf(expected, sizeof(expected), "/proc/%d: ENOENT", (int)b);
	CHECK(strcmp(answer.saw, expected) == 0);
	stage_free(stage);
}

/* The kernel behaves differently for pid and time: the caller stays, its children move. */
static void play_all_eight(void)
{
	static const char *const moved[] = {"cgroup", "ipc", "mnt", "net", "user", "uts"};
	struct stage *stage = actors_stage("A C");
	pid_t a = stage_pid(stage, "A"), c = stage_pid(stage, "C"), b;
	char mine[64], other[64];

	expect_result(stage,
	    "A: unshare(CLONE_NEWCGROUP|CLONE_NEWIPC|CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWPID|"
	    "CLONE_NEWTIME|CLONE_NEWUSER|CLONE_NEWUTS)",
	    0, 0);
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++) {
		actors_link(a, moved[i], mine, sizeof(mine));
		actors_link(c, moved[i], other, sizeof(other));
		CHECK(strcmp(mine, other) != 0);
	}
	actors_link(a, "pid", mine, sizeof(mine));
	actors_link(c, "pid", other, sizeof(other));
	CHECK(strcmp(mine, other) == 0);
	expect_result(stage, "A: getuid()", 65534, 0);
	expect_result(stage, "A: unshare(CLONE_NEWPID)", -1, EINVAL);
	CHECK(actors_call(stage, "A: fork(B)").error == 0);
	b = stage_pid(stage, "B");
	actors_link(b, "pid", mine, sizeof(mine));
	CHECK(strcmp(mine, other) != 0);
	actors_link(a, "pid_for_children", other, sizeof(other));
	CHECK(strcmp(mine, other) == 0);
	actors_link(a, "time", mine, sizeof(mine));
	actors_link(b, "time", other, sizeof(other));
	CHECK(strcmp(mine, other) != 0);
	stage_free(stage);
}

static void play_nested_pids(void)
{
	struct stage *stage = actors_stage("A");
	char line[128], expected[128];
	struct stage_answer answer;
	pid_t d;

	expect_result(stage, "A: unshare(CLONE_NEWPID)", 0, 0);
	answer = actors_call(stage, "A: fork(B)");
	CHECK(answer.result == stage_pid(stage, "B"));
	expect_result(stage, "B: getpid()", 1, 0);
	expect_result(stage, "B: getppid()", 0, 0);
	expect_result(stage, "B: fork(C)", 2, 0);
	expect_result(stage, "C: unshare(CLONE_NEWPID)", 0, 0);
	expect_result(stage, "C: getpid()", 2, 0);
	expect_result(stage, "C: fork(D)", 3, 0);
	expect_result(stage, "D: getpid()", 1, 0);
	expect_result(stage, "D: fork(E)", 2, 0);
	d = stage_pid(stage, "D");
	actors_status(d, "NSpid:", line, sizeof(line));
	/* The test may itself stand in a PID namespace: compare the tail. */
	snprintf(expected, sizeof(expected), "%d\t3\t1", (int)d);
	CHECK(strlen(line) >= strlen(expected));
	CHECK(strcmp(line + strlen(line) - strlen(expected), expected) == 0);

	/* The end of an init ends its namespace, and those who went with it leave the cast. */
	expect_result(stage, "B: exit(0)", 0, 0);
	for (size_t count = 0; stage_actors(stage, &count), count > 1;) {
		struct pollfd fds[8];

		CHECK(poll(fds, stage_poll(stage, fds, 8), -1) > 0);
		CHECK(stage_io(stage, &answer) == 0);
	}
	expect_result(stage, "A: fork(F)", -1, ENOMEM);
	CHECK(stage_pid(stage, "F") == 0);
	stage_free(stage);
}

static void play_generations(void)
{
	struct stage *stage = actors_stage("A");
	size_t count;

	expect_result(stage, "A: unshare(CLONE_NEWUTS)", 0, 0);
	for (char name = 'A'; name < 'Z'; name++) {
		char line[32];

		snprintf(line, sizeof(line), "%c: fork(%c)", name, name + 1);
		CHECK(actors_call(stage, line).error == 0);
	}
	stage_actors(stage, &count);
	CHECK(count == 26);
	expect_result(stage, "Y: getpid()", stage_pid(stage, "Y"), 0);
	expect_result(stage, "Z: getppid()", stage_pid(stage, "Y"), 0);
	expect_result(stage, "Y: exit(255)", 0, 0);
	CHECK(stage_pid(stage, "Y") == 0);
	/* Its child lives on, in the care of the stage process; the name is free again. */
	expect_result(stage, "Z: getppid()", getsid(stage_pid(stage, "A")), 0);
	CHECK(actors_call(stage, "Z: fork(Y)").error == 0);
	stage_free(stage);
}

/* --- What calls can't ------------------------------------------------------------------------ */

static void expect_refused(struct stage *stage, const char *line)
{
	struct stage_answer answer = actors_call(stage, line);

	CHECK(answer.refused);
	CHECK(answer.result == -1);
	CHECK(answer.error == EPERM);
	CHECK(answer.saw[0] == '\0');
}

static void play_refused(void)
{
	char before[65], now[65], domain_before[65], domain_now[65];
	struct stage *stage = actors_stage("A");

	CHECK(gethostname(before, sizeof(before)) == 0);
	CHECK(getdomainname(domain_before, sizeof(domain_before)) == 0);
	expect_refused(stage, "A: sethostname(\"escaped\")");
	expect_refused(stage, "A: setdomainname(\"escaped\")");
	/* Another type doesn't help, nor does a child. */
	expect_result(stage, "A: unshare(CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNS)", 0, 0);
	expect_refused(stage, "A: sethostname(\"escaped\")");
	CHECK(actors_call(stage, "A: fork(B)").error == 0);
	expect_refused(stage, "B: sethostname(\"escaped\")");
	expect_result(stage, "B: unshare(CLONE_NEWUTS)", 0, 0);
	expect_result(stage, "B: sethostname(\"inside\")", 0, 0);
	expect_refused(stage, "A: sethostname(\"escaped\")");
	CHECK(gethostname(now, sizeof(now)) == 0 && strcmp(before, now) == 0);
	CHECK(getdomainname(domain_now, sizeof(domain_now)) == 0);
	CHECK(strcmp(domain_before, domain_now) == 0);
	stage_free(stage);
}

/* Where the kernel doesn't say which namespace it is, or which it was, nothing is changed in it. */
static void play_refused_when_unknown(void)
{
	struct stage *began_blind, *grew_blind;

	CHECK(unshare(CLONE_NEWNS) == 0);
	grew_blind = actors_stage("A");
	CHECK(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
	began_blind = actors_stage("A B");
	expect_refused(grew_blind, "A: sethostname(\"escaped\")");
	expect_result(began_blind, "B: unshare(CLONE_NEWUTS)", 0, 0);
	expect_refused(began_blind, "B: sethostname(\"escaped\")");
	/* The stage that began there has it open. */
	CHECK(umount2("/proc", MNT_DETACH) == 0);
	expect_refused(began_blind, "A: sethostname(\"escaped\")");
	expect_refused(began_blind, "B: sethostname(\"escaped\")");
	stage_free(began_blind);
	stage_free(grew_blind);
}

static void play_wrong_use(void)
{
	struct stage *stage = actors_stage("A");
	struct stage_answer answer;

	CHECK(actors_begin(stage, "Z: getpid()") == -ESRCH);
	CHECK(actors_begin(stage, "A: getpit()") == -EINVAL);
	CHECK(actors_begin(stage, "A: getpid(1)") == -EINVAL);
	CHECK(actors_begin(stage, "A: fork(A)") == -EEXIST);
	CHECK(stage_io(stage, &answer) == 0);
	CHECK(actors_begin(stage, "A: getpid()") == 0);
	CHECK(actors_begin(stage, "A: getpid()") == -EBUSY);
	CHECK(actors_wait(stage, &answer) == 1);
	CHECK(answer.result == stage_pid(stage, "A"));
	stage_free(stage);
}

/* --- As cmocka sees it ----------------------------------------------------------------------- */

BOTH_ROLES(bare_actors)
BOTH_ROLES(copy_then_diverge)
BOTH_ROLES(limits_of_names)
BOTH_ROLES(what_was_seen)
BOTH_ROLES(all_eight)
BOTH_ROLES(nested_pids)
BOTH_ROLES(generations)
BOTH_ROLES(refused)
BOTH_ROLES(wrong_use)

ONE_ROLE(as_root, refused_when_unknown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(bare_actors),
	    TEST_ROLES(copy_then_diverge),
	    TEST_ROLES(limits_of_names),
	    TEST_ROLES(what_was_seen),
	    TEST_ROLES(all_eight),
	    TEST_ROLES(nested_pids),
	    TEST_ROLES(generations),
	    TEST_ROLES(refused),
	    TEST_ROLES(wrong_use),
	    cmocka_unit_test(refused_when_unknown_as_root),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
