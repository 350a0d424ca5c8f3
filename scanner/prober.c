#include "scanner/prober.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/helper.h"
#include "scanner/join.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { ANSWER_MS_MAX = 200 };

struct question {
	pid_t pid;
	uint64_t ino;
};

struct answer {
	int error; /* 0 or an errno */
	struct uts_names names;
};

struct prober {
	pid_t pid;
	int socket;
	uint64_t asked_us;
};

/* --- In the helper --------------------------------------------------------------------------- */

/* Reads the names of the present uts namespace. */
static int read_names(struct uts_names *names)
{
	struct utsname machine;

	if (uname(&machine) < 0)
		return errno;
	memcpy(names->node, machine.nodename, sizeof(names->node));
	memcpy(names->domain, machine.domainname, sizeof(names->domain));
	return 0;
}

static int join_and_read(int uts_fd, struct uts_names *names)
{
	int r = join_ns(uts_fd, NS_UTS);

	return r < 0 ? -r : read_names(names);
}

/* Joins in a child that never comes back, where @by_owner with the user namespace first that owns
 * it. */
static void probe_in_child(int uts_fd, bool by_owner, struct answer *answer)
{
	int pipe_fds[2];
	ssize_t bytes;
	pid_t child;

	answer->error = EPERM;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return;
	child = fork();
	if (child == 0) {
		if (by_owner && join_owner(uts_fd) < 0)
			_exit(1); /* as if refused */
		answer->error = join_and_read(uts_fd, &answer->names);
		bytes = write(pipe_fds[1], answer, sizeof(*answer));
		_exit(bytes == sizeof(*answer) ? 0 : 1);
	}
	close(pipe_fds[1]);
	if (child > 0) {
		bytes = read(pipe_fds[0], answer, sizeof(*answer));
		if (bytes != sizeof(*answer))
			answer->error = EPERM;
		/* It must be gone before the answer is: the scan goes on then. */
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(pipe_fds[0]);
}

static void probe(const struct question *question, int own_uts, struct answer *answer)
{
	autofree char *path = xasprintf("/proc/%d/ns/uts", (int)question->pid);
	autoclose int uts_fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (uts_fd < 0 || fstat(uts_fd, &st) < 0) {
		answer->error = errno;
	} else if (st.st_ino != question->ino) {
		answer->error = ESTALE;
	} else if (own_uts < 0) { /* /proc is another PID namespace's: there is no way back */
		probe_in_child(uts_fd, false, answer);
	} else {
		answer->error = join_and_read(uts_fd, &answer->names);
		if (join_ns(own_uts, NS_UTS) < 0 && answer->error == 0)
			_exit(1); /* never stay where it does not belong */
	}
	if (answer->error == EPERM && uts_fd >= 0 && join_has_other_owner(uts_fd))
		probe_in_child(uts_fd, true, answer);
}

static _Noreturn void serve(int socket)
{
	struct question question;
	int own_uts;

	helper_begin(socket, "nsscope-probe");
	own_uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	for (;;) {
		struct answer answer = {.error = 0};
		ssize_t bytes = recv(0, &question, sizeof(question), 0);

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes != sizeof(question))
			_exit(0);
		probe(&question, own_uts, &answer);
		if (send(0, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			_exit(0);
	}
}

/* --- In the asking process ------------------------------------------------------------------- */

static int start(struct prober *prober)
{
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	prober->pid = fork();
	if (prober->pid == 0)
		serve(sockets[1]);
	close(sockets[1]);
	if (prober->pid < 0) {
		int error = errno;

		close(sockets[0]);
		return -error;
	}
	prober->socket = sockets[0];
	return 0;
}

static void stop(struct prober *prober)
{
	if (prober->socket < 0)
		return;
	close(prober->socket);
	prober->socket = -1;
	kill(prober->pid, SIGKILL); /* it may hang, and holds nothing that needs an orderly end */
	while (waitpid(prober->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int prober_new(struct prober **ret_prober)
{
	struct prober *prober = xcalloc(1, sizeof(*prober));
	int r = start(prober);

	if (r < 0) {
		free(prober);
		return r;
	}
	*ret_prober = prober;
	return 0;
}

void prober_free(struct prober *prober)
{
	if (!prober)
		return;
	stop(prober);
	free(prober);
}

pid_t prober_pid(const struct prober *prober)
{
	return prober->socket < 0 ? 0 : prober->pid;
}

int prober_ask_uts(struct prober *prober, pid_t pid, uint64_t ino)
{
	struct question question;

	/* The padding crosses the socket too. */
	memset(&question, 0, sizeof(question));
	question.pid = pid;
	question.ino = ino;
	if (prober->socket < 0) {
		int r = start(prober);

		if (r < 0) {
			prober->socket = -1;
			return r;
		}
	}
	if (send(prober->socket, &question, sizeof(question), MSG_NOSIGNAL) < 0) {
		int error = errno;

		stop(prober); /* it has died; the next question starts another */
		return -error;
	}
	prober->asked_us = clock_us();
	return 0;
}

void prober_forget(struct prober *prober)
{
	stop(prober); /* its answer would come to the next question */
}

int prober_answer(struct prober *prober, uint64_t until_us, struct uts_names *ret_names)
{
	uint64_t limit_us = prober->asked_us + ANSWER_MS_MAX * 1000;
	struct pollfd pollfd = {.fd = prober->socket, .events = POLLIN};
	struct timespec wait = {.tv_sec = 0};
	uint64_t now_us = clock_us();
	struct answer answer;
	int ready;

	if (until_us > limit_us)
		until_us = limit_us;
	if (now_us < until_us)
		wait.tv_nsec = (long)(until_us - now_us) * 1000;
	ready = ppoll(&pollfd, 1, &wait, NULL);
	if (ready <= 0) {
		if (clock_us() < limit_us)
			return 0;
		stop(prober);
		return -ETIMEDOUT;
	}
	if (recv(prober->socket, &answer, sizeof(answer), MSG_DONTWAIT) != sizeof(answer)) {
		stop(prober);
		return -EPIPE;
	}
	if (answer.error)
		return -answer.error;
	*ret_names = answer.names;
	return 1;
}
