/* The calls about processes and signals, on the real kernel. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cmocka.h>

static const struct stage_setup none = {.kind = STAGE_NONE};

static void expect_saw(struct stage *stage, const char *line, pid_t pid, const char *what)
{
	struct stage_answer answer = actors_call(stage, line);
	char expected[256];

	snprintf(expected, sizeof(expected), "/proc/%d%s", (int)pid, what);
	if (answer.error || strcmp(answer.saw, expected) != 0)
		fprintf(stderr, "%s: %s, \"%s\", not \"%s\"\n", line, strerror(answer.error),
		    answer.saw, expected);
	CHECK(answer.error == 0 && strcmp(answer.saw, expected) == 0);
}

static void play_kill(void)
{
	struct stage *stage = actors_stage("A B C D");
	pid_t b = stage_pid(stage, "B"), c = stage_pid(stage, "C"), d = stage_pid(stage, "D");

	expect_errno(stage, "A: kill({B}, 0)", 0);
	CHECK(stage_pid(stage, "B") == b);
	expect_errno(stage, "A: kill({B}, SIGCHLD)", 0);
	CHECK(stage_pid(stage, "B") == b);
	expect_saw(stage, "A: kill({B}, SIGTERM)", b, ": ENOENT");
	CHECK(stage_pid(stage, "B") == 0);
	expect_saw(stage, "A: kill({C}, SIGKILL)", c, ": ENOENT");
	expect_saw(stage, "A: kill({D}, SIGHUP)", d, ": ENOENT");
	/* Whoever has the number now, it is not B. */
	expect_errno(stage, "A: kill({B}, SIGKILL)", ESRCH);
	expect_errno(stage, "A: kill({B}, 0)", ESRCH);
	stage_free(stage);
}

/* Nobody but the stage's own processes can be hit. */
static void play_kill_refused(void)
{
	struct stage *stage = actors_stage("A");
	pid_t other = fork();
	char line[64];

	CHECK(other >= 0);
	if (other == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	snprintf(line, sizeof(line), "A: kill(%d, SIGKILL)", (int)other);
	expect_refused(stage, line);
	expect_refused(stage, "A: kill({me}, SIGKILL)");
	expect_refused(stage, "A: kill({me}, SIGSTOP)");
	expect_refused(stage, "A: kill(1, SIGTERM)");
	expect_errno(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWPID)", 0);
	expect_refused(stage, line);
	snprintf(line, sizeof(line), "A: kill(%d, 0)", (int)other);
	expect_errno(stage, line, 0);
	/* In a PID namespace that the stage made the number is nobody's. */
	expect_success(stage, "A: fork(B)");
	snprintf(line, sizeof(line), "B: kill(%d, SIGKILL)", (int)other);
	expect_errno(stage, line, ESRCH);
	expect_errno(stage, "B: kill({me}, SIGKILL)", ESRCH);
	CHECK(waitpid(other, NULL, WNOHANG) == 0);
	CHECK(kill(other, SIGKILL) == 0 && waitpid(other, NULL, 0) == other);
	stage_free(stage);
}

/* pid_namespaces(7): the init of one is deaf to those inside. */
static void play_init(void)
{
	struct stage *stage = actors_stage("A");
	struct stage_answer answer;
	pid_t b;

	expect_errno(stage, "A: unshare(CLONE_NEWPID)", 0);
	expect_success(stage, "A: fork(B)");
	b = stage_pid(stage, "B");
	expect_success(stage, "B: fork(C)");
	expect_success(stage, "B: fork(D) -> inner");
	expect_errno(stage, "C: kill(1, SIGKILL)", 0);
	expect_errno(stage, "C: kill(1, SIGTERM)", 0);
	CHECK(stage_pid(stage, "B") == b);
	expect_errno(stage, "C: kill({B}, 0)", ESRCH);
	expect_errno(stage, "A: kill({B}, SIGTERM)", 0);
	CHECK(stage_pid(stage, "B") == b);
	expect_errno(stage, "B: kill(inner, SIGKILL)", 0);
	CHECK(stage_pid(stage, "D") == 0);
	/* Its end is everybody's. */
	expect_saw(stage, "A: kill({B}, SIGKILL)", b, ": ENOENT");
	CHECK(stage_pid(stage, "B") == 0 && stage_pid(stage, "C") == 0);
	answer = actors_call(stage, "A: fork(E)");
	CHECK(answer.error == ENOMEM);
	stage_free(stage);
}

static void play_wait(void)
{
	struct stage *stage = actors_stage("A Z");
	struct stage_answer answer;
	pid_t b;

	/* Actors begin so that the kernel forgets their children. */
	expect_success(stage, "A: fork(B)");
	b = stage_pid(stage, "B");
	expect_saw(stage, "B: exit(3)", b, ": ENOENT");
	expect_errno(stage, "A: waitpid(B)", ECHILD);

	expect_errno(stage, "A: signal(SIGCHLD, SIG_DFL)", 0);
	expect_success(stage, "A: fork(C)");
	expect_saw(stage, "C: exit(3)", stage_pid(stage, "C"), "/status: State: Z (zombie)");
	expect_errno(stage, "A: kill({C}, SIGKILL)", 0); /* who is dead already */
	expect_errno(stage, "Z: waitpid(C)", ECHILD);
	expect_text(stage, "A: waitpid(C) -> how", "exited 3");
	expect_errno(stage, "A: waitpid(C)", ECHILD);

	expect_success(stage, "A: fork(D)");
	expect_saw(
	    stage, "A: kill({D}, SIGTERM)", stage_pid(stage, "D"), "/status: State: Z (zombie)");
	answer = actors_call(stage, "A: waitpid(D)");
	CHECK(strcmp(answer.text, "killed 15") == 0);
	CHECK(strstr(answer.saw, ": ENOENT"));

	/* Nobody has ended. */
	expect_success(stage, "A: fork(E)");
	expect_errno(stage, "A: waitpid(E)", EAGAIN);
	expect_success(stage, "A: fork(F)");
	expect_errno(stage, "F: exit(0)", 0);
	expect_errno(stage, "A: signal(SIGCHLD, SIG_IGN)", 0);
	stage_free(stage); /* with a zombie */
}

/* Whoever ended the namespace is a zombie, and so are those in it. */
static void play_zombies_of_a_namespace(void)
{
	struct stage *stage = actors_stage("A");

	expect_errno(stage, "A: signal(SIGCHLD, SIG_DFL)", 0);
	expect_success(stage, "A: clone(B, CLONE_NEWPID)");
	expect_success(stage, "B: fork(C)");
	expect_errno(stage, "B: exit(0)", 0);
	CHECK(stage_pid(stage, "C") == 0);
	stage_free(stage);
}

static void play_orphans(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");

	expect_errno(stage, "A: prctl(PR_SET_CHILD_SUBREAPER, 1)", 0);
	expect_success(stage, "A: fork(B)");
	expect_success(stage, "B: fork(C)");
	expect_result(stage, "C: getppid()", stage_pid(stage, "B"), 0);
	expect_errno(stage, "B: exit(0)", 0);
	expect_result(stage, "C: getppid()", a, 0);
	expect_errno(stage, "A: prctl(PR_SET_CHILD_SUBREAPER, 0)", 0);
	stage_free(stage);
}

static void play_ids(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");

	expect_result(stage, "A: gettid()", a, 0);
	expect_result(stage, "A: getgid()", 0, 0);
	CHECK(strlen(actors_call(stage, "A: capeff()").text) == 16);
	expect_errno(stage, "A: setuid(12345)", geteuid() == 0 ? 0 : EINVAL);
	if (geteuid() == 0) {
		expect_result(stage, "A: getuid()", 12345, 0);
		expect_text(stage, "A: capeff()", "0");
		expect_errno(stage, "A: setuid(0)", EPERM);
		expect_errno(stage, "A: unshare(CLONE_NEWUTS)", EPERM);
		expect_errno(stage, "A: unshare(CLONE_NEWUSER)", 0);
		/* Its folder of /proc is still its own. */
		expect_errno(stage, "A: write_file(\"/proc/self/uid_map\", \"0 12345 1\")", 0);
		expect_result(stage, "A: getuid()", 0, 0);
	}
	stage_free(stage);
}

/* --- execve ------------------------------------------------------------------------------------ */

static void play_execute(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");
	struct stage_answer answer;
	char line[128];

	expect_success(stage, "A: pipe() -> p");
	expect_success(stage, "A: write(p, \"before\")");
	expect_errno(stage, "A: unshare(CLONE_NEWUTS)", 0);
	expect_errno(stage, "A: sethostname(\"kept\")", 0);
	answer = actors_call(stage, "A: execve()");
	CHECK(answer.error == 0 && strstr(answer.saw, "/status: CapEff: "));
	CHECK(stage_pid(stage, "A") == a);
	actors_status(a, "Name:", line, sizeof(line));
	CHECK(strcmp(line, "Name:\tactor-A") == 0);
	CHECK(actors_descriptors(a) == 5 + 2);
	expect_result(stage, "A: getpid()", a, 0);
	expect_text(stage, "A: read(p)", "before");
	expect_text(stage, "A: gethostname()", "kept");
	/* It knows what it may not do, and can have children. */
	expect_success(stage, "A: fork(B)");
	expect_errno(stage, "A: execve()", 0);
	expect_errno(stage, "B: execve()", 0);
	expect_errno(stage, "B: sethostname(\"kept too\")", 0);
	expect_text(stage, "A: gethostname()", "kept too");
	expect_refused(stage, "A: kill({me}, SIGTERM)");
	expect_refused(stage, "A: write_file(\"/proc/sys/kernel/panic\", \"1\")");
	stage_free(stage);
}

/* A time namespace is entered by execve too, without a fork.  time_namespaces(7) */
static void play_execute_into_time(void)
{
	struct stage *stage = actors_stage("A");
	pid_t a = stage_pid(stage, "A");
	char own[64], for_children[64];

	expect_errno(stage, "A: unshare(CLONE_NEWTIME)", 0);
	expect_errno(stage, "A: write_file(\"/proc/self/timens_offsets\", \"boottime 1000 0\")", 0);
	expect_errno(stage, "A: execve()", 0);
	actors_link(a, "time", own, sizeof(own));
	actors_link(a, "time_for_children", for_children, sizeof(for_children));
	CHECK(strcmp(own, for_children) == 0);
	expect_errno(
	    stage, "A: write_file(\"/proc/self/timens_offsets\", \"boottime 1 0\")", EACCES);
	stage_free(stage);
}

/* Whoever isn't mapped loses what he may do in his own user namespace.  user_namespaces(7) */
static void play_execute_unmapped(void)
{
	struct stage *stage = actors_setup(&none, "A");

	expect_errno(stage, "A: unshare(CLONE_NEWUSER)", 0);
	CHECK(strlen(actors_call(stage, "A: capeff()").text) == 16);
	expect_errno(stage, "A: execve()", 0);
	expect_text(stage, "A: capeff()", "0");
	expect_errno(stage, "A: write_file(\"/proc/self/uid_map\", \"0 {uid} 1\")", EPERM);
	stage_free(stage);
}

BOTH_ROLES(kill)
BOTH_ROLES(kill_refused)
BOTH_ROLES(init)
BOTH_ROLES(wait)
BOTH_ROLES(zombies_of_a_namespace)
BOTH_ROLES(orphans)
BOTH_ROLES(ids)
BOTH_ROLES(execute)
BOTH_ROLES(execute_into_time)
BOTH_ROLES(execute_unmapped)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(kill),
	    TEST_ROLES(kill_refused),
	    TEST_ROLES(init),
	    TEST_ROLES(wait),
	    TEST_ROLES(zombies_of_a_namespace),
	    TEST_ROLES(orphans),
	    TEST_ROLES(ids),
	    TEST_ROLES(execute),
	    TEST_ROLES(execute_into_time),
	    TEST_ROLES(execute_unmapped),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
