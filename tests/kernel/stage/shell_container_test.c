/* A shell in the PID namespace of a container: what ends with it, and what is named that does not. */
#include "tests/kernel/container.h"
#include "tests/kernel/roles.h"
#include "tests/kernel/terminal.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cmocka.h>

/* An orphan, in a session of its own, that heeds no signal. */
static void leave_orphan(const struct shell *shell)
{
	terminal_type("(setsid sh -c 'trap \"\" TERM HUP; echo left'='$$; exec sleep 1000' &)\n");
	terminal_read_mark(shell, "left=");
	terminal_forget();
}

static void play_takes_all_along_from_a_pid_namespace(void)
{
	pid_t init = container_start();
	struct shell_place place = container_place(init);
	struct shell_result result;
	struct shell *shell;

	terminal_open();
	for (int hung_up = 0; hung_up < 2; hung_up++) {
		CHECK(shell_start(&place, &shell) == 0);
		terminal_type("kill -STOP $$; echo went'='on\n");
		CHECK(strcmp(terminal_read_mark(shell, "went="), "on") == 0);
		terminal_forget();
		leave_orphan(shell);
		leave_orphan(shell);
		CHECK(container_members(init) >= 4);
		if (hung_up)
			shell_hang_up(shell);
		else
			terminal_type("exit 5\n");
		result = terminal_finish_shell(shell);
		CHECK(hung_up || terminal_exit_status(&result) == 5);
		CHECK(!hung_up || WIFSIGNALED(result.status));
		CHECK(container_members(init) == 1);
		CHECK(*result.left == '\0');
	}
	close(place.pidfd);
	container_end(init);
}
ONE_ROLE(as_root, takes_all_along_from_a_pid_namespace)

/* What it has left in another PID namespace than its own is that one's init's: it is named. */
static void play_names_what_it_leaves(void)
{
	pid_t init = container_start(), member, left;
	struct shell_result result;
	struct shell_place place;
	struct shell *shell;
	char line[160], expected[40];

	member = (pid_t)syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, 0L);
	if (member == 0)
		for (;;)
			pause();
	CHECK(member > 0);
	place = container_place(member);
	terminal_open();
	CHECK(shell_start(&place, &shell) == 0);
	snprintf(line, sizeof(line),
	    "f=$(mktemp); echo went\"\"=on >$f; nsenter --pid=/proc/%d/ns/pid sh -c \"tail -f $f "
	    "&\"\n",
	    (int)init);
	terminal_type(line);
	/* It says so itself, so it is no longer the shell that was forked for it. */
	CHECK(strcmp(terminal_read_mark(shell, "went="), "on") == 0);
	terminal_type("rm $f\n");
	terminal_type("exit\n");
	result = terminal_finish_shell(shell);
	CHECK(terminal_exit_status(&result) == 0);
	left = (pid_t)strtol(result.left, NULL, 10);
	snprintf(expected, sizeof(expected), "%d tail", (int)left);
	CHECK(left > 0 && strcmp(result.left, expected) == 0);
	CHECK(container_members(init) == 2 && kill(left, SIGKILL) == 0);
	close(place.pidfd);
	container_end(init);
	container_end(member);
}
ONE_ROLE(as_root, names_what_it_leaves)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_all_along_from_a_pid_namespace_as_root),
	    cmocka_unit_test(names_what_it_leaves_as_root),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
