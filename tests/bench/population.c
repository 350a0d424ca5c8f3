/* population COUNT GROUPS: fills a machine for the benchmark.
 *
 * Makes about COUNT processes in GROUPS groups.  Each group has its own cgroup, ipc, mnt, net, pid and
 * uts namespaces, and every fourth group its own user namespace.  Prints "ready" when all have started,
 * and then waits.  The processes end with the PID namespace that this runs in; it refuses to run in a
 * PID namespace that it does not end with.
 * The processes are ordinary ones: dynamically linked, with arguments, an environment and descriptors. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/* What a small service has open. */
static void open_descriptors(void)
{
	int fds[2];

	if (open("/dev/null", O_RDWR) < 0 || open("/etc/passwd", O_RDONLY) < 0 || pipe(fds) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 || socket(AF_INET, SOCK_DGRAM, 0) < 0 ||
	    eventfd(0, 0) < 0)
		_exit(1);
}

/* The init of a group: makes the other members, reports one byte. */
static void be_group(long members, int report)
{
	open_descriptors();
	for (long i = 1; i < members; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			close(report);
			wait_for_ever();
		}
		if (pid < 0)
			_exit(1);
	}
	if (write(report, "+", 1) != 1)
		_exit(1);
	close(report);
	wait_for_ever();
}

/* Executes this program again with the arguments and the environment of an ordinary service. */
static void become_ordinary(char **argv)
{
	const char *long_argv[] = {argv[0], argv[1], argv[2], "--config=/etc/example/service.conf",
	    "--log-level=info", "--listen", "127.0.0.1:8080", "--workers=4",
	    "--data-dir=/var/lib/example/service/data", NULL};
	const char *environment[] = {
	    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    "HOME=/var/lib/example", "LANG=C.UTF-8", "USER=example", "SHELL=/bin/sh",
	    "INVOCATION_ID=0123456789abcdef0123456789abcdef", "JOURNAL_STREAM=8:12345",
	    "XDG_RUNTIME_DIR=/run/user/1000", "EXAMPLE_OPTIONS=--verbose --cache-size=64M", NULL};

	execve("/proc/self/exe", (char *const *)long_argv, (char *const *)environment);
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *end || value < 0 ? -1 : value;
}

int main(int argc, char **argv)
{
	const unsigned long flags = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET |
	                            CLONE_NEWPID | CLONE_NEWUTS | SIGCHLD;
	long count = argc >= 3 ? number(argv[1]) : -1;
	long groups = argc >= 3 ? number(argv[2]) : -1;
	int report[2];

	if (count < 1 || groups < 1 || groups > count) {
		fputs("usage: population COUNT GROUPS\n", stderr);
		return 2;
	}
	if (getppid() != 1) {
		fputs("population: runs as a child of a throw-away init only\n", stderr);
		return 1;
	}
	if (argc == 3) {
		become_ordinary(argv);
		perror("population: execve");
		return 1;
	}
	if (pipe(report) < 0) {
		perror("population: pipe");
		return 1;
	}
	for (long group = 0; group < groups; group++) {
		long members = count * (group + 1) / groups - count * group / groups;
		/* clone(2) as fork, so without a stack. */
		long pid =
		    syscall(SYS_clone, flags | (group % 4 == 3 ? CLONE_NEWUSER : 0), 0, 0, 0, 0);

		if (pid == 0) {
			close(report[0]);
			be_group(members, report[1]);
		}
		if (pid < 0) {
			perror("population: clone");
			return 1;
		}
	}
	close(report[1]);
	for (long group = 0; group < groups; group++) {
		char byte;

		if (read(report[0], &byte, 1) != 1) {
			fputs("population: a group could not be made\n", stderr);
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	wait_for_ever();
}
