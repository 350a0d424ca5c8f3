/* How a stage ends: by the book, and when anybody in it is killed at any point. */
#include "tests/kernel/skip.h"
#include "tests/kernel/troupe.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

enum { GONE_LIMIT_MS = 2000, STAGES = 50 };

static bool isolated;

static bool has_no_children(void)
{
	return waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All of it: namespaces, inits, generations, an actor that left. */
static struct stage *play_script(void)
{
	struct stage *stage = troupe_stage("A C");

	troupe_call(stage, "A: unshare(CLONE_NEWUTS)");
	troupe_call(stage, "A: sethostname(\"ns1\")");
	troupe_call(stage, "A: fork(P)");
	troupe_call(stage, "A: unshare(CLONE_NEWPID)");
	troupe_call(stage, "A: fork(B)");
	troupe_call(stage, "B: fork(D)");
	troupe_call(stage, "D: unshare(CLONE_NEWPID|CLONE_NEWUTS)");
	troupe_call(stage, "D: fork(E)");
	troupe_call(stage, "C: exit(0)");
	return stage;
}

/* --- By the book ----------------------------------------------------------------------------- */

static void play_nothing_left(void)
{
	int before = troupe_descriptors(getpid());

	for (int i = 0; i < STAGES; i++) {
		stage_free(play_script());
		CHECK(has_no_children());
	}
	CHECK(troupe_descriptors(getpid()) == before);
	stage_free(NULL);
}

/* A caller that ignores SIGCHLD has its children reaped by the kernel. */
static void play_sigchld_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	stage_free(play_script());
	CHECK(has_no_children());
}

static void play_names_twice(void)
{
	const char *const names[] = {"A", "B", "A"};
	int before = troupe_descriptors(getpid());
	struct stage *stage;

	CHECK(stage_new(names, 3, &stage) == -EEXIST);
	CHECK(has_no_children());
	CHECK(troupe_descriptors(getpid()) == before);
}

static void play_no_descriptors(void)
{
	const char *const names[] = {"A"};
	struct stage *stage;
	int first = dup(0), fd = first, r;

	CHECK(first >= 0);
	while (fd >= 0 && fd < 100000)
		fd = dup(0);
	/* With none left, with two, and so on: it works at last, and leaves nothing when it fails. */
	for (int spare = 0; (r = stage_new(names, 1, &stage)) < 0; spare++) {
		CHECK(r == -EMFILE || r == -EPERM || r == -ENFILE);
		CHECK(has_no_children());
		CHECK(stage_problem()[0]);
		close(first + spare);
		CHECK(spare < 32);
	}
	troupe_call(stage, "A: getpid()");
	stage_free(stage);
}

/* --- Killed: an actor, the stage process ------------------------------------------------------- */

static void play_actor_killed_in_call(void)
{
	struct stage *stage = play_script();
	pid_t a = stage_pid(stage, "A");
	struct stage_answer answer;

	troupe_stop(a);
	CHECK(troupe_begin(stage, "A: gethostname()") == 0);
	CHECK(stage_io(stage, &answer) == 0);
	CHECK(kill(a, SIGKILL) == 0);
	CHECK(troupe_wait(stage, &answer) == -EPIPE);
	CHECK(stage_pid(stage, "A") == 0);
	CHECK(stage_io(stage, &answer) == 0);
	CHECK(troupe_begin(stage, "A: gethostname()") == -ESRCH);
	/* The others go on. */
	answer = troupe_call(stage, "P: gethostname()");
	CHECK(strcmp(answer.text, "ns1") == 0);
	stage_free(stage);
}

static void play_actor_killed_in_fork(void)
{
	struct stage *stage = play_script();
	pid_t a = stage_pid(stage, "A");
	struct stage_answer answer;

	troupe_stop(a);
	CHECK(troupe_begin(stage, "A: fork(N)") == 0);
	CHECK(kill(a, SIGKILL) == 0);
	CHECK(troupe_wait(stage, &answer) == -EPIPE);
	stage_free(stage);
}

static void play_actors_hang(void)
{
	struct stage *stage = play_script();
	int64_t begin;

	troupe_stop(stage_pid(stage, "E"));
	troupe_stop(stage_pid(stage, "B"));
	CHECK(troupe_begin(stage, "B: gethostname()") == 0);
	begin = now_ms();
	stage_free(stage);
	CHECK(now_ms() - begin < GONE_LIMIT_MS);
}

static void play_stage_process_killed(void)
{
	struct stage *stage = play_script();
	pid_t process = (pid_t)troupe_call(stage, "A: getppid()").result;
	struct stage_answer answer;
	struct pollfd fds[8];
	size_t count;

	CHECK(kill(process, SIGKILL) == 0);
	CHECK(troupe_wait(stage, &answer) == -EPIPE);
	CHECK(stage_poll(stage, fds, 8) == 0);
	CHECK(stage_cast(stage, &count) && count == 0);
	CHECK(stage_pid(stage, "A") == 0);
	CHECK(troupe_begin(stage, "A: getpid()") == -ESRCH);
	CHECK(stage_io(stage, &answer) == -EPIPE);
	stage_free(stage);
}

static void play_stage_process_killed_in_call(void)
{
	struct stage *stage = play_script();
	pid_t process = (pid_t)troupe_call(stage, "A: getppid()").result;
	struct stage_answer answer;

	troupe_stop(stage_pid(stage, "B"));
	CHECK(troupe_begin(stage, "B: gethostname()") == 0);
	CHECK(kill(process, SIGKILL) == 0);
	CHECK(troupe_wait(stage, &answer) == -EPIPE);
	stage_free(stage); /* kills B too, which reads no end of file */
}

static void play_stage_process_stopped(void)
{
	struct stage *stage = play_script();

	troupe_stop((pid_t)troupe_call(stage, "A: getppid()").result);
	stage_free(stage);
}

/* --- Killed: the caller ------------------------------------------------------------------------ */

/* Everybody must end without us: waits for the last one. */
static void expect_all_gone(void)
{
	int64_t begin = now_ms();

	troupe_reap();
	CHECK(now_ms() - begin < GONE_LIMIT_MS);
}

/* Lets @pid run to its @number-th stop at a system call, and kills it there.
 * Returns false when it came to its end before. */
static bool kill_at(pid_t pid, int number)
{
	int status, signal_number = 0;

	CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	CHECK(ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
	for (int at = 0; at < number;) {
		CHECK(ptrace(PTRACE_SYSCALL, pid, NULL, signal_number) == 0);
		CHECK(waitpid(pid, &status, 0) == pid);
		if (!WIFSTOPPED(status)) {
			CHECK(status == 0);
			return false;
		}
		signal_number = WSTOPSIG(status) == (SIGTRAP | 0x80) ? 0 : WSTOPSIG(status);
		at += signal_number == 0;
	}
	CHECK(kill(pid, SIGKILL) == 0);
	return true;
}

static void kill_callers(enum troupe_role role, int stride)
{
	int rounds = 0;
	bool killed = true;

	for (int number = 1; killed; number += stride, rounds++) {
		pid_t pid = fork();

		if (pid == 0) {
			troupe_take_role(role);
			CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
			raise(SIGSTOP);
			stage_free(play_script());
			_exit(0);
		}
		killed = kill_at(pid, number);
		expect_all_gone();
	}
	CHECK(rounds > 30);
}

/* At every few system calls; the strides meet different ones, before and after each. */
static void play_root_caller_killed(void)
{
	kill_callers(AS_ROOT, 3);
}

static void play_nobody_caller_killed(void)
{
	kill_callers(AS_NOBODY, 4);
}

/* An actor that is stopped reads no end of file: the stage process must kill it. */
static void play_caller_killed_while_actors_hang(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct stage *stage = play_script();

		troupe_stop(stage_pid(stage, "B"));
		troupe_stop(stage_pid(stage, "E"));
		CHECK(troupe_begin(stage, "B: gethostname()") == 0);
		raise(SIGKILL);
	}
	expect_all_gone();
}

/* --- Where the kernel forbids ------------------------------------------------------------------ */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	CHECK(syscall(SYS_capset, &header, none) == 0);
}

static void expect_forbidden(int error, const char *word)
{
	const char *const names[] = {"A"};
	int before = troupe_descriptors(getpid());
	struct stage *stage = NULL;

	CHECK(stage_new(names, 1, &stage) == -error);
	CHECK(!stage);
	CHECK(strstr(stage_problem(), "unshare(CLONE_NEWUSER)"));
	CHECK(strstr(stage_problem(), word));
	CHECK(has_no_children());
	CHECK(troupe_descriptors(getpid()) == before);
}

/* The limit counts for a user namespace and those inside it, so we set it in one of our own. */
static void play_limit_of_userns(void)
{
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	CHECK(unshare(CLONE_NEWUSER) == 0);
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", "0 65534 1");
	write_file("/proc/sys/user/max_user_namespaces", "0");
	drop_capabilities();
	expect_forbidden(ENOSPC, "max_user_namespaces");
}

/* As in a container whose filter knows no unshare. */
static void play_filtered_userns(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
	    .len = sizeof(code) / sizeof(code[0]),
	    .filter = code,
	};

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	expect_forbidden(EPERM, "root");
}

/* --- As cmocka sees it ------------------------------------------------------------------------- */

static void as_root(void (*play)(void))
{
	if (!isolated)
		skip_because("needs root, to stand in throw-away namespaces");
	assert_true(troupe_play(AS_ROOT, play));
}

static void as_nobody(void (*play)(void))
{
	assert_true(troupe_play(AS_NOBODY, play));
}

#define ONE_ROLE(role, name)                                                                       \
	static void name##_##role(void **state)                                                    \
	{                                                                                          \
		(void)state;                                                                       \
		role(play_##name);                                                                 \
	}
#define BOTH_ROLES(name)                                                                           \
	ONE_ROLE(as_root, name)                                                                    \
	ONE_ROLE(as_nobody, name)

BOTH_ROLES(nothing_left)
BOTH_ROLES(sigchld_ignored)
BOTH_ROLES(names_twice)
BOTH_ROLES(no_descriptors)
BOTH_ROLES(actor_killed_in_call)
BOTH_ROLES(actor_killed_in_fork)
BOTH_ROLES(actors_hang)
BOTH_ROLES(stage_process_killed)
BOTH_ROLES(stage_process_killed_in_call)
ONE_ROLE(as_root, stage_process_stopped)
ONE_ROLE(as_root, root_caller_killed)
ONE_ROLE(as_root, nobody_caller_killed)
BOTH_ROLES(caller_killed_while_actors_hang)
ONE_ROLE(as_nobody, limit_of_userns)
ONE_ROLE(as_nobody, filtered_userns)

#define TEST_ROLES(name) cmocka_unit_test(name##_as_root), cmocka_unit_test(name##_as_nobody)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(nothing_left),
	    TEST_ROLES(sigchld_ignored),
	    TEST_ROLES(names_twice),
	    TEST_ROLES(no_descriptors),
	    TEST_ROLES(actor_killed_in_call),
	    TEST_ROLES(actor_killed_in_fork),
	    TEST_ROLES(actors_hang),
	    TEST_ROLES(stage_process_killed),
	    TEST_ROLES(stage_process_killed_in_call),
	    cmocka_unit_test(stage_process_stopped_as_root),
	    cmocka_unit_test(root_caller_killed_as_root),
	    cmocka_unit_test(nobody_caller_killed_as_root),
	    TEST_ROLES(caller_killed_while_actors_hang),
	    cmocka_unit_test(limit_of_userns_as_nobody),
	    cmocka_unit_test(filtered_userns_as_nobody),
	};

	isolated = troupe_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
