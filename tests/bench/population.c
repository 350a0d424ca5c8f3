/* population COUNT GROUPS: fills a machine for the benchmark.
 *
 * Makes about COUNT processes in GROUPS groups, each group in cgroup, ipc, mnt, net, pid and uts
 * namespaces of its own; says "ready" when they all stand, and then waits.  They end with the PID
 * namespace that this runs in, and it refuses to run in one that it could not end with.
 * Linked statically, so that a process costs little more than its kernel stack. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

/* The init of a group: makes the other members, reports one byte. */
static void be_group(long members, int report)
{
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
	long count = argc == 3 ? number(argv[1]) : -1;
	long groups = argc == 3 ? number(argv[2]) : -1;
	int report[2];

	if (count < 1 || groups < 1 || groups > count) {
		fputs("usage: population COUNT GROUPS\n", stderr);
		return 2;
	}
	if (getppid() != 1) {
		fputs("population: runs as a child of a throw-away init only\n", stderr);
		return 1;
	}
	if (pipe(report) < 0) {
		perror("population: pipe");
		return 1;
	}
	for (long group = 0; group < groups; group++) {
		long members = count * (group + 1) / groups - count * group / groups;
		/* clone(2) as fork, so without a stack. */
		long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);

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
