/* Commands that write without end, to a reader that does not read: a signal ends them, and --for does. */
#include "cli/cli.h"
#include "model/base/util.h"
#include "tests/kernel/command.h"
#include "tests/kernel/room.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef int command_fn(int argc, char **argv);

struct output {
	int ends[2];
};

/* A pipe or a pair of sockets that takes no byte more. */
static struct output make_full(bool sockets)
{
	static const char bytes[4096];
	struct output output;

	if (sockets)
		assert_int_equal(
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, output.ends), 0);
	else
		assert_int_equal(pipe2(output.ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(output.ends[1], F_SETFL, O_NONBLOCK), 0);
	while (write(output.ends[1], bytes, sizeof(bytes)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(output.ends[1], F_SETFL, 0), 0);
	return output;
}

static pid_t start(command_fn *command, char *const *words, int output)
{
	char *argv[4] = {0};
	int argc = 0;
	pid_t pid;

	while (words[argc]) {
		argv[argc] = words[argc];
		argc++;
	}
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (dup2(output, STDOUT_FILENO) < 0 || !freopen("/dev/null", "w", stderr) ||
		    !setlocale(LC_ALL, "C.UTF-8"))
			_exit(99);
		_exit(command(argc, argv));
	}
	return pid;
}

/* Does @pid wait for its output: in a write, or in a poll without an end?  See proc_pid_syscall(5). */
static bool waits_for_output(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/syscall", (int)pid);
	FILE *file = fopen(path, "re");
	unsigned long long args[4] = {0};
	long number = -1;
	int found;

	assert_non_null(file);
	found = fscanf(file, "%ld %llx %llx %llx", &number, &args[0], &args[1], &args[2]);
	fclose(file);
	if (found < 4)
		return false;
#ifdef SYS_poll
	if (number == SYS_poll)
		return (int)args[2] < 0;
#endif
	return number == SYS_write || number == SYS_sendto || (number == SYS_ppoll && args[2] == 0);
}

static void wait_until_it_waits(pid_t pid)
{
	while (!waits_for_output(pid))
		assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
}

/* @number: of the signal that ends it; 0: --for ends it. */
static void assert_ends(command_fn *command, char *const *words, int number, bool sockets)
{
	struct output output = make_full(sockets);
	pid_t pid = start(command, words, output.ends[1]);
	int status;

	if (number) {
		wait_until_it_waits(pid);
		assert_int_equal(kill(pid, number), 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_FAILED); /* not all could be written */
	/* O_NONBLOCK of the shared output is not set. */
	assert_false(fcntl(output.ends[1], F_GETFL) & O_NONBLOCK);
	close(output.ends[0]);
	close(output.ends[1]);
}

static void a_signal_ends_it(void **state)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	char *const record[] = {(char[]){"record"}, (char[]){"-"}, NULL};
	char *const events[] = {(char[]){"events"}, NULL};

	(void)state;
	need_test_machine();
	for (size_t i = 0; i < array_len(numbers); i++) {
		for (int sockets = 0; sockets < 2; sockets++) {
			assert_ends(cli_record, record, numbers[i], sockets);
			assert_ends(cli_events, events, numbers[i], sockets);
		}
	}
}

static void the_time_ends_it(void **state)
{
	char *const record[] = {(char[]){"record"}, (char[]){"--for=1"}, (char[]){"-"}, NULL};
	char *const events[] = {(char[]){"events"}, (char[]){"--for=1"}, NULL};

	(void)state;
	need_test_machine();
	assert_ends(cli_record, record, 0, false);
	assert_ends(cli_events, events, 0, false);
}

/* A reader that goes on after a while misses nothing. */
static void it_waits_for_its_reader(void **state)
{
	char *const record[] = {(char[]){"record"}, (char[]){"-"}, NULL};
	static const char magic[] = "nsscope";
	struct output output;
	char bytes[4096];
	bool begun = false;
	ssize_t n;
	int status;
	pid_t pid;

	(void)state;
	need_test_machine();
	output = make_full(false);
	pid = start(cli_record, record, output.ends[1]);
	close(output.ends[1]);
	wait_until_it_waits(pid);
	while (!begun && (n = read(output.ends[0], bytes, sizeof(bytes))) > 0)
		begun = memmem(bytes, (size_t)n, magic, strlen(magic)) != NULL;
	assert_true(begun);
	assert_int_equal(kill(pid, SIGTERM), 0);
	while (read(output.ends[0], bytes, sizeof(bytes)) > 0)
		;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_DONE);
	close(output.ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signal_ends_it),
	    cmocka_unit_test(the_time_ends_it),
	    cmocka_unit_test(it_waits_for_its_reader),
	};

	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
