#include "scanner/helper/hostname_helper.h"

#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/join.h"
#include "scanner/helper/sandbox.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { ANSWER_MS_MAX = 200 };

/* With the namespace, as a descriptor. */
struct question {
	uint64_t ino;
};

struct answer {
	int error; /* 0 or an errno */
	struct uts_names names;
};

struct hostname_helper {
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

/* What it has besides its socket. */
struct means {
	int own_uts;       /* -1: /proc is another PID namespace's, so there is no way back */
	uint64_t own_user; /* as join.h has it */
	bool privileged;   /* it has what setns(2) takes in its own user namespace */
};

static int join_and_read(int uts_fd, struct uts_names *names)
{
	int r = join_ns(uts_fd, NS_UTS);

	return r < 0 ? -r : read_names(names);
}

/* Joins in a child that never comes back, where @by_owner with the user namespace first that owns
 * it. */
static void probe_in_child(
    const struct means *means, int uts_fd, bool by_owner, struct answer *answer)
{
	int pipe_fds[2];
	ssize_t bytes;
	pid_t child;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
		answer->error = errno;
		return;
	}
	child = fork();
	if (child < 0)
		answer->error = errno;
	if (child == 0) {
		if (by_owner && join_owner(means->own_user, uts_fd) < 0)
			_exit(1); /* as if refused */
		answer->error = -join_ns(uts_fd, NS_UTS);
		close(means->own_uts);
		close(uts_fd);
		close(0);
		sandbox_close();
		if (!answer->error)
			answer->error = read_names(&answer->names);
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

static void probe(
    const struct means *means, const struct question *question, int given, struct answer *answer)
{
	autoclose int uts_fd = given;
	struct stat st;

	if (uts_fd < 0) {
		answer->error = EBADF;
	} else if (fstat(uts_fd, &st) < 0) {
		answer->error = errno;
	} else if (st.st_ino != question->ino) {
		answer->error = ESTALE;
	} else if (means->own_uts < 0) {
		probe_in_child(means, uts_fd, false, answer);
	} else {
		answer->error = join_and_read(uts_fd, &answer->names);
		if (join_ns(means->own_uts, NS_UTS) < 0 && answer->error == 0)
			_exit(1); /* never stay where it does not belong */
	}
	/* A helper that is privileged here is so in child user namespaces, too: then the owner would not help. */
	if (answer->error == EPERM && uts_fd >= 0 && !means->privileged &&
	    join_has_other_owner(means->own_user, uts_fd))
		probe_in_child(means, uts_fd, true, answer);
}

/* A message with a descriptor, or room for one. */
struct parcel {
	struct msghdr message;
	struct iovec part;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
};

static void parcel_init(struct parcel *parcel, struct question *question)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->part = (struct iovec){.iov_base = question, .iov_len = sizeof(*question)};
	parcel->message = (struct msghdr){.msg_iov = &parcel->part,
	    .msg_iovlen = 1,
	    .msg_control = parcel->control,
	    .msg_controllen = sizeof(parcel->control)};
}

/* Returns what recvmsg(2) does.  @ret_given: a descriptor, or -1. */
static ssize_t take_question(struct question *question, int *ret_given)
{
	struct parcel parcel;
	const struct cmsghdr *head;
	ssize_t bytes;

	parcel_init(&parcel, question);
	bytes = recvmsg(0, &parcel.message, MSG_CMSG_CLOEXEC);
	head = bytes < 0 ? NULL : CMSG_FIRSTHDR(&parcel.message);
	*ret_given = -1;
	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(ret_given, CMSG_DATA(head), sizeof(*ret_given));
	return bytes;
}

static int serve(void *arg)
{
	struct question question;
	struct means means;
	struct stat user;

	(void)arg;
	means.own_uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	means.own_user = stat("/proc/self/ns/user", &user) == 0 ? user.st_ino : 0;
	means.privileged = privileges_effective() & CAP_BIT(CAP_SYS_ADMIN);
	/* Without the privilege it has no capability here, and its children one in what they join. */
	sandbox_enter(&(struct sandbox){
	    .work = SANDBOX_NAMES,
	    .empty_root = true,
	    .alone = means.privileged && means.own_uts >= 0,
	    .joins = CLONE_NEWUTS | (means.privileged ? 0 : CLONE_NEWUSER),
	    .capabilities = join_capabilities(NS_UTS),
	});
	for (;;) {
		struct answer answer = {.error = 0};
		int given;
		ssize_t bytes = take_question(&question, &given);

		if (bytes < 0 && errno == EINTR)
			continue;
		if (bytes != sizeof(question))
			return 0;
		probe(&means, &question, given, &answer);
		if (send(0, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
			return 0;
	}
}

/* --- In the asking process ------------------------------------------------------------------- */

static int start(struct hostname_helper *helper)
{
	pid_t pid = helper_start(HELPER_PROBE, HELPER_PACKETS, serve, NULL, &helper->socket);

	if (pid < 0)
		return pid;
	helper->pid = pid;
	return 0;
}

static void stop(struct hostname_helper *helper)
{
	if (helper->socket < 0)
		return;
	close(helper->socket);
	helper->socket = -1;
	helper_end(helper->pid, false); /* it holds nothing that needs an orderly end */
}

int hostname_helper_new(struct hostname_helper **ret_hostname_helper)
{
	struct hostname_helper *helper = xcalloc(1, sizeof(*helper));
	int r = start(helper);

	if (r < 0) {
		free(helper);
		return r;
	}
	*ret_hostname_helper = helper;
	return 0;
}

void hostname_helper_free(struct hostname_helper *helper)
{
	if (!helper)
		return;
	stop(helper);
	free(helper);
}

pid_t hostname_helper_pid(const struct hostname_helper *helper)
{
	return helper->socket < 0 ? 0 : helper->pid;
}

int hostname_helper_ask(struct hostname_helper *helper, int fd, uint64_t ino)
{
	struct question question = {.ino = ino};
	struct parcel parcel;
	struct cmsghdr *head;

	int r = helper->socket < 0 ? start(helper) : 0;

	if (r < 0)
		return r;
	parcel_init(&parcel, &question);
	head = CMSG_FIRSTHDR(&parcel.message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	if (sendmsg(helper->socket, &parcel.message, MSG_NOSIGNAL) < 0) {
		int error = errno;

		stop(helper); /* it has exited; the next question starts another */
		return -error;
	}
	helper->asked_us = clock_us();
	return 0;
}

void hostname_helper_forget(struct hostname_helper *helper)
{
	stop(helper); /* its answer would come to the next question */
}

int hostname_helper_answer(
    struct hostname_helper *helper, uint64_t until_us, struct uts_names *ret_names)
{
	uint64_t limit_us = helper->asked_us + ANSWER_MS_MAX * 1000;
	struct pollfd pollfd = {.fd = helper->socket, .events = POLLIN};
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
		stop(helper);
		return -ETIMEDOUT;
	}
	if (recv(helper->socket, &answer, sizeof(answer), MSG_DONTWAIT) != sizeof(answer)) {
		stop(helper);
		return -EPIPE;
	}
	if (answer.error)
		return -answer.error;
	*ret_names = answer.names;
	return 1;
}
