#include "scanner/helper/responder.h"

#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum {
	SEND_BYTES = 16 << 10, /* of answers together */
	RECEIVE_BYTES = 64 << 10,
	PAUSE_MS = 10000,
	PAUSE_MS_MAX = 600000,
};

enum { FLAG_CUT = 1, FLAG_FAILED = 2, FLAG_LAST = 4 };

/* In memory of both. */
struct place {
	_Atomic int64_t at; /* the key; NOWHERE */
	_Atomic uint32_t progress;
	_Atomic uint64_t worked_us;
};

enum { NOWHERE = -1 };

struct head {
	uint32_t key, len, flags;
};

#define QUESTION_BYTES(count)                                                                      \
	(offsetof(struct responder_question, keys) + (count) * sizeof(uint32_t))

struct responder {
	pid_t pid, proc_pid;
	int socket;
	struct place *place;
	uint32_t progress;    /* when it was last seen to come on */
	unsigned stuck_ticks; /* since then */
	uint64_t looked_us;   /* when it was looked at last */
	char *text;           /* what was received and not taken */
	size_t len, at, capacity;
	struct responder *next;
};

static struct responder *responders; /* of this process, whatever scan they are for */

/* --- In the helper ------------------------------------------------------------------------------ */

struct responder_side {
	int socket;
	struct place *place;
	struct responder_question question;
	char *text; /* answers that were not sent yet */
	size_t len, capacity;
};

/* Sends what it can; all of it where @waits.  Who asked may be at other work meanwhile, so reading goes on. */
static void send_some(struct responder_side *side, bool waits)
{
	size_t sent = 0;

	while (sent < side->len) {
		ssize_t bytes = send(side->socket, side->text + sent, side->len - sent,
		    MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT));

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes < 0 && errno == EAGAIN)
			break;
		if (bytes < 0)
			_exit(0); /* the asking process has exited */
		sent += (size_t)bytes;
	}
	side->len -= sent;
	memmove(side->text, side->text + sent, side->len);
}

static void put(struct responder_side *side, const struct head *head, const char *text)
{
	array_reserve(side->text, side->capacity, side->len + sizeof(*head) + head->len);
	memcpy(side->text + side->len, head, sizeof(*head));
	if (head->len)
		memcpy(side->text + side->len + sizeof(*head), text, head->len);
	side->len += sizeof(*head) + head->len;
	if (side->len >= SEND_BYTES)
		send_some(side, false);
}

/* Fills @to; exits when the caller has exited. */
static void receive_all(int socket, void *to, size_t bytes)
{
	ssize_t got;

	do
		got = recv(socket, to, bytes, MSG_WAITALL);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)bytes)
		_exit(0);
}

const struct responder_question *responder_next(struct responder_side *side)
{
	struct responder_question *question = &side->question;

	receive_all(side->socket, question, QUESTION_BYTES(0));
	if (question->count > RESPONDER_KEYS_MAX)
		_exit(1);
	if (question->count)
		receive_all(
		    side->socket, question->keys, question->count * sizeof(*question->keys));
	return question;
}

void responder_enter(struct responder_side *side, uint32_t key)
{
	atomic_store(&side->place->at, key);
}

static void leave(struct responder_side *side, const struct head *head, const char *text)
{
	atomic_store(&side->place->at, NOWHERE);
	atomic_fetch_add(&side->place->progress, 1);
	put(side, head, text);
}

void responder_give(
    struct responder_side *side, uint32_t key, const char *text, size_t len, bool cut)
{
	const struct head head = {.key = key, .len = (uint32_t)len, .flags = cut ? FLAG_CUT : 0};

	leave(side, &head, text);
}

void responder_fail(struct responder_side *side, uint32_t key)
{
	const struct head head = {.key = key, .flags = FLAG_FAILED};

	leave(side, &head, NULL);
}

void responder_finish(struct responder_side *side)
{
	const struct head head = {.flags = FLAG_LAST};
	struct timespec worked;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked);
	atomic_store(&side->place->worked_us,
	    (uint64_t)worked.tv_sec * 1000000 + (uint64_t)worked.tv_nsec / 1000);
	put(side, &head, NULL);
	send_some(side, true);
}

struct responder_order {
	const struct responder_work *work;
	struct place *place;
};

static int serve(void *order_of)
{
	const struct responder_order *order = order_of;
	struct responder_side side = {.socket = 0, .place = order->place};

	order->work->serve(&side);
	return 0;
}

/* --- In the asking process ---------------------------------------------------------------------- */

int responder_new(const struct responder_work *work, struct responder **ret_responder)
{
	struct responder_order order = {.work = work};
	struct responder *responder;
	int socket;
	pid_t pid;

	order.place = mmap(
	    NULL, sizeof(*order.place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (order.place == MAP_FAILED)
		return -errno;
	atomic_store(&order.place->at, NOWHERE);
	pid = helper_start(work->helper, HELPER_STREAM, serve, &order, &socket);
	if (pid < 0) {
		munmap(order.place, sizeof(*order.place));
		return pid;
	}
	responder = xcalloc(1, sizeof(*responder));
	*responder = (struct responder){.pid = pid,
	    .proc_pid = helper_proc_pid(pid),
	    .socket = socket,
	    .place = order.place,
	    .next = responders};
	responders = responder;
	*ret_responder = responder;
	return 0;
}

void responder_free(struct responder *responder)
{
	if (!responder)
		return;
	for (struct responder **at = &responders; *at; at = &(*at)->next) {
		if (*at == responder) {
			*at = responder->next;
			break;
		}
	}
	close(responder->socket);
	helper_end(responder->pid, responder_at(responder, NULL));
	munmap(responder->place, sizeof(*responder->place));
	free(responder->text);
	free(responder);
}

pid_t responder_pid(const struct responder *responder)
{
	return responder->pid;
}

bool responder_is(pid_t pid)
{
	const struct responder *responder = responders;

	while (responder && responder->proc_pid != pid)
		responder = responder->next;
	return responder;
}

/* A question fits into the socket's buffer, so it goes at once or never. */
int responder_ask(struct responder *responder, const uint32_t *keys, size_t count)
{
	struct responder_question question = {.count = (uint32_t)count};
	ssize_t bytes;

	for (size_t i = 0; i < count; i++)
		question.keys[i] = keys[i];
	bytes =
	    send(responder->socket, &question, QUESTION_BYTES(count), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (bytes < 0)
		return -errno;
	responder->progress = atomic_load(&responder->place->progress);
	responder->stuck_ticks = 0;
	responder->looked_us = clock_us();
	return bytes == (ssize_t)QUESTION_BYTES(count) ? 0 : -EPIPE;
}

/* Receives what there is.  Returns 1, 0 (nothing), or -errno. */
static int receive(struct responder *responder)
{
	ssize_t bytes;

	if (responder->at) {
		responder->len -= responder->at;
		memmove(responder->text, responder->text + responder->at, responder->len);
		responder->at = 0;
	}
	array_reserve(responder->text, responder->capacity, responder->len + RECEIVE_BYTES);
	bytes =
	    recv(responder->socket, responder->text + responder->len, RECEIVE_BYTES, MSG_DONTWAIT);
	if (bytes < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (bytes == 0)
		return -EPIPE;
	responder->len += (size_t)bytes;
	return 1;
}

int responder_take(struct responder *responder, struct responder_answer *ret_answer)
{
	for (;;) {
		size_t left = responder->len - responder->at;
		struct head head = {.len = 0};
		int r;

		if (left >= sizeof(head))
			memcpy(&head, responder->text + responder->at, sizeof(head));
		if (left >= sizeof(head) && left - sizeof(head) >= head.len) {
			*ret_answer = (struct responder_answer){.key = head.key,
			    .len = head.len,
			    .cut = head.flags & FLAG_CUT,
			    .failed = head.flags & FLAG_FAILED,
			    .last = head.flags & FLAG_LAST,
			    .text = responder->text + responder->at + sizeof(head)};
			responder->at += sizeof(head) + head.len;
			return 1;
		}
		r = receive(responder);
		if (r <= 0)
			return r;
	}
}

int responder_fd(const struct responder *responder)
{
	return responder->socket;
}

void responder_wait(int fd, uint64_t until_us)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};
	uint64_t now_us = clock_us();
	struct timespec wait = {.tv_sec = 0};

	if (now_us < until_us)
		wait.tv_nsec = (long)(until_us - now_us) * 1000;
	ppoll(&pollfd, 1, &wait, NULL);
}

bool responder_at(const struct responder *responder, uint32_t *ret_key)
{
	int64_t at = atomic_load(&responder->place->at);

	if (at == NOWHERE)
		return false;
	if (ret_key)
		*ret_key = (uint32_t)at;
	return true;
}

static bool sleeps(const struct responder *responder)
{
	autofree char *path = xasprintf("/proc/%d/stat", (int)responder->proc_pid);
	char first[STAT_BYTES];
	autotext struct proc_text stat = PROC_TEXT(first);
	struct stat_head head;

	if (!responder->proc_pid || proc_text_read(&stat, AT_FDCWD, path, sizeof(first) - 1) < 0)
		return true;
	return parse_stat_head(stat.data, stat.len, &head) < 0 || head.state != 'R';
}

bool responder_is_stuck(struct responder *responder)
{
	uint32_t progress = atomic_load(&responder->place->progress);
	uint64_t now_us = clock_us();

	if (now_us - responder->looked_us < RESPONDER_TICK_US)
		return false;
	responder->looked_us = now_us;
	if (progress != responder->progress || !responder_at(responder, NULL) ||
	    !sleeps(responder)) {
		responder->progress = progress;
		responder->stuck_ticks = 0;
		return false;
	}
	return ++responder->stuck_ticks >= 2;
}

uint64_t responder_worked_us(const struct responder *responder)
{
	return atomic_load(&responder->place->worked_us);
}

void responder_pause_longer(struct responder_pause *pause)
{
	pause->ms = pause->ms ? pause->ms * 2 : PAUSE_MS;
	if (pause->ms > PAUSE_MS_MAX)
		pause->ms = PAUSE_MS_MAX;
	pause->until_us = clock_us() + pause->ms * 1000ULL;
}

bool responder_pauses(const struct responder_pause *pause)
{
	return clock_us() < pause->until_us;
}
