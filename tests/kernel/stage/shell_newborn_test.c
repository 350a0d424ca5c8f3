/* What a container can take from the process that joins it, before that process is the shell: nothing. */
#include "model/base/util.h"
#include "tests/kernel/container.h"
#include "tests/kernel/roles.h"
#include "tests/kernel/terminal.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

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
	return permitted & ~CONTAINER_CAPS;
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
		container_confine();
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
	CHECK(terminal_exit_status(&result) == 0);
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
	pid_t init = container_start(), attacker, caller;
	struct shell_place place = container_place(init);
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
	container_end(init);
}
ONE_ROLE(as_root, newborn_has_nothing_to_take)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(newborn_has_nothing_to_take_as_root),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
