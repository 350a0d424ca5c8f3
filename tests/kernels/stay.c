/* stay NAME [KIND]: a process of the population, known by its NAME in /proc/PID/cmdline.  It says its name on
 * standard output when what it was started for stands, and then waits to be killed.
 *
 *   thread    a thread of it is in a UTS namespace of its own
 *   fd        only a descriptor of it keeps a UTS namespace
 *   ended     only a descriptor of it keeps a PID namespace, whose init has ended
 *   promised  its next child gets a new PID namespace; there is none yet
 *   zombie    it doesn't wait for a child that has ended
 *   flight    only a descriptor that is in flight in a unix socket of it keeps a UTS namespace, whose inode it says
 *             after its name
 *
 * Only what clone(2), unshare(2) and namespaces(7) tell; none of nsscope's code. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "stay: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static void *live_apart(void *ready)
{
	need(unshare(CLONE_NEWUTS) == 0, "unshare(CLONE_NEWUTS)");
	pthread_barrier_wait(ready);
	wait_for_ever();
	return NULL;
}

static void have_a_thread(void)
{
	static pthread_barrier_t ready;
	pthread_t thread;

	pthread_barrier_init(&ready, NULL, 2);
	need(pthread_create(&thread, NULL, live_apart, &ready) == 0, "pthread_create");
	pthread_barrier_wait(&ready);
}

/* Keeps a descriptor of the new namespace of a child, which then ends. */
static void keep_what_a_child_had(int flag, const char *link)
{
	int ready[2], hold[2];
	char path[64], byte;
	pid_t child;

	need(pipe(ready) == 0 && pipe(hold) == 0, "pipe");
	need(flag != CLONE_NEWPID || unshare(flag) == 0, "unshare");
	child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		close(hold[1]);
		need(flag == CLONE_NEWPID || unshare(flag) == 0, "unshare");
		need(write(ready[1], "+", 1) == 1, "write");
		_exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
	}
	need(read(ready[0], &byte, 1) == 1, "read");
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)child, link);
	need(open(path, O_RDONLY) >= 0, path);
	close(hold[1]);
	need(waitpid(child, NULL, 0) == child, "waitpid");
}

static void have_a_zombie(void)
{
	pid_t child = fork();
	siginfo_t info;

	if (child == 0)
		_exit(0);
	need(child > 0, "fork");
	need(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0, "waitid");
}

static void send_descriptor(int socket, int fd)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec part = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	need(sendmsg(socket, &message, 0) == 1, "sendmsg");
}

/* Returns the inode of the namespace. */
static unsigned long keep_in_flight(void)
{
	int ends[2], home = open("/proc/self/ns/uts", O_RDONLY), away;
	struct stat found;

	need(home >= 0 && unshare(CLONE_NEWUTS) == 0, "unshare(CLONE_NEWUTS)");
	away = open("/proc/self/ns/uts", O_RDONLY);
	need(away >= 0 && fstat(away, &found) == 0, "/proc/self/ns/uts");
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0, "socketpair");
	send_descriptor(ends[0], away);
	need(setns(home, CLONE_NEWUTS) == 0, "setns");
	close(away);
	close(home);
	return found.st_ino;
}

int main(int argc, char **argv)
{
	const char *kind = argc > 2 ? argv[2] : "";
	char more[32] = "";

	need(argc > 1, "stay NAME [KIND]");
	if (strcmp(kind, "thread") == 0)
		have_a_thread();
	else if (strcmp(kind, "fd") == 0)
		keep_what_a_child_had(CLONE_NEWUTS, "uts");
	else if (strcmp(kind, "ended") == 0)
		keep_what_a_child_had(CLONE_NEWPID, "pid");
	else if (strcmp(kind, "promised") == 0)
		need(unshare(CLONE_NEWPID) == 0, "unshare(CLONE_NEWPID)");
	else if (strcmp(kind, "zombie") == 0)
		have_a_zombie();
	else if (strcmp(kind, "flight") == 0)
		snprintf(more, sizeof(more), " %lu", keep_in_flight());
	/* One write, so that the names of two don't mix. */
	dprintf(STDOUT_FILENO, "%s%s\n", argv[1], more);
	wait_for_ever();
}
