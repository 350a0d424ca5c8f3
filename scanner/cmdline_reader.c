#include "scanner/cmdline_reader.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/helper.h"
#include "scanner/proc_read.h"
#include "scanner/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum {
	SEND_BYTES = 16 << 10, /* of answers together */
	RECEIVE_BYTES = 64 << 10,
};

/* In memory of both. */
struct place {
	atomic_int at; /* whose command line is read; 0 for nobody's */
	_Atomic uint32_t progress;
};

struct head {
	int32_t pid; /* 0: that was all of one question */
	uint32_t len;
	uint32_t cut;
};

struct question {
	uint32_t count; /* 0: all in /proc */
	int32_t pids[CMDLINES_ASKED_MOST];
};

#define QUESTION_BYTES(count) (offsetof(struct question, pids) + (count) * sizeof(int32_t))

struct cmdline_reader {
	pid_t pid, proc_pid;
	int socket;
	struct place *place;
	char *text; /* what was received and not taken */
	size_t len, at, room;
	struct cmdline_reader *next;
};

static struct cmdline_reader *readers; /* of this process, whatever scan they are for */

/* --- In the helper ------------------------------------------------------------------------------ */

struct work {
	int socket, proc;
	struct place *place;
	struct proc_text line;
	struct cmdline_budget budget;
	char *text; /* answers that were not sent yet */
	size_t len, room;
	pid_t *pids; /* all in /proc */
	size_t pid_room;
};

/* Sends what it can; all of it where @waits.  Who asked may be at other work meanwhile, so reading goes on. */
static void send_some(struct work *work, bool waits)
{
	size_t sent = 0;

	while (sent < work->len) {
		ssize_t bytes = send(work->socket, work->text + sent, work->len - sent,
		    MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0 && errno == EAGAIN)
			break;
		if (bytes < 0)
			_exit(0); /* nobody asks any more */
		sent += (size_t)bytes;
	}
	work->len -= sent;
	memmove(work->text, work->text + sent, work->len);
}

static void answer(struct work *work, const struct head *head, const char *text)
{
	array_reserve(work->text, work->room, work->len + sizeof(*head) + head->len);
	memcpy(work->text + work->len, head, sizeof(*head));
	if (head->len)
		memcpy(work->text + work->len + sizeof(*head), text, head->len);
	work->len += sizeof(*head) + head->len;
	if (work->len >= SEND_BYTES)
		send_some(work, false);
}

/* With hidepid others' take CAP_SYS_PTRACE to open; to read takes none.  proc(5) */
static int open_cmdline(const struct work *work, pid_t pid)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "%d/cmdline", (int)pid);
	fd = openat(work->proc, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		sandbox_raise(CAP_BIT(CAP_SYS_PTRACE));
		fd = openat(work->proc, name, O_RDONLY | O_CLOEXEC);
		sandbox_lower();
	}
	return fd;
}

static void read_one(struct work *work, pid_t pid)
{
	struct proc_text *line = &work->line;
	struct head head = {.pid = pid};
	int fd;

	atomic_store(&work->place->at, pid);
	fd = open_cmdline(work, pid);
	read_cmdline(fd, line);
	close_fd(&fd);
	atomic_store(&work->place->at, 0);
	atomic_fetch_add(&work->place->progress, 1);
	head.len = (uint32_t)cmdline_kept(&work->budget, line->len);
	head.cut = line->cut || head.len < line->len;
	answer(work, &head, line->data);
}

/* With hidepid others are listed to who has CAP_SYS_PTRACE.  Returns how many there are. */
static size_t list_all(struct work *work)
{
	int fd = openat(work->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t count = 0;

	sandbox_raise(CAP_BIT(CAP_SYS_PTRACE));
	while (proc && (entry = readdir(proc))) {
		pid_t pid = proc_pid_of(entry->d_name);

		if (pid <= 0)
			continue;
		array_reserve(work->pids, work->pid_room, count + 1);
		work->pids[count++] = pid;
	}
	sandbox_lower();
	if (proc)
		closedir(proc);
	else
		close_fd(&fd);
	return count;
}

static void read_all(struct work *work)
{
	size_t count = list_all(work);

	for (size_t i = 0; i < count; i++)
		read_one(work, work->pids[i]);
}

static void answer_all(struct work *work, const struct question *question)
{
	const struct head end = {.pid = 0};

	work->budget = (struct cmdline_budget){0};
	if (question->count == 0)
		read_all(work);
	for (uint32_t i = 0; i < question->count; i++)
		read_one(work, question->pids[i]);
	answer(work, &end, NULL);
	send_some(work, true);
}

/* Fills @to, or ends with who asks. */
static void receive_all(int socket, void *to, size_t bytes)
{
	ssize_t got;

	do
		got = recv(socket, to, bytes, MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)bytes)
		_exit(0);
}

static _Noreturn void serve(int socket, struct place *place)
{
	struct work work = {.place = place};
	struct question question;

	helper_begin(socket, HELPER_CMDLINES);
	work.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sandbox_enter(&(struct sandbox){
	    .work = SANDBOX_CMDLINES,
	    .empty_root = true,
	    .alone = true,
	    .capabilities = CAP_BIT(CAP_SYS_PTRACE),
	});
	for (;;) {
		receive_all(work.socket, &question, QUESTION_BYTES(0));
		if (question.count > CMDLINES_ASKED_MOST)
			_exit(1);
		if (question.count)
			receive_all(
			    work.socket, question.pids, question.count * sizeof(*question.pids));
		answer_all(&work, &question);
	}
}

/* --- In the asking process ---------------------------------------------------------------------- */

int cmdline_reader_new(struct cmdline_reader **ret_reader)
{
	struct cmdline_reader *reader;
	struct place *place;
	int sockets[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	place =
	    mmap(NULL, sizeof(*place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = place == MAP_FAILED ? -1 : fork();
	if (pid == 0)
		serve(sockets[1], place);
	if (pid < 0) {
		int error = errno;

		if (place != MAP_FAILED)
			munmap(place, sizeof(*place));
		close(sockets[0]);
		close(sockets[1]);
		return -error;
	}
	close(sockets[1]);
	reader = xcalloc(1, sizeof(*reader));
	*reader = (struct cmdline_reader){.pid = pid, .socket = sockets[0], .place = place};
	helper_note(pid);
	reader->proc_pid = helper_proc_pid(pid);
	reader->next = readers;
	readers = reader;
	*ret_reader = reader;
	return 0;
}

pid_t cmdline_reader_pid(const struct cmdline_reader *reader)
{
	return reader->pid;
}

void cmdline_reader_free(struct cmdline_reader *reader)
{
	if (!reader)
		return;
	for (struct cmdline_reader **at = &readers; *at; at = &(*at)->next) {
		if (*at == reader) {
			*at = reader->next;
			break;
		}
	}
	close(reader->socket);
	helper_end(reader->pid, cmdline_reader_at(reader) != 0);
	munmap(reader->place, sizeof(*reader->place));
	free(reader->text);
	free(reader);
}

bool cmdline_reader_is(pid_t pid)
{
	const struct cmdline_reader *reader = readers;

	while (reader && reader->proc_pid != pid)
		reader = reader->next;
	return reader;
}

/* A question fits into the socket's buffer, so it goes at once or never. */
int cmdline_reader_ask(struct cmdline_reader *reader, const pid_t *pids, size_t count)
{
	struct question question = {.count = (uint32_t)count};
	ssize_t bytes;

	for (size_t i = 0; i < count; i++)
		question.pids[i] = pids[i];
	bytes = send(reader->socket, &question, QUESTION_BYTES(count), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (bytes < 0)
		return -errno;
	return bytes == (ssize_t)QUESTION_BYTES(count) ? 0 : -EPIPE;
}

/* Receives what there is.  Returns 1, 0 (nothing), or -errno. */
static int receive(struct cmdline_reader *reader)
{
	ssize_t bytes;

	if (reader->at) {
		reader->len -= reader->at;
		memmove(reader->text, reader->text + reader->at, reader->len);
		reader->at = 0;
	}
	array_reserve(reader->text, reader->room, reader->len + RECEIVE_BYTES);
	bytes = recv(reader->socket, reader->text + reader->len, RECEIVE_BYTES, MSG_DONTWAIT);
	if (bytes < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (bytes == 0)
		return -EPIPE;
	reader->len += (size_t)bytes;
	return 1;
}

int cmdline_reader_take(struct cmdline_reader *reader, struct cmdline_answer *ret_answer)
{
	for (;;) {
		size_t left = reader->len - reader->at;
		struct head head = {.len = 0};
		int r;

		if (left >= sizeof(head))
			memcpy(&head, reader->text + reader->at, sizeof(head));
		if (left >= sizeof(head) && left - sizeof(head) >= head.len) {
			*ret_answer = (struct cmdline_answer){.pid = head.pid,
			    .len = head.len,
			    .cut = head.cut,
			    .last = head.pid == 0,
			    .text = reader->text + reader->at + sizeof(head)};
			reader->at += sizeof(head) + head.len;
			return 1;
		}
		r = receive(reader);
		if (r <= 0)
			return r;
	}
}

void cmdline_reader_wait(const struct cmdline_reader *reader, uint64_t until_us)
{
	struct pollfd pollfd = {.fd = reader->socket, .events = POLLIN};
	uint64_t now_us = clock_us();
	struct timespec wait = {.tv_sec = 0};

	if (now_us < until_us)
		wait.tv_nsec = (long)(until_us - now_us) * 1000;
	ppoll(&pollfd, 1, &wait, NULL);
}

uint32_t cmdline_reader_progress(const struct cmdline_reader *reader)
{
	return atomic_load(&reader->place->progress);
}

pid_t cmdline_reader_at(const struct cmdline_reader *reader)
{
	return atomic_load(&reader->place->at);
}

bool cmdline_reader_sleeps(const struct cmdline_reader *reader)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)reader->proc_pid);
	char first[STAT_BYTES];
	autotext struct proc_text stat = PROC_TEXT(first);
	const char *name_end;

	if (!reader->proc_pid || proc_text_read(&stat, AT_FDCWD, path, sizeof(first) - 1) < 0)
		return true;
	name_end = memrchr(stat.data, ')', stat.len);
	return !name_end || (name_end[1] && name_end[2] != 'R');
}
