#include "scanner/helper/helper.h"

#include "model/base/util.h"
#include "scanner/proc/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { END_MS = 50 }; /* a killed process that nothing holds up has ended by then */

static const char *const names[] = {
    [HELPER_PROBE] = "nsscope-probe",
    [HELPER_INSPECT] = "nsscope-inspect",
    [HELPER_CMDLINES] = "nsscope-cmdline",
    [HELPER_USERS] = "nsscope-users",
    [HELPER_FILES] = "nsscope-files",
};

int helper_open_null(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fd = memfd_create("null", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static void shed_descriptors(int descriptor)
{
	if (dup2(descriptor, 0) < 0)
		_exit(1);
	if (close_range(1, ~0U, 0) < 0) { /* 5.9 */
		for (int fd = 1; fd < 65536; fd++)
			close(fd);
	}
	/* Where nothing is meant to be printed, nothing else may come to be 1 or 2. */
	if (helper_open_null() < 0 || dup(1) < 0)
		_exit(1);
}

void signals_reset(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void shed_signals(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGPIPE, SIGWINCH};
	sigset_t none;

	/* The handlers of a screen must not run here. */
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	for (size_t i = 0; i < array_len(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void helper_begin(int descriptor, enum helper_work work)
{
	shed_signals();
	shed_descriptors(descriptor);
	setsid();
	prctl(PR_SET_NAME, names[work]);
}

static struct pids {
	pid_t *items;
	size_t count, capacity;
} own;

/* Those that were not reaped yet. */
static struct {
	struct killed {
		pid_t pid, proc_pid;
	} * items;
	size_t count, capacity;
} killed;

/* Opens the caller's end of a channel and the helper's.  Returns 0 or -errno. */
static int open_channel(enum helper_channel channel, int ret_ends[2])
{
	int type = channel == HELPER_PACKETS ? SOCK_SEQPACKET : SOCK_STREAM;
	int error;

	if (channel != HELPER_PIPE)
		return socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ret_ends) < 0 ? -errno : 0;
	if (pipe2(ret_ends, O_CLOEXEC) < 0)
		return -errno;
	if (fcntl(ret_ends[0], F_SETFL, O_NONBLOCK) == 0)
		return 0;
	error = errno;
	close(ret_ends[0]);
	close(ret_ends[1]);
	return -error;
}

pid_t helper_start(enum helper_work work, enum helper_channel channel, int (*serve)(void *arg),
    void *arg, int *ret_fd)
{
	int ends[2] = {-1, -1}, r = open_channel(channel, ends);
	pid_t pid;

	if (r < 0)
		return r;
	pid = fork();
	if (pid == 0) {
		helper_begin(ends[1], work);
		_exit(serve(arg));
	}
	r = -errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return r;
	}
	array_reserve(own.items, own.capacity, own.count + 1);
	own.items[own.count++] = pid;
	*ret_fd = ends[0];
	return pid;
}

bool helper_is_own(pid_t pid)
{
	for (size_t i = 0; i < own.count; i++)
		if (own.items[i] == pid)
			return true;
	return false;
}

void helper_forget(pid_t pid)
{
	for (size_t i = 0; i < own.count; i++) {
		if (own.items[i] == pid) {
			own.items[i] = own.items[--own.count];
			return;
		}
	}
}

void helper_reap_killed(void)
{
	size_t left = 0;

	for (size_t i = 0; i < killed.count; i++) {
		if (waitpid(killed.items[i].pid, NULL, WNOHANG) == 0)
			killed.items[left++] = killed.items[i];
		else
			helper_forget(killed.items[i].pid);
	}
	killed.count = left;
}

bool helper_is_killed(pid_t proc_pid)
{
	for (size_t i = 0; i < killed.count; i++)
		if (killed.items[i].proc_pid == proc_pid)
			return true;
	return false;
}

/* Reaps @pid, which was killed.  Returns false where it has not ended soon. */
static bool reap_soon(pid_t pid)
{
	autoclose int fd = (int)syscall(SYS_pidfd_open, pid, 0); /* 5.3 */
	struct pollfd end = {.fd = fd, .events = POLLIN};

	if (fd >= 0)
		poll(&end, 1, END_MS);
	return waitpid(pid, NULL, fd >= 0 ? WNOHANG : 0) != 0;
}

void helper_end(pid_t pid, bool hangs)
{
	kill(pid, SIGKILL);
	if (hangs || !reap_soon(pid)) {
		array_reserve(killed.items, killed.capacity, killed.count + 1);
		killed.items[killed.count++] =
		    (struct killed){.pid = pid, .proc_pid = helper_proc_pid(pid)};
	} else {
		helper_forget(pid);
	}
	helper_reap_killed();
}

bool helper_has_name(const char *comm)
{
	for (size_t i = 0; i < array_len(names); i++)
		if (strcmp(comm, names[i]) == 0)
			return true;
	return false;
}

pid_t helper_proc_pid(pid_t pid)
{
	static const char key[] = "\nPid:"; /* after pos and flags */
	autofree char *path = NULL;
	long number = 0;
	char first[1024];
	const char *line;

	if (proc_is_own())
		return pid;
	autoclose int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return 0;
	path = xasprintf("/proc/self/fdinfo/%d", fd);
	autotext struct proc_text info = PROC_TEXT(first);
	if (proc_text_read(&info, AT_FDCWD, path, PROC_TEXT_MAX) < 0)
		return 0;
	line = strstr(info.data, key);
	if (line)
		number = strtol(line + strlen(key), NULL, 10);
	return number > 0 ? (pid_t)number : 0;
}
