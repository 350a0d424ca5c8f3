/* The calls about descriptors: pipes, and what is open. */
#include "lessons/stage/actor_descriptor.h"
#include "lessons/stage/answer.h"
#include "model/base/util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

enum { LEVELS_MAX = 40 }; /* PID namespaces nest 32 deep.  pid_namespaces(7) */

int descriptor_of(
    const struct actor *actor, const struct call_value *argument, struct stage_answer *answer)
{
	if (argument->number > PROC_FD && argument->number <= INT32_MAX &&
	    argument->number != actor->passed_fd)
		return (int)argument->number;
	answer_error(answer, EBADF);
	return -1;
}

/* --- Pipes ------------------------------------------------------------------------------------ */

/* The two ends of a pipe are one number to a lesson, the reading end's; the writing end is the next. */
static int place_ends(int reads, int writes)
{
	for (int at = PROC_FD + 1; at < 512; at++) {
		if (fcntl(at, F_GETFD) >= 0 || fcntl(at + 1, F_GETFD) >= 0)
			continue;
		if (dup3(reads, at, O_CLOEXEC) < 0)
			return -errno;
		if (dup3(writes, at + 1, O_CLOEXEC) < 0) {
			int error = errno;

			close(at);
			return -error;
		}
		return at;
	}
	return -EMFILE;
}

/* The writing end of the pipe whose reading end is @fd; -1 where that is none. */
static int writing_end(int fd)
{
	struct stat reads, writes;

	if (fstat(fd, &reads) < 0 || !S_ISFIFO(reads.st_mode) ||
	    (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
		return -1;
	if (fstat(fd + 1, &writes) < 0 || writes.st_dev != reads.st_dev ||
	    writes.st_ino != reads.st_ino)
		return -1;
	return fd + 1;
}

static void call_pipe(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int ends[2], r;

	(void)arguments;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		answer_result(answer, -1);
		return;
	}
	r = place_ends(ends[0], ends[1]);
	close(ends[0]);
	close(ends[1]);
	if (r < 0) {
		answer_error(answer, -r);
		return;
	}
	answer_result(answer, r);
	answer_saw_fd(answer, actor->seen_pid, r);
	answer_saw_fd(answer, actor->seen_pid, r + 1);
}

/* --- Reading and writing ---------------------------------------------------------------------- */

/* Returns false with EAGAIN answered when @fd isn't ready in good time. */
static bool wait_for(int fd, short events, struct stage_answer *answer)
{
	struct pollfd ready = {.fd = fd, .events = events};
	int r;

	do
		r = poll(&ready, 1, DESCRIPTOR_WAIT_MS);
	while (r < 0 && errno == EINTR);
	if (r > 0)
		return true;
	answer_error(answer, r < 0 ? errno : EAGAIN);
	return false;
}

static void call_read_descriptor(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = descriptor_of(actor, &arguments[0], answer);
	char data[sizeof(answer->text)];
	ssize_t len;

	if (fd < 0 || !wait_for(fd, POLLIN, answer))
		return;
	len = read(fd, data, sizeof(data) - 1);
	answer_result(answer, len);
	if (len > 0)
		answer_text(answer, data, (size_t)len);
}

/* A pipe without readers raises SIGPIPE, which would end the actor: write(2). */
static ssize_t write_quietly(int fd, const char *data, size_t len)
{
	const struct timespec at_once = {0};
	sigset_t pipe_signal, before;
	ssize_t written;
	int error;

	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipe_signal, &before);
	written = write(fd, data, len);
	error = errno;
	if (written < 0 && error == EPIPE)
		sigtimedwait(&pipe_signal, NULL, &at_once);
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return written;
}

static void call_write(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = descriptor_of(actor, &arguments[0], answer), writes;

	if (fd < 0)
		return;
	writes = writing_end(fd);
	if (writes >= 0)
		fd = writes;
	if (wait_for(fd, POLLOUT, answer))
		answer_result(answer, write_quietly(fd, arguments[1].text, arguments[1].len));
}

static void call_close(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int fd = descriptor_of(actor, &arguments[0], answer), writes;

	if (fd < 0)
		return;
	writes = writing_end(fd);
	answer_result(answer, close(fd));
	if (!answer->error && writes >= 0)
		close(writes);
}

/* --- Processes -------------------------------------------------------------------------------- */

/* Fills @ret with the line of a pidfd that lists the process's numbers, from that in the PID
 * namespace of PROC_FD inwards.  proc_pid_fdinfo(5) */
static int numbers_of(int pidfd, long *ret, size_t capacity)
{
	char path[48], line[256], *at = line;
	int count = 0;
	autoclose int info = -1;

	snprintf(path, sizeof(path), "self/fdinfo/%d", pidfd);
	info = openat(PROC_FD, path, O_RDONLY | O_CLOEXEC);
	if (info < 0 || answer_line_fd(info, "NSpid:", line, sizeof(line)) < 0)
		return 0;
	while (*at && (size_t)count < capacity) {
		char *end;

		ret[count] = strtol(at, &end, 10);
		if (end == at)
			break;
		count++;
		at = end;
	}
	return count;
}

int descriptor_own_levels(void)
{
	long ours[LEVELS_MAX];
	autoclose int self = (int)syscall(SYS_pidfd_open, getpid(), 0);

	return self < 0 ? 0 : numbers_of(self, ours, array_len(ours));
}

bool descriptor_is_init(int pidfd, int *ret_levels)
{
	long numbers[LEVELS_MAX];

	*ret_levels = numbers_of(pidfd, numbers, array_len(numbers));
	return *ret_levels > 0 && numbers[*ret_levels - 1] == 1;
}

int descriptor_inner_pid(int pidfd)
{
	long theirs[LEVELS_MAX];
	int level = descriptor_own_levels();

	if (level == 0 || numbers_of(pidfd, theirs, array_len(theirs)) < level)
		return 0;
	return (int)theirs[level - 1];
}

bool descriptor_same_process(int pidfd, int other)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};
	long of_one[LEVELS_MAX], of_other[LEVELS_MAX];
	int count = numbers_of(pidfd, of_one, array_len(of_one));

	if (count == 0 || numbers_of(other, of_other, array_len(of_other)) != count)
		return false;
	/* PIDs are reused, but not while their process exists. */
	return of_one[0] > 0 && of_one[0] == of_other[0] && poll(&ended, 1, 0) == 0;
}

static void call_pidfd_open(
    struct actor *actor, const struct call_value *arguments, struct stage_answer *answer)
{
	int pid = actor->passed_fd < 0 ? 0 : descriptor_inner_pid(actor->passed_fd), fd;

	(void)arguments;
	if (pid <= 0) {
		/* It has no number where we are. */
		answer_error(answer, actor->passed_fd < 0 ? ENOSYS : ESRCH);
		return;
	}
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd >= 0 && !descriptor_same_process(actor->passed_fd, fd)) {
		close(fd);
		answer_error(answer, ESRCH);
		return;
	}
	answer_result(answer, fd);
	if (fd >= 0)
		answer_saw_fd(answer, actor->seen_pid, fd);
}

const struct call descriptor_calls[] = {
    {
        .name = "close",
        .signature = "d",
        .form = "close(FD)",
        .doc = "closes a descriptor, or both ends of a pipe",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_close,
    },
    {
        .name = "pipe",
        .signature = "",
        .form = "pipe()",
        .doc = "makes a pipe; its one number stands for both ends",
        .c = "pipe(ends)",
        .reaches = REACHES_ITSELF,
        .run = call_pipe,
    },
    {
        .name = "read",
        .signature = "d",
        .form = "read(FD)",
        .doc = "reads what there is, and waits two seconds for it",
        .c = "read(%1, …)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .seconds = DESCRIPTOR_WAIT_MS / 1000,
        .run = call_read_descriptor,
    },
    {
        .name = "write",
        .signature = "ds",
        .form = "write(FD, \"TEXT\")",
        .doc = "writes a text",
        .reaches = REACHES_ITSELF,
        .run = call_write,
    },
    {
        .name = "pidfd_open",
        .signature = "w",
        .form = "pidfd_open(ACTOR)",
        .doc = "opens a descriptor of the actor's process",
        .c = "pidfd_open(%1, 0)",
        .reaches = REACHES_ITSELF,
        .run = call_pidfd_open,
    },
    {.name = NULL},
};
