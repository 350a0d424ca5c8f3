/* Lines of the shell on the real kernel: what they may, what they can't, and that nothing of them
 * is left. */
#include "tests/kernel/expect.h"
#include "tests/kernel/roles.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct stage_setup sealed = {
    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET | 1u << NS_IPC};

static void expect_line(struct stage *stage, const char *line, long status, const char *text)
{
	struct stage_answer answer = expect_result(stage, line, status, 0);

	if (strcmp(answer.text, text) != 0)
		fprintf(stderr, "%s: \"%s\"\n", line, answer.text);
	CHECK(strcmp(answer.text, text) == 0);
}

/* --- What a line says -------------------------------------------------------------------------- */

static void play_answers(void)
{
	struct stage *stage = actors_setup(&sealed, "A");

	expect_line(stage, "A: sh(\"true\")", 0, "");
	expect_line(stage, "A: sh(\"exit 7\")", 7, "");
	expect_line(stage, "A: sh(\"echo out; echo err >&2; exit 1\")", 1, "out\nerr");
	expect_line(stage, "A: sh(\"printf 'no end'\")", 0, "no end");
	expect_line(stage, "A: sh_read(\"echo first; echo second\")", 0, "first");
	expect_line(stage, "A: sh_read(\"true\")", 0, "");
	expect_result(stage, "A: sh(\"nonexistent-command\")", 127, 0);
	expect_line(stage, "A: sh(\"kill -TERM $$\")", 128 + SIGTERM, "");
	/* The end of its output is not the end of the line. */
	expect_line(stage, "A: sh(\"exec >&- 2>&-; (exit 3)\")", 3, "");
	expect_line(stage, "A: sh(\"id -u\")", 0, "0");
	stage_free(stage);
}

/* Again and again, until it succeeds; what is not there never will. */
static void play_until(void)
{
	struct stage *stage = actors_setup(&sealed, "A");

	expect_line(stage, "A: sh_until(\"true\")", 0, "");
	expect_line(stage,
	    "A: sh_until(\"test -e /run/b && echo seen && exit; test -e /run/a && : >/run/b; : "
	    ">/run/a; "
	    "false\")",
	    0, "seen");
	expect_result(stage, "A: sh_until(\"nonexistent-command\")", 127, 0);
	stage_free(stage);
}

/* What doesn't fit is left out, by whole lines, and nobody waits to print it. */
static void play_much_output(void)
{
	struct stage *stage = actors_setup(&sealed, "A");
	struct stage_answer answer;
	const char *last;

	answer = expect_result(stage, "A: sh(\"seq 1 100000\")", 0, 0);
	CHECK(strncmp(answer.text, "1\n2\n3\n", 6) == 0);
	last = strrchr(answer.text, '\n');
	CHECK(last && strlen(answer.text) > sizeof(answer.text) - 10);
	/* The numbers are so many that each stands where it must, if none is cut. */
	CHECK(strlen(last + 1) == 3);
	answer = expect_result(stage, "A: sh(\"head -c 100000 /dev/zero | tr '\\\\0' x\")", 0, 0);
	CHECK(strlen(answer.text) == sizeof(answer.text) - 1);
	CHECK(strspn(answer.text, "x") == sizeof(answer.text) - 1);
	stage_free(stage);
}

/* --- What stands around it ----------------------------------------------------------------------- */

static void play_surroundings(void)
{
	struct stage_answer answer;
	struct stage *stage;

	CHECK(setenv("ESCAPED", "1", 1) == 0);
	stage = actors_setup(&sealed, "A");
	expect_line(stage, "A: sh(\"echo $ESCAPED$TERM$PATH\")", 0,
	    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	/* Three descriptors, and the one that ls reads by. */
	expect_line(stage, "A: sh(\"ls /proc/self/fd | wc -l\")", 0, "4");
	expect_line(stage, "A: sh(\"cat; echo $?\")", 0, "0");
	expect_line(stage, "A: sh(\"echo $$\")", 0, "2");
	expect_line(stage, "A: sh(\"grep NoNewPrivs /proc/self/status\")", 0, "NoNewPrivs:\t1");
	/* The actors ignore SIGCHLD, a shell must not; 32 and 33 are the C library's.  nptl(7) */
	answer = expect_result(stage, "A: sh(\"grep SigIgn /proc/self/status\")", 0, 0);
	CHECK(
	    (strtoull(answer.text + strlen("SigIgn:\t"), NULL, 16) & ~UINT64_C(0x180000000)) == 0);
	stage_free(stage);
}

/* Changes are those of the actor's namespaces, and stay. */
static void play_changes_stay(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");

	expect_line(stage, "A: sh(\"echo hello >/tmp/file\")", 0, "");
	expect_line(stage, "B: sh(\"cat /tmp/file\")", 0, "hello");
	expect_success(stage, "B: unshare(CLONE_NEWNS)");
	expect_line(stage, "B: sh(\"mount -t tmpfs none /tmp && ls /tmp\")", 0, "");
	expect_line(stage, "B: sh(\"ls /tmp\")", 0, "");
	expect_line(stage, "A: sh(\"ls /tmp\")", 0, "file");
	stage_free(stage);
	CHECK(access("/tmp/file", F_OK) == -1);
}

/* Numbers of processes are others in a line, but /proc is the same. */
static void play_namespaces_by_path(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");
	pid_t b = stage_pid(stage, "B");
	char line[128], link[64];

	expect_success(stage, "B: unshare(CLONE_NEWNET)");
	actors_link(b, "net", link, sizeof(link));
	snprintf(line, sizeof(line),
	    "A: sh(\"nsenter --net=/proc/%d/ns/net readlink /proc/self/ns/net\")", (int)b);
	expect_line(stage, line, 0, link);
	stage_free(stage);
}

/* --- What it can't --------------------------------------------------------------------------------- */

static void play_no_other_process(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");
	char line[128];
	pid_t b = stage_pid(stage, "B");

	/* Not even those of the actor's own group; its init is immune. */
	expect_line(stage, "A: sh(\"kill -9 0\")", 128 + SIGKILL, "");
	/* All but itself and its init, which is nobody. */
	expect_result(stage, "A: sh(\"kill -9 -1\")", 1, 0);
	snprintf(line, sizeof(line), "A: sh(\"kill -9 %d\")", (int)b);
	expect_result(stage, line, 1, 0);
	snprintf(line, sizeof(line), "A: sh(\"kill -9 %d\")", (int)getpid());
	expect_result(stage, line, 1, 0);
	expect_result(stage, "B: getpid()", b, 0);
	stage_free(stage);
}

/* Whatever any process has open, stands in or has as its root: no way leads to a place where
 * everybody may write, outside of the seal. */
static void play_no_way_out(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");

	expect_success(stage, "B: unshare(CLONE_NEWUSER|CLONE_NEWNS)");
	expect_line(stage,
	    "A: sh(\"for w in '' /proc/[0-9]*/root /proc/[0-9]*/cwd /proc/[0-9]*/fd/*/.. "
	    "/proc/[0-9]*/task/*/fd/*/..; do mkdir $w/var/tmp/nsscope-escaped; done "
	    "2>/tmp/errors; "
	    "grep -qv -e Read-only -e 'Permission denied' -e 'No such file' -e 'Not a directory' "
	    "/tmp/errors; echo $?\")",
	    0, "1");
	expect_line(stage, "A: sh(\"grep -q Read-only /tmp/errors\")", 0, "");
	CHECK(access("/var/tmp/nsscope-escaped", F_OK) == -1 && errno == ENOENT);
	stage_free(stage);
}

static void play_nothing_is_left(void)
{
	struct stage *stage = actors_setup(&sealed, "A");
	char name[64], found[64];

	/* A name of this test's own, so that it can be looked for. */
	snprintf(name, sizeof(name), "A: sh(\"sleep 4%d & setsid sleep 4%d & echo $$\")",
	    (int)getpid(), (int)getpid());
	expect_line(stage, name, 0, "2");
	snprintf(found, sizeof(found), "A: sh(\"pgrep -f 'sleep 4%d$'\")", (int)getpid());
	expect_line(stage, found, 1, "");
	stage_free(stage);
}

static void play_time_limit(void)
{
	struct stage *stage = actors_setup(&sealed, "A");
	struct stage_answer answer =
	    expect_result(stage, "A: sh(\"echo before; sleep 60 & sleep 60\")", -1, ETIMEDOUT);

	CHECK(strcmp(answer.text, "before") == 0);
	expect_line(stage, "A: sh(\"echo after\")", 0, "after");
	stage_free(stage);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Begins a line that is still running when this returns. */
static void begin_long_line(struct stage *stage)
{
	char line[128], mark[64];

	snprintf(line, sizeof(line), "A: sh(\"touch /tmp/mark; sleep 5%d\")", (int)getpid());
	snprintf(mark, sizeof(mark), "/proc/%d/root/tmp/mark", (int)stage_pid(stage, "A"));
	CHECK(actors_begin(stage, line) == 0);
	while (access(mark, F_OK) < 0) {
		CHECK(errno == ENOENT);
		sched_yield();
	}
}

/* Whoever goes takes his line along: the stage is freed in the midst of one. */
static void play_freed_in_line(void)
{
	struct stage *stage = actors_setup(&sealed, "A B");
	int64_t begin;

	begin_long_line(stage);
	begin = now_ms();
	stage_free(stage);
	CHECK(now_ms() - begin < 5000);
	CHECK(actors_alone());
}

/* And an actor that is killed, before its line runs or while it does. */
static void play_killed_in_line(void)
{
	for (int runs = 0; runs < 2; runs++) {
		struct stage *stage = actors_setup(&sealed, "A B");
		pid_t a = stage_pid(stage, "A");
		struct stage_answer answer;
		char line[128];

		snprintf(line, sizeof(line), "A: sh(\"sleep 5%d\")", (int)getpid());
		if (runs)
			begin_long_line(stage);
		else
			CHECK(actors_begin(stage, line) == 0);
		CHECK(kill(a, SIGKILL) == 0);
		CHECK(actors_wait(stage, &answer) == -EPIPE);
		/* Its init hears of that at once. */
		snprintf(line, sizeof(line),
		    "B: sh(\"while pgrep -f 'sleep 5%d$' >/tmp/found; do :; done\")",
		    (int)getpid());
		expect_line(stage, line, 0, "");
		stage_free(stage);
	}
}

/* --- Where there can't be a line ------------------------------------------------------------------- */

/* How many numbers stand in the answer. */
static int numbers(struct stage *stage, const char *line)
{
	struct stage_answer answer = actors_call(stage, line);
	const char *at = answer.text + strcspn(answer.text, "0123456789");
	int count = 0;

	CHECK(answer.error == 0);
	for (; *at; count++) {
		at += strspn(at, "0123456789");
		at += strspn(at, " \t");
	}
	return count;
}

static void play_no_namespace_for_it(void)
{
	struct stage *stage = actors_setup(&sealed, "A");

	expect_success(stage, "A: unshare(CLONE_NEWPID)");
	/* It would be the first there, and after it there would be none. */
	expect_result(stage, "A: sh(\"true\")", -1, EINVAL);
	expect_success(stage, "A: fork(B)");
	expect_result(stage, "B: getpid()", 1, 0);
	/* Where a first one is, the line is below. */
	expect_line(stage, "A: sh(\"echo here\")", 0, "here");
	expect_line(stage, "B: sh(\"echo there\")", 0, "there");
	CHECK(numbers(stage, "A: sh(\"grep NSpid: /proc/self/status\")") ==
	      numbers(stage, "B: read_file(\"/proc/self/status\", \"NSpid:\")") + 1);
	expect_success(stage, "B: exit(0)");
	expect_result(stage, "A: sh(\"true\")", -1, ENOMEM);
	stage_free(stage);
}

/* Who has no privilege there can't make the namespace that a line needs. */
static void play_no_privilege_for_it(void)
{
	struct stage *stage = actors_setup(&sealed, "A");

	expect_success(stage, "A: unshare(CLONE_NEWUSER)");
	expect_result(stage, "A: sh(\"true\")", 0, 0);
	expect_success(stage, "A: execve()");
	expect_result(stage, "A: sh(\"true\")", -1, EPERM);
	stage_free(stage);
}

static void play_refused(void)
{
	static const struct stage_setup no_mnt = {
	    .kind = STAGE_USER, .types = 1u << NS_NET | 1u << NS_IPC};
	static const struct stage_setup no_net = {
	    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_IPC};
	static const struct stage_setup no_ipc = {
	    .kind = STAGE_USER, .types = 1u << NS_MNT | 1u << NS_NET};
	static const struct stage_setup none = {.kind = STAGE_NONE};
	static const struct stage_setup *const setups[] = {&no_mnt, &no_net, &no_ipc, &none, NULL};

	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		struct stage *stage = actors_setup(setups[i], "A");

		expect_refused(stage, "A: sh(\"true\")");
		expect_refused(stage, "A: sh_read(\"echo\")");
		expect_success(stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWUTS)");
		expect_refused(stage, "A: sh(\"true\")");
		stage_free(stage);
	}
	/* Once it is read-only it is so for namespaces that are made later. */
	for (size_t i = 1; i < 3; i++) {
		struct stage *stage = actors_setup(setups[i], "A");

		expect_success(stage, "A: unshare(CLONE_NEWNET|CLONE_NEWIPC)");
		expect_line(stage, "A: sh(\"true\")", 0, "");
		stage_free(stage);
	}
	/* But one that was made of what can be written can't do it. */
	for (size_t i = 3; i < sizeof(setups) / sizeof(setups[0]); i++) {
		struct stage *stage = actors_setup(setups[i], "A");

		expect_success(
		    stage, "A: unshare(CLONE_NEWUSER|CLONE_NEWNS|CLONE_NEWNET|CLONE_NEWIPC)");
		expect_refused(stage, "A: sh(\"true\")");
		stage_free(stage);
	}
}

/* --- As cmocka sees it ----------------------------------------------------------------------------- */

BOTH_ROLES(answers)
BOTH_ROLES(until)
BOTH_ROLES(much_output)
BOTH_ROLES(surroundings)
BOTH_ROLES(changes_stay)
BOTH_ROLES(namespaces_by_path)
BOTH_ROLES(no_other_process)
BOTH_ROLES(no_way_out)
BOTH_ROLES(nothing_is_left)
ONE_ROLE(as_nobody, time_limit)
BOTH_ROLES(freed_in_line)
BOTH_ROLES(killed_in_line)
BOTH_ROLES(no_namespace_for_it)
BOTH_ROLES(no_privilege_for_it)
BOTH_ROLES(refused)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(answers),
	    TEST_ROLES(until),
	    TEST_ROLES(much_output),
	    TEST_ROLES(surroundings),
	    TEST_ROLES(changes_stay),
	    TEST_ROLES(namespaces_by_path),
	    TEST_ROLES(no_other_process),
	    TEST_ROLES(no_way_out),
	    TEST_ROLES(nothing_is_left),
	    cmocka_unit_test(time_limit_as_nobody),
	    TEST_ROLES(freed_in_line),
	    TEST_ROLES(killed_in_line),
	    TEST_ROLES(no_namespace_for_it),
	    TEST_ROLES(no_privilege_for_it),
	    TEST_ROLES(refused),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
