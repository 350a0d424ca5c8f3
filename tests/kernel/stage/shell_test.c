/* A shell for the user: its namespaces, its privileges, its terminal, and what refuses one.  Each test
 * types into a terminal of its own. */
#include "lessons/stage/stage_setup.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/proc_read.h"
#include "tests/kernel/roles.h"
#include "tests/kernel/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <cmocka.h>

/* Newer than the headers of Debian 12. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* 6.3 */
#endif

/* --- Its namespaces ------------------------------------------------------------------------------ */

/* Asks the shell for one of its links, and compares it with that of @pid. */
static void check_link(const struct shell *shell, const char *link, pid_t pid)
{
	char line[128], mark[64], theirs[64];

	snprintf(line, sizeof(line), "echo %s'='$(readlink /proc/self/ns/%s)\n", link, link);
	snprintf(mark, sizeof(mark), "\n%s=", link);
	terminal_type(line);
	actors_link(pid, link, theirs, sizeof(theirs));
	CHECK(strcmp(terminal_read_mark(shell, mark), theirs) == 0);
}

static void play_stands_with_the_actor(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct shell_result result;
	char own[64], theirs[64], map[32];

	terminal_open();
	actors_call(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWCGROUP)");
	actors_call(stage, "A: sethostname(\"mine\")");
	actors_call(stage, "A: unshare(CLONE_NEWPID|CLONE_NEWNS)");
	actors_call(stage, "A: fork(B)");
	actors_link(stage_pid(stage, "B"), "pid", theirs, sizeof(theirs));
	actors_link(getpid(), "pid", own, sizeof(own));
	CHECK(strcmp(theirs, own) != 0);
	shell = terminal_start_shell(stage, "B");
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, stage_pid(stage, "B"));
	terminal_type("echo name'='$(uname -n)\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nname="), "mine") == 0);
	terminal_type("echo map'='$(cat /proc/self/uid_map)\n");
	snprintf(map, sizeof(map), " 0 %d 1", geteuid() ? (int)geteuid() : STAGE_UID);
	CHECK(strcmp(terminal_read_mark(shell, "\nmap="), map) == 0);
	terminal_type("echo groups'='$(sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status)\n");
	CHECK(strcmp(terminal_read_mark(shell, "\ngroups="), "") == 0);
	/* Nothing of ours is open in it: /proc/self/fd is the fourth. */
	terminal_type("echo fds'='$(ls /proc/self/fd | wc -w)\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nfds="), "4") == 0);
	terminal_type("exit 7\n");
	result = terminal_finish_shell(shell);
	CHECK(terminal_exit_status(&result) == 7);
	stage_free(stage);
}
BOTH_ROLES(stands_with_the_actor)

static void play_stands_two_user_namespaces_below(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;

	terminal_open();
	/* Its uts namespace is owned by the one above its user namespace. */
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	actors_call(stage, "A: unshare(CLONE_NEWUSER)");
	actors_call(stage, "A: unshare(CLONE_NEWIPC)");
	shell = terminal_start_shell(stage, "A");
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, stage_pid(stage, "A"));
	terminal_type("exit\n");
	terminal_finish_shell(shell);
	stage_free(stage);
}
BOTH_ROLES(stands_two_user_namespaces_below)

static void play_stands_right_here(void)
{
	struct shell *shell;
	struct shell_result result;

	terminal_open();
	setenv("SHELL", "/nowhere/at/all", 1); /* then it is /bin/sh */
	shell = terminal_start_shell(NULL, NULL);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, getpid());
	terminal_type("exit 3\n");
	result = terminal_finish_shell(shell);
	CHECK(terminal_exit_status(&result) == 3);
}
BOTH_ROLES(stands_right_here)

/* The person's terminal can be read and typed into by whoever has it open, and their variables may hold keys:
 * neither goes to the namespaces of others. */
static void play_terminal_and_variables_stay_outside(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct stat own;
	char device[32];

	terminal_open();
	setenv("AWS_SECRET_ACCESS_KEY", "the secret", 1);
	setenv("SSH_AUTH_SOCK", "/run/agent", 1);
	setenv("LC_TIME", "C", 1);
	CHECK(fstat(STDIN_FILENO, &own) == 0);
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = terminal_start_shell(stage, "A");
	for (int fd = 0; fd <= 2; fd++) {
		char line[128], mark[16];

		snprintf(
		    line, sizeof(line), "echo fd%d'='$(stat -Lc %%t:%%T /proc/$$/fd/%d)\n", fd, fd);
		snprintf(mark, sizeof(mark), "\nfd%d=", fd);
		snprintf(device, sizeof(device), "%x:%x", major(own.st_rdev), minor(own.st_rdev));
		terminal_type(line);
		CHECK(strcmp(terminal_read_mark(shell, mark), device) != 0);
	}
	terminal_type("echo none'='${AWS_SECRET_ACCESS_KEY-no}${SSH_AUTH_SOCK-no}$LC_TIME\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nnone="), "nonoC") == 0);
	/* It is a terminal that can be worked in, of the size of the person's. */
	terminal_resize(33, 77);
	terminal_type("echo size'='$(stty size)\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nsize="), "33 77") == 0);
	terminal_type("exit\n");
	terminal_finish_shell(shell);
	stage_free(stage);
}
BOTH_ROLES(terminal_and_variables_stay_outside)

/* --- Its privileges --------------------------------------------------------------------------------- */

/* A process in a UTS namespace of its own that may do little; it waits to be killed. */
static pid_t start_bounded(int *ret_ready)
{
	const struct rlimit files = {.rlim_cur = 123, .rlim_max = 456};
	int ready[2];
	pid_t pid;

	CHECK(pipe2(ready, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0) {
		CHECK(unshare(CLONE_NEWUTS) == 0);
		CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0);
		for (unsigned long cap = 0; cap < 64; cap++)
			if (cap != CAP_KILL && cap != CAP_CHOWN)
				prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		CHECK(setgroups(1, (gid_t[]){4321}) == 0);
		CHECK(setresgid(1234, 1234, 1234) == 0 && setresuid(1234, 1234, 1234) == 0);
		CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
		close(ready[1]);
		pause();
	}
	close(ready[1]);
	*ret_ready = ready[0];
	return pid;
}

static void check_status(const struct shell *shell, const char *key, const char *expected)
{
	char line[128], mark[32];

	snprintf(line, sizeof(line),
	    "echo %s'='$(sed -n 's/^%s:[[:space:]]*//p' /proc/self/status)\n", key, key);
	snprintf(mark, sizeof(mark), "%s=", key);
	terminal_type(line);
	CHECK(strcmp(terminal_read_mark(shell, mark), expected) == 0);
}

static void play_has_no_more_than_the_process(void)
{
	struct shell_place place;
	struct shell *shell;
	char ticket[SHELL_TICKET_BYTES], first[256];
	uint64_t ticks;
	int ready;
	pid_t pid;

	terminal_open();
	setenv("PS1", "", 1);
	pid = start_bounded(&ready);
	CHECK(read(ready, first, 1) == 0);
	snprintf(first, sizeof(first), "/proc/%d/stat", (int)pid);
	CHECK(read_start_ticks(AT_FDCWD, first, &ticks) == 0);
	shell_ticket_of(pid, ticks, true, ticket);
	CHECK(shell_ticket_read(ticket, &place) == 0 && place.as_process && place.stays);
	CHECK(shell_start(&place, &shell) == 0);
	check_status(shell, "CapEff", "0000000000000000");
	check_status(shell, "CapPrm", "0000000000000000");
	check_status(shell, "CapBnd", "0000000000000021");
	check_status(shell, "Uid", "1234 1234 1234 1234");
	check_status(shell, "Gid", "1234 1234 1234 1234");
	check_status(shell, "Groups", "4321");
	check_status(shell, "NoNewPrivs", "1");
	terminal_type("echo files'='$(ulimit -Sn),$(ulimit -Hn)\n");
	CHECK(strcmp(terminal_read_mark(shell, "files="), "123,456") == 0);
	terminal_type("exit\n");
	terminal_finish_shell(shell);
	close(place.pidfd);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, NULL, 0) == pid);
	close(ready);
}
ONE_ROLE(as_root, has_no_more_than_the_process)

/* --- The terminal --------------------------------------------------------------------------------- */

static void play_goes_on_when_stopped(void)
{
	struct shell *shell;

	terminal_open();
	shell = terminal_start_shell(NULL, NULL);
	terminal_type("kill -STOP $$; echo went'='on\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nwent="), "on") == 0);
	terminal_type("exit\n");
	terminal_finish_shell(shell);
}
BOTH_ROLES(goes_on_when_stopped)

/* Forbids this PID namespace memory that may be executed, or allows it again.  Returns whether that can be
 * done: vm.memfd_noexec is there since Linux 6.3, and each PID namespace has its own. */
static bool forbid_memory(bool forbid)
{
	int file = open("/proc/sys/vm/memfd_noexec", O_WRONLY | O_CLOEXEC);
	bool done = file >= 0 && write(file, forbid ? "2" : "0", 1) == 1;

	if (file >= 0)
		close(file);
	return done;
}

/* The program's copy is a file then. */
static void play_stands_without_executable_memory(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell_result result;
	struct shell *shell;

	if (forbid_memory(true)) {
		CHECK(memfd_create("x", MFD_CLOEXEC | MFD_EXEC) < 0 && errno == EACCES);
		terminal_open();
		shell = terminal_start_shell(stage, "A");
		terminal_type("exit 5\n");
		result = terminal_finish_shell(shell);
		CHECK(terminal_exit_status(&result) == 5);
		CHECK(forbid_memory(false));
	}
	stage_free(stage);
}
ONE_ROLE(as_root, stands_without_executable_memory)

/* Control-C is for what runs in the shell; neither we nor the helper are ended by it. */
static void play_interrupts_are_the_shells(void)
{
	struct shell *shell;

	terminal_open();
	shell = terminal_start_shell(NULL, NULL);
	terminal_type("sh -c 'trap \"echo got\\=it; exit 5\" INT; echo runs\\=now; cat'\n");
	terminal_read_mark(shell, "\nruns=");
	/* Before its cat repeats what is typed, the signal could find neither of them ready. */
	terminal_type("ping\n");
	terminal_read_mark(shell, "ping\r\nping");
	terminal_type("\003");
	CHECK(strcmp(terminal_read_mark(shell, "got="), "it") == 0);
	terminal_type("echo after'='$?\n");
	CHECK(strcmp(terminal_read_mark(shell, "\nafter="), "5") == 0);
	terminal_type("exit\n");
	terminal_finish_shell(shell);
}
BOTH_ROLES(interrupts_are_the_shells)

/* --- What refuses one ---------------------------------------------------------------------------- */

static void play_refused(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell_place place = {
	    .pidfd = fcntl(stage_pidfd(stage, "A"), F_DUPFD_CLOEXEC, 0),
	    .pid = stage_pid(stage, "A"),
	    .give_up_root = stage_gave_up_root(stage),
	};
	struct shell *shell;
	struct shell_result result;

	terminal_open();
	actors_call(stage, "A: exit(0)");
	CHECK(shell_start(&place, &shell) == 0);
	result = terminal_finish_shell(shell);
	CHECK(result.error == ENOENT && strcmp(result.step, "/proc/PID/ns") == 0);
	close(place.pidfd);
	stage_free(stage);
}
BOTH_ROLES(refused)

static void play_tickets(void)
{
	static const char *const wrong[] = {
	    "",
	    "1",
	    "1:2",
	    "1:2:",
	    "1:2:drops",
	    "1:2:rope",
	    "-1:2:keep",
	    "0:2:keep",
	    "1:2:keep:",
	    "1:2:keep\n",
	};
	struct stage *stage = actors_setup(&user_stage, "A B");
	struct shell_place place = {
	    .pidfd = stage_pidfd(stage, "A"),
	    .pid = stage_pid(stage, "A"),
	    .give_up_root = stage_gave_up_root(stage),
	};
	struct shell_place read;
	char ticket[SHELL_TICKET_BYTES], later[SHELL_TICKET_BYTES + 2];

	CHECK(shell_ticket(&place, ticket) == 0);
	CHECK(shell_ticket_read(ticket, &read) == 0);
	CHECK(read.pid == place.pid && read.give_up_root == place.give_up_root);
	CHECK(read.pidfd >= 0);
	close(read.pidfd);
	/* Another with its number would have begun at another time. */
	snprintf(later, sizeof(later), "%.*s9%s", (int)strcspn(ticket, "dk") - 1, ticket,
	    ticket + strcspn(ticket, "dk") - 1);
	CHECK(shell_ticket_read(later, &read) == -ESRCH);
	for (size_t i = 0; i < array_len(wrong); i++)
		CHECK(shell_ticket_read(wrong[i], &read) == -EINVAL);
	place.pidfd = fcntl(place.pidfd, F_DUPFD_CLOEXEC, 0);
	actors_call(stage, "A: exit(0)");
	CHECK(shell_ticket_read(ticket, &read) == -ESRCH);
	CHECK(shell_ticket(&place, ticket) == -ESRCH);
	close(place.pidfd);
	stage_free(stage);
}
BOTH_ROLES(tickets)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(stands_with_the_actor),
	    TEST_ROLES(stands_two_user_namespaces_below),
	    TEST_ROLES(stands_right_here),
	    cmocka_unit_test(stands_without_executable_memory_as_root),
	    TEST_ROLES(terminal_and_variables_stay_outside),
	    cmocka_unit_test(has_no_more_than_the_process_as_root),
	    TEST_ROLES(goes_on_when_stopped),
	    TEST_ROLES(interrupts_are_the_shells),
	    TEST_ROLES(refused),
	    TEST_ROLES(tickets),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
