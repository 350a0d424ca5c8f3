/* How a stage ends: by the book, and when anybody in it is killed at any point. */
#include "tests/kernel/roles.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { STAGES = 50 };

/* --- By the book ----------------------------------------------------------------------------- */

static void play_nothing_left(void)
{
	int before = actors_descriptors(getpid());

	for (int i = 0; i < STAGES; i++) {
		stage_free(actors_script());
		CHECK(actors_alone());
	}
	CHECK(actors_descriptors(getpid()) == before);
	stage_free(NULL);
}

/* A caller that ignores SIGCHLD has its children reaped by the kernel. */
static void play_sigchld_ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	stage_free(actors_script());
	CHECK(actors_alone());
}

static void play_names_twice(void)
{
	const char *const names[] = {"A", "B", "A"};
	int before = actors_descriptors(getpid());
	struct stage *stage;

	CHECK(stage_new(NULL, names, 3, &stage) == -EEXIST);
	CHECK(actors_alone());
	CHECK(actors_descriptors(getpid()) == before);
}

/* --- Killed: an actor, the stage process ------------------------------------------------------- */

static void play_actor_killed_in_call(void)
{
	struct stage *stage = actors_script();
	pid_t a = stage_pid(stage, "A");
	struct stage_answer answer;

	actors_stop(a);
	CHECK(actors_begin(stage, "A: gethostname()") == 0);
	CHECK(stage_io(stage, &answer) == 0);
	CHECK(kill(a, SIGKILL) == 0);
	CHECK(actors_wait(stage, &answer) == -EPIPE);
	CHECK(stage_pid(stage, "A") == 0);
	CHECK(stage_io(stage, &answer) == 0);
	CHECK(actors_begin(stage, "A: gethostname()") == -ESRCH);
	/* The others go on. */
	answer = actors_call(stage, "P: gethostname()");
	CHECK(strcmp(answer.text, "ns1") == 0);
	stage_free(stage);
}

static void play_actor_killed_in_fork(void)
{
	struct stage *stage = actors_script();
	pid_t a = stage_pid(stage, "A");
	struct stage_answer answer;

	actors_stop(a);
	CHECK(actors_begin(stage, "A: fork(N)") == 0);
	CHECK(kill(a, SIGKILL) == 0);
	CHECK(actors_wait(stage, &answer) == -EPIPE);
	stage_free(stage);
}

static void play_actors_hang(void)
{
	struct stage *stage = actors_script();

	actors_stop(stage_pid(stage, "E"));
	actors_stop(stage_pid(stage, "B"));
	CHECK(actors_begin(stage, "B: gethostname()") == 0);
	stage_free(stage); /* which waits for none of them */
}

static void play_stage_process_killed(void)
{
	struct stage *stage = actors_script();
	pid_t process = (pid_t)actors_call(stage, "A: getppid()").result;
	struct stage_answer answer;
	struct pollfd fds[8];
	size_t count;

	CHECK(kill(process, SIGKILL) == 0);
	CHECK(actors_wait(stage, &answer) == -EPIPE);
	CHECK(stage_poll(stage, fds, 8) == 0);
	CHECK(stage_actors(stage, &count) && count == 0);
	CHECK(stage_pid(stage, "A") == 0);
	CHECK(actors_begin(stage, "A: getpid()") == -ESRCH);
	CHECK(stage_io(stage, &answer) == -EPIPE);
	stage_free(stage);
}

static void play_stage_process_killed_in_call(void)
{
	struct stage *stage = actors_script();
	pid_t process = (pid_t)actors_call(stage, "A: getppid()").result;
	struct stage_answer answer;

	actors_stop(stage_pid(stage, "B"));
	CHECK(actors_begin(stage, "B: gethostname()") == 0);
	CHECK(kill(process, SIGKILL) == 0);
	CHECK(actors_wait(stage, &answer) == -EPIPE);
	stage_free(stage); /* kills B too, which reads no end of file */
}

static void play_stage_process_stopped(void)
{
	struct stage *stage = actors_script();

	actors_stop((pid_t)actors_call(stage, "A: getppid()").result);
	stage_free(stage);
}

/* --- Killed: the caller ------------------------------------------------------------------------ */

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

static void kill_callers(enum actors_role role, int stride)
{
	int rounds = 0;
	bool killed = true;

	for (int number = 1; killed; number += stride, rounds++) {
		pid_t pid = fork();

		if (pid == 0) {
			actors_take_role(role);
			CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
			raise(SIGSTOP);
			stage_free(actors_script());
			_exit(0);
		}
		killed = kill_at(pid, number);
		actors_reap(); /* each must end by itself */
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
		struct stage *stage = actors_script();

		actors_stop(stage_pid(stage, "B"));
		actors_stop(stage_pid(stage, "E"));
		CHECK(actors_begin(stage, "B: gethostname()") == 0);
		raise(SIGKILL);
	}
	actors_reap(); /* each must end by itself */
}

/* --- As cmocka sees it ------------------------------------------------------------------------- */

BOTH_ROLES(nothing_left)
BOTH_ROLES(sigchld_ignored)
BOTH_ROLES(names_twice)
BOTH_ROLES(actor_killed_in_call)
BOTH_ROLES(actor_killed_in_fork)
BOTH_ROLES(actors_hang)
BOTH_ROLES(stage_process_killed)
BOTH_ROLES(stage_process_killed_in_call)
ONE_ROLE(as_root, stage_process_stopped)
ONE_ROLE(as_root, root_caller_killed)
ONE_ROLE(as_root, nobody_caller_killed)
BOTH_ROLES(caller_killed_while_actors_hang)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(nothing_left),
	    TEST_ROLES(sigchld_ignored),
	    TEST_ROLES(names_twice),
	    TEST_ROLES(actor_killed_in_call),
	    TEST_ROLES(actor_killed_in_fork),
	    TEST_ROLES(actors_hang),
	    TEST_ROLES(stage_process_killed),
	    TEST_ROLES(stage_process_killed_in_call),
	    cmocka_unit_test(stage_process_stopped_as_root),
	    cmocka_unit_test(root_caller_killed_as_root),
	    cmocka_unit_test(nobody_caller_killed_as_root),
	    TEST_ROLES(caller_killed_while_actors_hang),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
