#include "lessons/stage/actor_conn.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

int actor_conn_new(
    struct stage *stage, const char *name, struct actor_conn **ret_actor_conn, int *ret_actor_end)
{
	struct actor_conn *actor_conn;
	int ends[2], on = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	/* The kernel then reports the sender's pid as we see it, through any PID namespace.  unix(7)
	 */
	if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		int error = errno;

		close(ends[0]);
		close(ends[1]);
		return -error;
	}
	actor_conn = xcalloc(1, sizeof(*actor_conn));
	snprintf(actor_conn->name, sizeof(actor_conn->name), "%s", name);
	actor_conn->socket = ends[0];
	actor_conn->pidfd = -1;
	array_reserve(stage->actor_conns, stage->capacity, stage->count + 1);
	stage->actor_conns[stage->count++] = actor_conn;
	*ret_actor_conn = actor_conn;
	*ret_actor_end = ends[1];
	return 0;
}

/* A new actor with the name of one that exited is the one that the name means from now on. */
static void forget_name(struct stage *stage, const char *name)
{
	for (size_t i = 0; i < stage->gone_count; i++) {
		struct actor_conn *actor_conn = stage->gone[i];

		if (strcmp(actor_conn->name, name) != 0)
			continue;
		stage->gone[i] = stage->gone[--stage->gone_count];
		close_fd(&actor_conn->pidfd);
		free(actor_conn);
		return;
	}
}

void actor_conns_forget(struct stage *stage)
{
	while (stage->gone_count > 0)
		forget_name(stage, stage->gone[0]->name);
	free(stage->gone);
	stage->gone = NULL;
}

static void remember(struct stage *stage, struct actor_conn *actor_conn)
{
	forget_name(stage, actor_conn->name);
	array_reserve(stage->gone, stage->gone_capacity, stage->gone_count + 1);
	stage->gone[stage->gone_count++] = actor_conn;
}

void actor_conn_remove(struct stage *stage, struct actor_conn *actor_conn)
{
	size_t i = 0;

	while (stage->actor_conns[i] != actor_conn)
		i++;
	stage->count--;
	memmove(&stage->actor_conns[i], &stage->actor_conns[i + 1],
	    (stage->count - i) * sizeof(*stage->actor_conns));
	if (stage->busy == actor_conn)
		stage->busy = NULL;
	if (stage->born == actor_conn)
		stage->born = NULL;
	close_fd(&actor_conn->socket);
	if (actor_conn->pid)
		remember(stage, actor_conn);
	else
		free(actor_conn);
}

const struct actor_conn *actor_conn_remember(const struct stage *stage, const char *name)
{
	const struct actor_conn *actor_conn = actor_conn_find(stage, name);

	for (size_t i = 0; i < stage->gone_count && !actor_conn; i++) {
		if (strcmp(stage->gone[i]->name, name) == 0)
			actor_conn = stage->gone[i];
	}
	return actor_conn;
}

struct actor_conn *actor_conn_find(const struct stage *stage, const char *name)
{
	for (size_t i = 0; i < stage->count; i++) {
		if (strcmp(stage->actor_conns[i]->name, name) == 0)
			return stage->actor_conns[i];
	}
	return NULL;
}

bool pidfd_gone(int pidfd, int limit_ms)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};
	int r;

	do
		r = poll(&fd, 1, limit_ms);
	while (r < 0 && errno == EINTR);
	return r > 0;
}

void stage_hang_up(struct stage *stage)
{
	for (size_t i = 0; i < stage->count; i++) {
		close_fd(&stage->actor_conns[i]->socket);
	}
	close_fd(&stage->control);
}

/* The pid is the actor's for as long as it holds its end of the socket: a pidfd that was opened
 * before the socket was seen open is its. */
static int open_pidfd(const struct actor_conn *actor_conn)
{
	struct pollfd fd = {.fd = actor_conn->socket};
	int pidfd = (int)syscall(SYS_pidfd_open, actor_conn->pid, 0);

	if (pidfd >= 0 && poll(&fd, 1, 0) > 0 && (fd.revents & POLLHUP)) {
		close(pidfd);
		return -1;
	}
	return pidfd;
}

static void take_hello(
    struct stage *stage, struct actor_conn *actor_conn, pid_t pid, const struct wire_reply *hello)
{
	struct wire_request watch;

	if (actor_conn->pid || pid <= 0)
		return;
	actor_conn->pid = pid;
	snprintf(actor_conn->nspid, sizeof(actor_conn->nspid), "%.*s",
	    (int)sizeof(actor_conn->nspid) - 1, hello->answer.text);
	actor_conn->pidfd = open_pidfd(actor_conn);
	if (actor_conn->pidfd >= 0) {
		memset(&watch, 0, sizeof(watch));
		watch.order = ORDER_WATCH;
		/* Failing that, the stage process waits for the actor but can't kill it. */
		wire_send(stage->control, &watch, sizeof(watch), actor_conn->pidfd, MSG_DONTWAIT);
	}
	if (stage->born == actor_conn) {
		snprintf(stage->answer.saw, sizeof(stage->answer.saw), "/proc/%d/status: %s",
		    (int)pid, actor_conn->nspid);
		stage->born = NULL;
	}
}

static void take_answer(
    struct stage *stage, struct actor_conn *actor_conn, const struct wire_reply *reply)
{
	char saw[sizeof(reply->answer.saw)];

	if (actor_conn != stage->busy || stage->answered)
		return;
	/* The child of a fork may have said hello before its parent answered. */
	memcpy(saw, stage->answer.saw, sizeof(saw));
	stage->answered = true;
	stage->answer = reply->answer;
	stage->answer.text[sizeof(stage->answer.text) - 1] = '\0';
	stage->answer.saw[sizeof(stage->answer.saw) - 1] = '\0';
	if (stage->answer.saw[0] == '\0')
		memcpy(stage->answer.saw, saw, sizeof(saw));
	actor_conn->leaving = stage->call->ends_actor && reply->answer.error == 0;
	if (stage->born && reply->answer.error)
		actor_conn_remove(stage, stage->born);
}

/* Returns false when the actor is gone, and its connection with it. */
static bool receive(struct stage *stage, struct actor_conn *actor_conn)
{
	struct wire_reply reply;
	pid_t pid;
	int r;

	do {
		/* The socket of an actor that leaves is closed some time before it is gone. */
		if (actor_conn->leaving && actor_conn->pidfd >= 0) {
			r = pidfd_gone(actor_conn->pidfd, 0) ? 0 : -EAGAIN;
			break;
		}
		r = wire_receive(
		    actor_conn->socket, &reply, sizeof(reply), MSG_DONTWAIT, &pid, NULL);
		if (r == 1 && reply.kind == REPLY_HELLO)
			take_hello(stage, actor_conn, pid, &reply);
		else if (r == 1)
			take_answer(stage, actor_conn, &reply);
	} while (r == 1);
	if (r == -EAGAIN)
		return true;
	actor_conn_remove(stage, actor_conn);
	return false;
}

static bool stage_process_gone(const struct stage *stage)
{
	struct pollfd fd = {.fd = stage->control};

	return stage->control < 0 || (poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR)));
}

/* Is there not even a zombie? */
static bool is_reaped(int pidfd)
{
	return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) < 0 && errno == ESRCH;
}

static void let_reaped_go(struct stage *stage)
{
	for (size_t i = 0; i < stage->gone_count; i++) {
		struct actor_conn *actor_conn = stage->gone[i];

		if (actor_conn->pidfd < 0 || !is_reaped(actor_conn->pidfd))
			continue;
		close_fd(&actor_conn->pidfd);
		actor_conn->reaped = true;
	}
}

/* Of a child that has exited and is reaped: the actor that it names is gone. */
static int open_reaped(void)
{
	pid_t child = fork();
	int pidfd, error;

	if (child == 0)
		_exit(0);
	if (child < 0)
		return -1;
	pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	error = errno;
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	errno = error;
	return pidfd;
}

int actor_conn_copy_pidfd(const struct actor_conn *actor_conn, int *ret_pidfd)
{
	if (actor_conn->pidfd < 0 && !actor_conn->reaped)
		return 0;
	*ret_pidfd =
	    actor_conn->reaped ? open_reaped() : fcntl(actor_conn->pidfd, F_DUPFD_CLOEXEC, 0);
	return *ret_pidfd < 0 ? -errno : 1;
}

int stage_receive(struct stage *stage)
{
	if (stage_process_gone(stage)) {
		stage_hang_up(stage);
		return -EPIPE;
	}
	/* An answer may remove another connection, that of a child that wasn't forked: look again. */
	for (size_t i = 0; i < stage->count;) {
		struct actor_conn *actor_conn = stage->actor_conns[i];

		if (receive(stage, actor_conn) && i < stage->count &&
		    stage->actor_conns[i] == actor_conn)
			i++;
	}
	let_reaped_go(stage);
	return 0;
}
