/* A shell for the person: where it stands, what ends it, what it leaves of the terminal and of
 * itself.  Each test types into a terminal of its own. */
#include "lessons/play/shell.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"
#include "scanner/proc/proc_read.h"
#include "tests/kernel/roles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <cmocka.h>

enum { NOBODY = 65534, WAIT_MS = 20000, SCREEN_BYTES = 65536 };

/* Newer than the headers of Debian 12. */
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U /* 6.3 */
#endif

static const struct stage_setup user_stage = {.kind = STAGE_USER};

/* What the terminal was sent so far. */
static struct {
	int keyboard; /* our end */
	char text[SCREEN_BYTES];
	size_t len;
} terminal;

/* This process leads a session with a terminal of its own, and is in its foreground. */
static void open_terminal(void)
{
	int screen;

	CHECK(setsid() > 0);
	terminal.keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(terminal.keyboard >= 0);
	CHECK(grantpt(terminal.keyboard) == 0 && unlockpt(terminal.keyboard) == 0);
	screen = open(ptsname(terminal.keyboard), O_RDWR | O_NOCTTY);
	CHECK(screen >= 0);
	CHECK(ioctl(screen, TIOCSCTTY, 0) == 0);
	for (int fd = 0; fd <= 2; fd++)
		CHECK(fd == STDERR_FILENO || dup2(screen, fd) == fd);
	close(screen);
	setenv("SHELL", "/bin/sh", 1);
	setenv("PS1", "", 1);
	signal(SIGHUP, SIG_IGN);
}

static void type(const char *text)
{
	CHECK(write(terminal.keyboard, text, strlen(text)) == (ssize_t)strlen(text));
}

/* Reads what comes, until @fd is readable too. */
static bool read_screen(int fd)
{
	struct pollfd fds[] = {
	    {.fd = terminal.keyboard, .events = POLLIN},
	    {.fd = fd, .events = POLLIN},
	};
	ssize_t got;

	if (poll(fds, 2, WAIT_MS) <= 0) {
		fprintf(stderr, "the terminal was sent:\n%s\n", terminal.text);
		CHECK(!"an answer in time");
	}
	if (!(fds[0].revents & POLLIN))
		return !fds[1].revents;
	got = read(terminal.keyboard, terminal.text + terminal.len,
	    sizeof(terminal.text) - 1 - terminal.len);
	CHECK(got > 0);
	terminal.len += (size_t)got;
	terminal.text[terminal.len] = '\0';
	return true;
}

/* Waits for @mark, and gives what stands behind it in its line.  Since the terminal echoes what is
 * typed, marks are put together by the shell: "mark""=". */
static const char *read_mark(const struct shell *shell, const char *mark)
{
	static char line[256];

	for (;;) {
		const char *at = strstr(terminal.text, mark);

		if (at && strchr(at, '\n')) {
			snprintf(line, sizeof(line), "%.*s",
			    (int)strcspn(at + strlen(mark), "\r\n"), at + strlen(mark));
			return line;
		}
		CHECK(read_screen(shell_fd(shell)));
	}
}

static struct shell *start_at(const struct stage *stage, const char *actor)
{
	const struct shell_place place = {
	    .pidfd = stage ? stage_pidfd(stage, actor) : -1,
	    .pid = stage ? stage_pid(stage, actor) : 0,
	    .give_up_root = stage && stage_gave_up_root(stage),
	};
	struct shell *shell;

	CHECK(!stage || place.pidfd >= 0);
	CHECK(shell_start(&place, &shell) == 0);
	return shell;
}

static struct shell_result finish(struct shell *shell)
{
	struct shell_result result;

	while (read_screen(shell_fd(shell)))
		;
	CHECK(shell_finish(shell, &result) == 0);
	CHECK(tcgetpgrp(STDIN_FILENO) == getpgrp());
	return result;
}

static int exit_status(const struct shell_result *result)
{
	CHECK(result->error == 0);
	CHECK(WIFEXITED(result->status));
	return WEXITSTATUS(result->status);
}

/* --- Where it stands ------------------------------------------------------------------------------ */

/* Asks the shell for one of its links, and compares it with that of @pid. */
static void check_link(const struct shell *shell, const char *link, pid_t pid)
{
	char line[128], mark[64], theirs[64];

	snprintf(line, sizeof(line), "echo %s'='$(readlink /proc/self/ns/%s)\n", link, link);
	snprintf(mark, sizeof(mark), "\n%s=", link);
	type(line);
	actors_link(pid, link, theirs, sizeof(theirs));
	CHECK(strcmp(read_mark(shell, mark), theirs) == 0);
}

static void play_stands_with_the_actor(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	struct shell_result result;
	char own[64], theirs[64], map[32];

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWNET|CLONE_NEWCGROUP)");
	actors_call(stage, "A: sethostname(\"mine\")");
	actors_call(stage, "A: unshare(CLONE_NEWPID|CLONE_NEWNS)");
	actors_call(stage, "A: fork(B)");
	actors_link(stage_pid(stage, "B"), "pid", theirs, sizeof(theirs));
	actors_link(getpid(), "pid", own, sizeof(own));
	CHECK(strcmp(theirs, own) != 0);
	shell = start_at(stage, "B");
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, stage_pid(stage, "B"));
	type("echo name'='$(uname -n)\n");
	CHECK(strcmp(read_mark(shell, "\nname="), "mine") == 0);
	type("echo map'='$(cat /proc/self/uid_map)\n");
	snprintf(map, sizeof(map), " 0 %d 1", geteuid() ? (int)geteuid() : NOBODY);
	CHECK(strcmp(read_mark(shell, "\nmap="), map) == 0);
	type("echo groups'='$(sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status)\n");
	CHECK(strcmp(read_mark(shell, "\ngroups="), "") == 0);
	/* Nothing of ours is open in it: /proc/self/fd is the fourth. */
	type("echo fds'='$(ls /proc/self/fd | wc -w)\n");
	CHECK(strcmp(read_mark(shell, "\nfds="), "4") == 0);
	type("exit 7\n");
	result = finish(shell);
	CHECK(exit_status(&result) == 7);
	stage_free(stage);
}
BOTH_ROLES(stands_with_the_actor)

static void play_stands_two_user_namespaces_below(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;

	open_terminal();
	/* Its uts namespace is owned by the one above its user namespace. */
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	actors_call(stage, "A: unshare(CLONE_NEWUSER)");
	actors_call(stage, "A: unshare(CLONE_NEWIPC)");
	shell = start_at(stage, "A");
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, stage_pid(stage, "A"));
	type("exit\n");
	finish(shell);
	stage_free(stage);
}
BOTH_ROLES(stands_two_user_namespaces_below)

static void play_stands_right_here(void)
{
	struct shell *shell;
	struct shell_result result;

	open_terminal();
	setenv("SHELL", "/nowhere/at/all", 1); /* then it is /bin/sh */
	shell = start_at(NULL, NULL);
	for (size_t i = 0; i < NS_TYPE_COUNT; i++)
		check_link(shell, ns_types[i].name, getpid());
	type("exit 3\n");
	result = finish(shell);
	CHECK(exit_status(&result) == 3);
}
BOTH_ROLES(stands_right_here)

/* The person's terminal can be read and typed into by whoever has it open, and their variables may hold keys:
 * neither goes to the namespaces of others. */
static void play_terminal_and_variables_stay_outside(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct winsize size = {.ws_row = 33, .ws_col = 77};
	struct shell *shell;
	struct stat own;
	char device[32];

	open_terminal();
	setenv("AWS_SECRET_ACCESS_KEY", "the secret", 1);
	setenv("SSH_AUTH_SOCK", "/run/agent", 1);
	setenv("LC_TIME", "C", 1);
	CHECK(fstat(STDIN_FILENO, &own) == 0);
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = start_at(stage, "A");
	for (int fd = 0; fd <= 2; fd++) {
		char line[128], mark[16];

		snprintf(
		    line, sizeof(line), "echo fd%d'='$(stat -Lc %%t:%%T /proc/$$/fd/%d)\n", fd, fd);
		snprintf(mark, sizeof(mark), "\nfd%d=", fd);
		snprintf(device, sizeof(device), "%x:%x", major(own.st_rdev), minor(own.st_rdev));
		type(line);
		CHECK(strcmp(read_mark(shell, mark), device) != 0);
	}
	type("echo none'='${AWS_SECRET_ACCESS_KEY-no}${SSH_AUTH_SOCK-no}$LC_TIME\n");
	CHECK(strcmp(read_mark(shell, "\nnone="), "nonoC") == 0);
	/* It is a terminal that can be worked in, of the size of the person's. */
	CHECK(ioctl(terminal.keyboard, TIOCSWINSZ, &size) == 0);
	type("echo size'='$(stty size)\n");
	CHECK(strcmp(read_mark(shell, "\nsize="), "33 77") == 0);
	type("exit\n");
	finish(shell);
	stage_free(stage);
}
BOTH_ROLES(terminal_and_variables_stay_outside)

/* --- As who it is --------------------------------------------------------------------------------- */

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
	type(line);
	CHECK(strcmp(read_mark(shell, mark), expected) == 0);
}

static void play_has_no_more_than_the_process(void)
{
	struct shell_place place;
	struct shell *shell;
	char ticket[SHELL_TICKET_BYTES], first[256];
	uint64_t ticks;
	int ready;
	pid_t pid;

	open_terminal();
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
	type("echo files'='$(ulimit -Sn),$(ulimit -Hn)\n");
	CHECK(strcmp(read_mark(shell, "files="), "123,456") == 0);
	type("exit\n");
	finish(shell);
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

	open_terminal();
	shell = start_at(NULL, NULL);
	type("kill -STOP $$; echo went'='on\n");
	CHECK(strcmp(read_mark(shell, "\nwent="), "on") == 0);
	type("exit\n");
	finish(shell);
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
		open_terminal();
		shell = start_at(stage, "A");
		type("exit 5\n");
		result = finish(shell);
		CHECK(exit_status(&result) == 5);
		CHECK(forbid_memory(false));
	}
	stage_free(stage);
}
ONE_ROLE(as_root, stands_without_executable_memory)

/* Control-C is for what runs in the shell; neither we nor the helper are ended by it. */
static void play_interrupts_are_the_shells(void)
{
	struct shell *shell;

	open_terminal();
	shell = start_at(NULL, NULL);
	type("sh -c 'trap \"echo got\\=it; exit 5\" INT; echo runs\\=now; cat'\n");
	read_mark(shell, "\nruns=");
	/* Before its cat repeats what is typed, the signal could find neither of them ready. */
	type("ping\n");
	read_mark(shell, "ping\r\nping");
	type("\003");
	CHECK(strcmp(read_mark(shell, "got="), "it") == 0);
	type("echo after'='$?\n");
	CHECK(strcmp(read_mark(shell, "\nafter="), "5") == 0);
	type("exit\n");
	finish(shell);
}
BOTH_ROLES(interrupts_are_the_shells)

/* --- What ends it --------------------------------------------------------------------------------- */

/* Starts something in the shell that outlives it, in a session of its own; its pid. */
static pid_t leave_behind(const struct shell *shell)
{
	type("setsid sh -c 'echo left'='$$; exec sleep 1000' &\n");
	return (pid_t)strtol(read_mark(shell, "\nleft="), NULL, 10);
}

static void play_takes_all_along(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell;
	pid_t left;

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = start_at(stage, "A");
	left = leave_behind(shell);
	CHECK(left > 0 && kill(left, 0) == 0);
	type("exit\n");
	finish(shell);
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
	struct shell *shell = start_at(stage, "A");
	struct shell_result result;
	char line[128];
	double ns;

	snprintf(line, sizeof(line),
	    "i=0; while [ $i -lt %d ]; do sleep 1000 & i=$((i+1)); done; exit\n", count);
	type(line);
	while (read_screen(shell_fd(shell)))
		terminal.len = 0;
	ns = ran_ns(shell_pid(shell));
	CHECK(shell_finish(shell, &result) == 0);
	CHECK(exit_status(&result) == 0);
	return ns;
}

/* Twenty times as many take at most twenty times as long, where a walk over all of them for each would
 * make it 400 times. */
static void play_takes_many_along(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	double few_ns, many_ns;

	open_terminal();
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

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = start_at(stage, "A");
	left = leave_behind(shell);
	actors_call(stage, "A: exit(0)");
	result = finish(shell);
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

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWPID)");
	actors_call(stage, "A: fork(B)");
	shell = start_at(stage, "B");
	leave_behind(shell);
	actors_call(stage, "B: exit(0)");
	result = finish(shell);
	CHECK(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGKILL);
	stage_free(stage);
}
BOTH_ROLES(ends_with_the_init_of_its_pid_namespace)

static void play_ends_when_hung_up(void)
{
	struct stage *stage = actors_setup(&user_stage, "A");
	struct shell *shell = NULL;
	struct shell_result result;

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	for (int i = 0; i < 2; i++) {
		shell = start_at(i ? stage : NULL, "A");
		type("echo runs'='now\n");
		read_mark(shell, "\nruns=");
		terminal.len = 0;
		shell_hang_up(shell);
		result = finish(shell);
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

		open_terminal();
		actors_call(stage, "A: unshare(CLONE_NEWUTS)");
		shell = start_at(stage, "A");
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

	open_terminal();
	actors_call(stage, "A: unshare(CLONE_NEWUTS)");
	shell = start_at(stage, "A");
	type("echo pids'='$$,$PPID\n");
	CHECK(sscanf(read_mark(shell, "\npids="), "%d,%d", &pid, &helper) == 2);
	CHECK(kill(helper, SIGKILL) == 0);
	CHECK(shell_finish(shell, &result) == -ECHILD);
	CHECK(tcgetpgrp(STDIN_FILENO) == getpgrp());
	CHECK(waitpid(pid, NULL, 0) == pid); /* we are its reaper */
	stage_free(stage);
	actors_reap(); /* the one that joined, if the helper had no time for it */
}
BOTH_ROLES(ends_with_the_helper)

/* --- What can't be had ---------------------------------------------------------------------------- */

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

	open_terminal();
	actors_call(stage, "A: exit(0)");
	CHECK(shell_start(&place, &shell) == 0);
	result = finish(shell);
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

/* --- In a PID namespace of others ------------------------------------------------------------------ */

#define CONTAINED_CAPS (1ULL << CAP_SYS_PTRACE | 1ULL << CAP_KILL | 1ULL << CAP_CHOWN)

/* As root of a container without a user namespace that may trace. */
static void be_contained(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {
	    {.effective = (uint32_t)CONTAINED_CAPS, .permitted = (uint32_t)CONTAINED_CAPS}};

	for (unsigned long cap = 0; cap < 64; cap++)
		if (!(CONTAINED_CAPS >> cap & 1))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	CHECK(syscall(SYS_capset, &head, data) == 0);
}

/* The init of such a container, with a /proc of its own. */
static pid_t start_container(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	CHECK(pipe2(ready, O_CLOEXEC) == 0);
	pid = (pid_t)syscall(
	    SYS_clone, CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, 0L);
	if (pid == 0) {
		CHECK(mount("proc", "/proc", "proc", 0, NULL) == 0);
		be_contained();
		signal(SIGCHLD, SIG_IGN);
		CHECK(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	CHECK(pid > 0 && read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end_container(pid_t init)
{
	kill(init, SIGKILL);
	CHECK(waitpid(init, NULL, 0) == init);
}

static struct shell_place place_in(pid_t init)
{
	struct shell_place place;
	char text[SHELL_TICKET_BYTES], path[32];
	uint64_t ticks;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)init);
	CHECK(read_start_ticks(AT_FDCWD, path, &ticks) == 0);
	shell_ticket_of(init, ticks, true, text);
	CHECK(shell_ticket_read(text, &place) == 0);
	return place;
}

/* How many are in the PID namespace of @init. */
static int members(pid_t init)
{
	char theirs[64], path[64], link[64];
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int count = 0;

	CHECK(proc);
	actors_link(init, "pid", theirs, sizeof(theirs));
	while ((entry = readdir(proc))) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%.20s/ns/pid", entry->d_name);
		len = readlink(path, link, sizeof(link) - 1);
		link[len < 0 ? 0 : len] = '\0';
		count +=
		    entry->d_name[0] != 's' && entry->d_name[0] != 't' && strcmp(link, theirs) == 0;
	}
	closedir(proc);
	return count;
}

static void forget_screen(void)
{
	terminal.len = 0;
	terminal.text[0] = '\0';
}

/* An orphan, in a session of its own, that heeds no signal. */
static void leave_orphan(const struct shell *shell)
{
	type("(setsid sh -c 'trap \"\" TERM HUP; echo left'='$$; exec sleep 1000' &)\n");
	read_mark(shell, "left=");
	forget_screen();
}

static void play_takes_all_along_from_a_pid_namespace(void)
{
	pid_t init = start_container();
	struct shell_place place = place_in(init);
	struct shell_result result;
	struct shell *shell;

	open_terminal();
	for (int hung_up = 0; hung_up < 2; hung_up++) {
		CHECK(shell_start(&place, &shell) == 0);
		type("kill -STOP $$; echo went'='on\n");
		CHECK(strcmp(read_mark(shell, "went="), "on") == 0);
		forget_screen();
		leave_orphan(shell);
		leave_orphan(shell);
		CHECK(members(init) >= 4);
		if (hung_up)
			shell_hang_up(shell);
		else
			type("exit 5\n");
		result = finish(shell);
		CHECK(hung_up || exit_status(&result) == 5);
		CHECK(!hung_up || WIFSIGNALED(result.status));
		CHECK(members(init) == 1);
		CHECK(*result.left == '\0');
	}
	close(place.pidfd);
	end_container(init);
}
ONE_ROLE(as_root, takes_all_along_from_a_pid_namespace)

/* What it has left in another PID namespace than its own is that one's init's: it is named. */
static void play_names_what_it_leaves(void)
{
	pid_t init = start_container(), member, left;
	struct shell_result result;
	struct shell_place place;
	struct shell *shell;
	char line[160], expected[40];

	member = (pid_t)syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, 0L);
	if (member == 0)
		for (;;)
			pause();
	CHECK(member > 0);
	place = place_in(member);
	open_terminal();
	CHECK(shell_start(&place, &shell) == 0);
	snprintf(line, sizeof(line),
	    "nsenter --pid=/proc/%d/ns/pid sh -c 'sleep 1000 & echo went\"\"=on'\n", (int)init);
	type(line);
	CHECK(strcmp(read_mark(shell, "went="), "on") == 0);
	type("exit\n");
	result = finish(shell);
	CHECK(exit_status(&result) == 0);
	left = (pid_t)strtol(result.left, NULL, 10);
	snprintf(expected, sizeof(expected), "%d sleep", (int)left);
	CHECK(left > 0 && strcmp(result.left, expected) == 0);
	CHECK(members(init) == 2 && kill(left, SIGKILL) == 0);
	close(place.pidfd);
	end_container(init);
	end_container(member);
}
ONE_ROLE(as_root, names_what_it_leaves)

/* --- Before it is the shell ------------------------------------------------------------------------- */

/* In nsscope's memory and variables, and nowhere in its program. */
static char secret[33];

enum taken {
	TAKEN_NOTHING,
	TAKEN_MEMORY,
	TAKEN_PROGRAM,
	TAKEN_MOUNTS,
	TAKEN_DESCRIPTOR,
	TAKEN_CAPABILITY,
	OUT_OF_REACH
};

/* What can be read of /proc/PID/mem of @pid holds the secret?  -1: nothing can be read. */
static int holds_secret(pid_t pid)
{
	char path[64], line[512], data[65536];
	int found = -1;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	int mem = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = mem < 0 ? NULL : fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long start, end;
		char mode[8];

		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 || mode[1] != 'w')
			continue;
		/* The sanitizers' notes on memory, which hold none of it and are as large as a machine is never. */
		if (end - start > 1UL << 32)
			continue;
		while (start < end) {
			size_t want = end - start < sizeof(data) ? end - start : sizeof(data);
			ssize_t got = pread(mem, data, want, (off_t)start);

			if (got <= 0)
				break;
			if (found < 0)
				found = 0;
			if (memmem(data, (size_t)got, secret, strlen(secret)))
				found = 1;
			start += want; /* the two copies don't both lie across a border */
		}
	}
	if (maps)
		fclose(maps);
	if (mem >= 0)
		close(mem);
	return found;
}

static bool has_descriptor(pid_t pid)
{
	char path[64], target[64];
	bool more = false;

	for (int fd = 3; fd < 64; fd++) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, fd);
		len = readlink(path, target, sizeof(target) - 1);
		target[len < 0 ? 0 : len] = '\0';
		more |= len > 0 && strncmp(target, "pipe:", 5) != 0;
	}
	return more;
}

static bool has_capability(pid_t pid)
{
	unsigned long long permitted = ~0ULL;
	char path[64], line[512];
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	status = fopen(path, "re");
	CHECK(status);
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "CapPrm: %llx", &permitted) == 1)
			break;
	fclose(status);
	return permitted & ~CONTAINED_CAPS;
}

static enum taken take_from(pid_t pid, const struct stat *program)
{
	char path[64], own[64], theirs[64];
	struct stat st;
	int found = holds_secret(pid);

	if (found < 0)
		return OUT_OF_REACH;
	if (found)
		return TAKEN_MEMORY;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (stat(path, &st) == 0 && st.st_dev == program->st_dev && st.st_ino == program->st_ino)
		return TAKEN_PROGRAM;
	actors_link(getpid(), "mnt", own, sizeof(own));
	actors_link(pid, "mnt", theirs, sizeof(theirs));
	if (strcmp(own, theirs) != 0)
		return TAKEN_MOUNTS;
	if (has_descriptor(pid))
		return TAKEN_DESCRIPTOR;
	return has_capability(pid) ? TAKEN_CAPABILITY : TAKEN_NOTHING;
}

/* One in the container, who is told numbers of processes in there, and tells what they gave. */
static pid_t start_attacker(const struct shell_place *place, int *ret_socket)
{
	struct stat program;
	int ends[2];
	pid_t pid;

	CHECK(stat("/proc/self/exe", &program) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	pid = fork();
	if (pid == 0) {
		pid_t target;

		close(ends[0]);
		CHECK(setns(place->pidfd, CLONE_NEWPID | CLONE_NEWNS) == 0);
		pid = fork();
		if (pid > 0)
			_exit(waitpid(pid, NULL, 0) != pid);
		be_contained();
		while (read(ends[1], &target, sizeof(target)) == sizeof(target)) {
			enum taken taken = take_from(target, &program);

			CHECK(write(ends[1], &taken, sizeof(taken)) == sizeof(taken));
		}
		_exit(0);
	}
	close(ends[1]);
	*ret_socket = ends[0];
	return pid;
}

/* The number of @pid in the innermost PID namespace, or 0 where that is ours. */
static pid_t inner_pid(pid_t pid)
{
	int outer = 0, inner = 0;
	char path[64], line[512];
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "NSpid: %d %d", &outer, &inner) > 0)
			break;
	if (status)
		fclose(status);
	return inner;
}

static enum taken ask_attacker(int attacker, pid_t pid)
{
	enum taken taken;

	CHECK(write(attacker, &pid, sizeof(pid)) == sizeof(pid));
	CHECK(read(attacker, &taken, sizeof(taken)) == sizeof(taken));
	return taken;
}

/* nsscope, with a secret on its heap and in a variable. */
_Noreturn static void be_caller(const struct shell_place *place, int go)
{
	struct shell_result result;
	struct shell *shell;
	char byte, *copy;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	CHECK(dup2(null, STDIN_FILENO) == STDIN_FILENO); /* the shell ends at once */
	CHECK(read(go, &byte, 1) == 1);
	copy = strdup(secret);
	setenv("AWS_SECRET_ACCESS_KEY", copy, 1);
	setenv("SHELL", "/bin/sh", 1);
	CHECK(shell_start(place, &shell) == 0);
	CHECK(shell_finish(shell, &result) == 0);
	CHECK(exit_status(&result) == 0);
	_exit(strlen(copy) != strlen(secret));
}

/* Follows @caller and all that it starts, a call at a time where they are in the container, until they are
 * the shell; at each the attacker tries.  Returns at how many. */
static int follow(pid_t caller, int attacker, enum taken *ret_taken)
{
	pid_t shells[8] = {0};
	size_t shell_count = 0;
	int tries = 0, status;

	*ret_taken = TAKEN_NOTHING;
	for (;;) {
		pid_t pid = waitpid(-1, &status, __WALL), inner;
		int event = status >> 16, signal = WSTOPSIG(status);
		bool is_shell = false;

		CHECK(pid > 0);
		if (!WIFSTOPPED(status)) {
			if (pid == caller)
				break;
			continue;
		}
		inner = inner_pid(pid);
		if (inner && event == PTRACE_EVENT_EXEC && shell_count < array_len(shells))
			shells[shell_count++] = pid;
		for (size_t i = 0; i < shell_count; i++)
			is_shell |= shells[i] == pid;
		if (inner && !is_shell) {
			enum taken taken = ask_attacker(attacker, inner);

			tries += taken != OUT_OF_REACH;
			if (*ret_taken == TAKEN_NOTHING && taken != OUT_OF_REACH)
				*ret_taken = taken;
		}
		if (event || signal == (SIGTRAP | 0x80))
			signal = 0;
		ptrace(inner && !is_shell ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, signal);
	}
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return tries;
}

static void play_newborn_has_nothing_to_take(void)
{
	const int options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
	                    PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
	pid_t init = start_container(), attacker, caller;
	struct shell_place place = place_in(init);
	unsigned char bytes[(sizeof(secret) - 1) / 2];
	enum taken taken;
	int socket, go[2], tries;

	CHECK(getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(secret + 2 * i, 3, "%02x", bytes[i]);
	attacker = start_attacker(&place, &socket);
	CHECK(pipe2(go, O_CLOEXEC) == 0);
	caller = fork();
	if (caller == 0)
		be_caller(&place, go[0]);
	CHECK(ptrace(PTRACE_SEIZE, caller, NULL, options) == 0);
	CHECK(write(go[1], "", 1) == 1);
	tries = follow(caller, socket, &taken);
	if (taken != TAKEN_NOTHING)
		fprintf(stderr, "taken: %d\n", taken);
	CHECK(tries > 0);
	CHECK(taken == TAKEN_NOTHING);
	close(socket);
	waitpid(attacker, NULL, 0);
	close(go[0]);
	close(go[1]);
	close(place.pidfd);
	end_container(init);
}
ONE_ROLE(as_root, newborn_has_nothing_to_take)

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
	    TEST_ROLES(takes_all_along),
	    TEST_ROLES(takes_many_along),
	    cmocka_unit_test(takes_all_along_from_a_pid_namespace_as_root),
	    cmocka_unit_test(names_what_it_leaves_as_root),
	    cmocka_unit_test(newborn_has_nothing_to_take_as_root),
	    TEST_ROLES(ends_with_the_actor),
	    TEST_ROLES(ends_with_the_init_of_its_pid_namespace),
	    TEST_ROLES(ends_when_hung_up),
	    TEST_ROLES(ends_with_the_caller),
	    TEST_ROLES(ends_with_the_helper),
	    TEST_ROLES(refused),
	    TEST_ROLES(tickets),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
