#include "scanner/prober.h"

#include "model/util.h"
#include "scanner/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
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

static int join_and_read(int uts_fd, int user_fd, struct uts_names *names)
{
	if (user_fd >= 0 && setns(user_fd, CLONE_NEWUSER) < 0)
		return errno;
	if (setns(uts_fd, CLONE_NEWUTS) < 0)
		return errno;
	return read_names(names);
}

/* Joins in a child that never comes back: into the user namespace @user_fd first, because whoever
 * made that one has all capabilities in it; user_namespaces(7).  -1 for not. */
static void probe_in_child(int uts_fd, int user_fd, struct answer *answer)
{
	int pipe_fds[2];
	ssize_t bytes;
	pid_t child;

	answer->error = EPERM;
	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return;
	child = fork();
	if (child == 0) {
		answer->error = join_and_read(uts_fd, user_fd, &answer->names);
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

/* Is @user_fd a user namespace in which joining could help? */
static bool is_another(int user_fd)
{
	struct stat theirs, own;

	return user_fd >= 0 && fstat(user_fd, &theirs) == 0 &&
	       (stat("/proc/self/ns/user", &own) < 0 || theirs.st_ino != own.st_ino);
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
		probe_in_child(uts_fd, -1, answer);
	} else {
		answer->error = join_and_read(uts_fd, -1, &answer->names);
		if (setns(own_uts, CLONE_NEWUTS) < 0 && answer->error == 0)
			_exit(1); /* never stay where it does not belong */
	}
	if (answer->error == EPERM && uts_fd >= 0) {
		autoclose int user_fd = ioctl(uts_fd, NS_GET_USERNS);

		if (is_another(user_fd))
			probe_in_child(uts_fd, user_fd, answer);
	}
}

/* Leaves of what was inherited only @socket, as descriptor 0. */
static void shed_descriptors(int socket)
{
	if (dup2(socket, 0) < 0)
		_exit(1);
	if (close_range(1, ~0U, 0) < 0) { /* 5.9 */
		for (int fd = 1; fd < 65536; fd++)
			close(fd);
	}
	/* Where nothing is meant to be printed, nothing else may come to be 1 or 2. */
	if (open("/dev/null", O_RDWR | O_CLOEXEC) < 0 || dup(1) < 0)
		_exit(1);
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

static _Noreturn void serve(int socket)
{
	struct question question;
	int own_uts;

	shed_signals();
	shed_descriptors(socket);
	setsid();
	prctl(PR_SET_NAME, "nsscope-probe");
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
