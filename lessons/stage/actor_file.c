/* The calls about files and descriptors. */
#include "lessons/stage/actor.h"
#include "lessons/stage/confine.h"
#include "model/base/i18n.h"
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

/* --- Files ---------------------------------------------------------------------------------- */

static const struct call_word open_words[] = {
    {"O_RDONLY", O_RDONLY},
    {"O_WRONLY", O_WRONLY},
    {"O_RDWR", O_RDWR},
    {"O_CREAT", O_CREAT},
    {"O_EXCL", O_EXCL},
    {"O_TRUNC", O_TRUNC},
    {"O_APPEND", O_APPEND},
    {"O_DIRECTORY", O_DIRECTORY},
    {"O_PATH", O_PATH},
    {NULL, 0},
};

static const struct call_words open_flags = {
    .what = N_("flag of open"),
    .list = open_words,
    .joined = true,
};

/* As open(2) gives: the lowest number that is free.  The way there took some. */
static int lowest(int fd)
{
	int low = fcntl(fd, F_DUPFD_CLOEXEC, PROC_FD + 1);

	if (low < 0)
		return fd;
	close(low < fd ? fd : low);
	return low < fd ? low : fd;
}

static void call_open(struct actor *actor)
{
	int fd = path_open(actor, actor->arguments[0].text, (int)actor->arguments[1].number);

	if (fd < 0) {
		answer_path(actor, fd);
		return;
	}
	fd = lowest(fd);
	answer_result(actor, fd);
	answer_saw_fd(actor, fd);
}

static void call_read_file(struct actor *actor)
{
	autoclose int fd = path_open(actor, actor->arguments[0].text, O_RDONLY);
	int r;

	if (fd < 0) {
		answer_path(actor, fd);
		return;
	}
	r = proc_line_fd(
	    fd, actor->arguments[1].text, actor->answer.text, sizeof(actor->answer.text));
	if (r < 0)
		answer_error(actor, -r);
	else
		answer_result(actor, r);
}

static void call_write_file(struct actor *actor)
{
	autoclose int fd = path_open_to_write(actor, actor->arguments[0].text);
	ssize_t written;

	if (fd < 0) {
		answer_path(actor, fd);
		return;
	}
	written = write(fd, actor->arguments[1].text, actor->arguments[1].len);
	answer_result(actor, written < 0 ? -1 : 0);
	if (actor->answer.error)
		return;
	if ((size_t)written != actor->arguments[1].len)
		answer_error(actor, EIO);
	answer_saw_line(actor, actor->arguments[0].text, "");
}

static void call_readlink(struct actor *actor)
{
	ssize_t len =
	    readlink(actor->arguments[0].text, actor->answer.text, sizeof(actor->answer.text) - 1);

	answer_result(actor, len);
	actor->answer.text[len < 0 ? 0 : len] = '\0';
}

static void call_access(struct actor *actor)
{
	answer_result(actor, access(actor->arguments[0].text, F_OK));
}

/* --- Changing --------------------------------------------------------------------------------- */

/* Opens the folder of the path that argument @at is, to be changed.  Returns it, or -1 with the answer filled. */
static int open_folder(struct actor *actor, size_t at, const char **ret_name)
{
	int folder = path_open_folder(actor, actor->arguments[at].text, ret_name);

	if (folder >= 0)
		return folder;
	answer_path(actor, folder);
	return -1;
}

static void call_mkdir(struct actor *actor)
{
	const char *name;
	autoclose int folder = open_folder(actor, 0, &name);

	if (folder >= 0)
		answer_result(actor, mkdirat(folder, name, 0755));
}

static void call_symlink(struct actor *actor)
{
	const char *name;
	autoclose int folder = open_folder(actor, 1, &name);

	if (folder >= 0)
		answer_result(actor, symlinkat(actor->arguments[0].text, folder, name));
}

static void call_unlink(struct actor *actor)
{
	const char *name;
	autoclose int folder = open_folder(actor, 0, &name);

	if (folder >= 0)
		answer_result(actor, unlinkat(folder, name, 0));
}

const struct call file_calls[] = {
    {.name = "open",
        .signature = "sf",
        .words = {&open_flags},
        .form = "open(\"PATH\", FLAG|FLAG…)",
        .doc = "opens a file, a folder or a namespace; for writing only what the lesson made",
        .reaches = REACHES_BY_ARGUMENTS,
        .changes_holders = true,
        .run = call_open},
    {.name = "read_file",
        .signature = "s?s",
        .form = "read_file(\"PATH\", \"KEY\")",
        .doc = "reads the first line of a file, or what stands behind the word KEY that a line "
               "begins with",
        .c = "read(open(%1, O_RDONLY), …)",
        .reaches = REACHES_BY_ARGUMENTS,
        .gives_text = true,
        .run = call_read_file},
    {.name = "write_file",
        .signature = "ss",
        .form = "write_file(\"PATH\", \"TEXT\")",
        .doc = "writes a text into a file",
        .c = "write(open(%1, O_WRONLY), %2)",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_write_file},
    {.name = "readlink",
        .signature = "s",
        .form = "readlink(\"PATH\")",
        .doc = "reads where a symbolic link points to",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .run = call_readlink},
    {.name = "access",
        .signature = "s",
        .form = "access(\"PATH\")",
        .doc = "looks whether there is a file",
        .c = "access(%1, F_OK)",
        .reaches = REACHES_ITSELF,
        .run = call_access},
    {.name = "mkdir",
        .signature = "s",
        .form = "mkdir(\"PATH\")",
        .doc = "makes a folder, where the lesson made the file system",
        .c = "mkdir(%1, 0755)",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_mkdir},
    {.name = "symlink",
        .signature = "ss",
        .form = "symlink(\"TARGET\", \"PATH\")",
        .doc = "makes a symbolic link, where the lesson made the file system",
        .reaches = REACHES_BY_ARGUMENTS,
        .run = call_symlink},
    {.name = "unlink",
        .signature = "s",
        .form = "unlink(\"PATH\")",
        .doc = "removes a file, where the lesson made the file system",
        .reaches = REACHES_BY_ARGUMENTS,
        .changes_holders = true,
        .run = call_unlink},
    {.name = NULL},
};

enum { LEVELS_MAX = 40 }; /* PID namespaces nest 32 deep.  pid_namespaces(7) */

int descriptor_of(struct actor *actor, size_t at)
{
	long number = actor->arguments[at].number;

	if (number > PROC_FD && number <= INT32_MAX && number != actor->passed_fd)
		return (int)number;
	answer_error(actor, EBADF);
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

static void call_pipe(struct actor *actor)
{
	int ends[2], r;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		answer_result(actor, -1);
		return;
	}
	r = place_ends(ends[0], ends[1]);
	close(ends[0]);
	close(ends[1]);
	if (r < 0) {
		answer_error(actor, -r);
		return;
	}
	answer_result(actor, r);
	answer_saw_fd(actor, r);
	answer_saw_fd(actor, r + 1);
}

/* --- Reading and writing ---------------------------------------------------------------------- */

/* Returns false with EAGAIN answered when @fd isn't ready in good time. */
static bool wait_for(struct actor *actor, int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};
	int r;

	do
		r = poll(&ready, 1, DESCRIPTOR_WAIT_MS);
	while (r < 0 && errno == EINTR);
	if (r > 0)
		return true;
	answer_error(actor, r < 0 ? errno : EAGAIN);
	return false;
}

static void call_read_descriptor(struct actor *actor)
{
	int fd = descriptor_of(actor, 0);
	char data[sizeof(actor->answer.text)];
	ssize_t len;

	if (fd < 0 || !wait_for(actor, fd, POLLIN))
		return;
	len = read(fd, data, sizeof(data) - 1);
	answer_result(actor, len);
	if (len > 0)
		answer_text(actor, data, (size_t)len);
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

static void call_write(struct actor *actor)
{
	int fd = descriptor_of(actor, 0), writes;

	if (fd < 0)
		return;
	writes = writing_end(fd);
	if (writes >= 0)
		fd = writes;
	if (wait_for(actor, fd, POLLOUT))
		answer_result(
		    actor, write_quietly(fd, actor->arguments[1].text, actor->arguments[1].len));
}

static void call_close(struct actor *actor)
{
	int fd = descriptor_of(actor, 0), writes;

	if (fd < 0)
		return;
	writes = writing_end(fd);
	answer_result(actor, close(fd));
	if (!actor->answer.error && writes >= 0)
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
	if (info < 0 || proc_line_fd(info, "NSpid:", line, sizeof(line)) < 0)
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

/* The number of the process behind @pidfd in our own PID namespace; 0 where it has none, or none is
 * known (Linux 5.5). */
static int inner_pid(int pidfd)
{
	long theirs[LEVELS_MAX];
	int level = descriptor_own_levels();

	if (level == 0 || numbers_of(pidfd, theirs, array_len(theirs)) < level)
		return 0;
	return (int)theirs[level - 1];
}

/* Are both of the same process, and does it still run? */
static bool is_same_process(int pidfd, int other)
{
	struct pollfd ended = {.fd = pidfd, .events = POLLIN};
	long of_one[LEVELS_MAX], of_other[LEVELS_MAX];
	int count = numbers_of(pidfd, of_one, array_len(of_one));

	if (count == 0 || numbers_of(other, of_other, array_len(of_other)) != count)
		return false;
	/* PIDs are reused, but not while their process exists. */
	return of_one[0] > 0 && of_one[0] == of_other[0] && poll(&ended, 1, 0) == 0;
}

static void call_pidfd_open(struct actor *actor)
{
	int pid = actor->passed_fd < 0 ? 0 : inner_pid(actor->passed_fd), fd;

	if (pid <= 0) {
		/* It has no number where we are. */
		answer_error(actor, actor->passed_fd < 0 ? ENOSYS : ESRCH);
		return;
	}
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd >= 0 && !is_same_process(actor->passed_fd, fd)) {
		close(fd);
		answer_error(actor, ESRCH);
		return;
	}
	answer_result(actor, fd);
	if (fd >= 0)
		answer_saw_fd(actor, fd);
}

const struct call descriptor_calls[] = {
    {.name = "close",
        .signature = "d",
        .form = "close(FD)",
        .doc = "closes a descriptor, or both ends of a pipe",
        .reaches = REACHES_ITSELF,
        .changes_holders = true,
        .run = call_close},
    {.name = "pipe",
        .signature = "",
        .form = "pipe()",
        .doc = "makes a pipe; its one number stands for both ends",
        .c = "pipe(ends)",
        .reaches = REACHES_ITSELF,
        .run = call_pipe},
    {.name = "read",
        .signature = "d",
        .form = "read(FD)",
        .doc = "reads what there is, and waits two seconds for it",
        .c = "read(%1, …)",
        .reaches = REACHES_ITSELF,
        .gives_text = true,
        .seconds = DESCRIPTOR_WAIT_MS / 1000,
        .run = call_read_descriptor},
    {.name = "write",
        .signature = "ds",
        .form = "write(FD, \"TEXT\")",
        .doc = "writes a text",
        .reaches = REACHES_ITSELF,
        .run = call_write},
    {.name = "pidfd_open",
        .signature = "w",
        .form = "pidfd_open(ACTOR)",
        .doc = "opens a descriptor of the actor's process",
        .c = "pidfd_open(%1, 0)",
        .reaches = REACHES_ITSELF,
        .run = call_pidfd_open},
    {.name = NULL},
};
