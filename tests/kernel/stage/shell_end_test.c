/* What ends a shell for the user, and what ends with it. */
#include "tests/kernel/roles.h"
#include "tests/kernel/terminal.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* Starts something in the shell that outlives it, in a session of its own; its pid. */
static pid_t leave_behind(const struct shell *shell)
{
	terminal_type("setsid sh -c 'echo left'='$$; exec sleep 1000' &\n");
	return (pid_t)strtol(terminal_read_mark(shell, "\nleft="), NULL, 10);
}

static void play_takes_all_along(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	pid_t left;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = terminal_start_shell(stage, "A");
	left = leave_behind(shell);
	CHECK(left > 0 && kill(left, 0) == 0);
	terminal_type("exit\n");
	terminal_finish_shell(shell);
	CHECK(kill(left, 0) < 0 && errno == ESRCH);
	stage_free(stage);
}
BOTH_ROLES(takes_all_along)

/* For so many nanoseconds the process itself was on a processor; 0 where the kernel doesn't tell.
 * Documentation/scheduler/sched-stats.rst */
static double ran_ns(pid_t pid)
{
	char path[48];
	double ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	if (file && fscanf(file, "%lf", &ns) != 1)
		ns = 0;
	if (file)
		fclose(file);
	return ns;
}

/* Leaves a shell that left @count processes.  Returns what the helper took. */
static double leave_many(const struct stage *stage, int count)
{
	struct shell *shell = terminal_start_shell(stage, "A");
	struct shell_result result;
	char line[128];
	double ns;

	snprintf(line, sizeof(line),
	    "i=0; while [ $i -lt %d ]; do sleep 1000 & i=$((i+1)); done; exit\n", count);
	terminal_type(line);
	while (terminal_read(shell_fd(shell)))
		terminal_forget();
	ns = ran_ns(shell_pid(shell));
	CHECK(shell_finish(shell, &result) == 0);
	CHECK(terminal_exit_status(&result) == 0);
	return ns;
}

/* Twenty times as many take at most twenty times as long, where a walk over all of them for each would
 * make it 400 times. */
static void play_takes_many_along(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	double few_ns, many_ns;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	few_ns = leave_many(stage, 40);
	many_ns = leave_many(stage, 800);
	CHECK(few_ns == 0 || many_ns < 60 * few_ns);
	stage_free(stage);
}
BOTH_ROLES(takes_many_along)

static void play_ends_with_the_actor(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct shell_result result;
	pid_t left;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = terminal_start_shell(stage, "A");
	left = leave_behind(shell);
	actors_call(stage, "A: exit(0)");
	result = terminal_finish_shell(shell);
	CHECK(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGKILL);
	CHECK(kill(left, 0) < 0 && errno == ESRCH);
	stage_free(stage);
}
BOTH_ROLES(ends_with_the_actor)

static void play_ends_with_the_init_of_its_pid_namespace(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct shell_result result;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWPID)");
	actors_call(stage, "A: fork(B)");
	shell = terminal_start_shell(stage, "B");
	leave_behind(shell);
	actors_call(stage, "B: exit(0)");
	result = terminal_finish_shell(shell);
	CHECK(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGKILL);
	stage_free(stage);
}
BOTH_ROLES(ends_with_the_init_of_its_pid_namespace)

static void play_ends_when_hung_up(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell = NULL;
	struct shell_result result;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	for (int i = 0; i < 2; i++) {
		shell = terminal_start_shell(i ? stage : NULL, "A");
		terminal_type("echo runs'='now\n");
		terminal_read_mark(shell, "\nruns=");
		terminal_forget();
		shell_hang_up(shell);
		result = terminal_finish_shell(shell);
		CHECK(WIFSIGNALED(result.status));
		CHECK(WTERMSIG(result.status) == (i ? SIGKILL : SIGHUP));
	}
	stage_free(stage);
}
BOTH_ROLES(ends_when_hung_up)

/* The caller is killed: the shell, what it left and the stage end. */
static void play_ends_with_the_caller(void)
{
	int status;
	pid_t caller = fork();

	if (caller == 0) {
		struct stage *stage = actors_setup(&user_stage, "A");
		struct shell *shell;

		terminal_open();
		actors_call(stage, "A: unshare(CLONE_NEWUTS)");
		shell = terminal_start_shell(stage, "A");
		leave_behind(shell);
		kill(getpid(), SIGKILL);
	}
	CHECK(waitpid(caller, &status, 0) == caller);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK(actors_reap() > 0);
}
BOTH_ROLES(ends_with_the_caller)

/* The helper is killed: the shell, which would have nobody to watch over it, too. */
static void play_ends_with_the_helper(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct shell_result result;
	pid_t pid, helper;

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = terminal_start_shell(stage, "A");
	terminal_type("echo pids'='$$,$PPID\n");
	CHECK(sscanf(terminal_read_mark(shell, "\npids="), "%d,%d", &pid, &helper) == 2);
	CHECK(kill(helper, SIGKILL) == 0);
	CHECK(shell_finish(shell, &result) == -ECHILD);
	CHECK(tcgetpgrp(STDIN_FILENO) == getpgrp());
	CHECK(waitpid(pid, NULL, 0) == pid); /* we are its reaper */
	stage_free(stage);
	actors_reap(); /* the one that joined, if the helper had no time for it */
}
BOTH_ROLES(ends_with_the_helper)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(takes_all_along),
	    TEST_ROLES(takes_many_along),
	    TEST_ROLES(ends_with_the_actor),
	    TEST_ROLES(ends_with_the_init_of_its_pid_namespace),
	    TEST_ROLES(ends_when_hung_up),
	    TEST_ROLES(ends_with_the_caller),
	    TEST_ROLES(ends_with_the_helper),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
