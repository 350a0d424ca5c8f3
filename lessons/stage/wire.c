#include "lessons/stage/wire.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

int wire_send(int socket, const void *message, size_t bytes, int passed_fd, int flags)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec part = {.iov_base = (void *)message, .iov_len = bytes};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t sent;

	if (passed_fd >= 0) {
		struct cmsghdr *rights;

		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		rights = CMSG_FIRSTHDR(&header);
		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(rights), &passed_fd, sizeof(int));
	}
	do
		sent = sendmsg(socket, &header, flags | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

int wire_receive(int socket, void *message, size_t bytes, int flags, pid_t *ret_pid, int *ret_fd)
{
	_Alignas(struct cmsghdr) char
	    control[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(int))];
	struct iovec part = {.iov_base = message, .iov_len = bytes};
	struct msghdr header = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control)};
	autoclose int passed_fd = -1;
	struct ucred sender = {.pid = 0};
	ssize_t got;

	do
		got = recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	/* A peer that ends with a message unread resets the connection: unix(7). */
	if (got < 0)
		return errno == ECONNRESET ? 0 : -errno;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&header); at; at = CMSG_NXTHDR(&header, at)) {
		if (at->cmsg_level != SOL_SOCKET)
			continue;
		if (at->cmsg_type == SCM_CREDENTIALS)
			memcpy(&sender, CMSG_DATA(at), sizeof(sender));
		else if (at->cmsg_type == SCM_RIGHTS)
			memcpy(&passed_fd, CMSG_DATA(at), sizeof(int));
	}
	if (got == 0)
		return 0;
	if ((size_t)got != bytes || (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return -EBADMSG;
	if (ret_pid)
		*ret_pid = sender.pid;
	if (ret_fd) {
		*ret_fd = passed_fd;
		passed_fd = -1;
	}
	return 1;
}

/* close_range(2) is there since 5.9. */
static int close_one_by_one(int last)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	if (!directory)
		return -errno;
	while ((entry = readdir(directory))) {
		long fd = strtol(entry->d_name, NULL, 10);

		if (fd > last && fd != dirfd(directory))
			close((int)fd);
	}
	closedir(directory);
	return 0;
}

int wire_take(int socket)
{
	if (socket == WIRE_FD)
		return 0;
	if (dup3(socket, WIRE_FD, O_CLOEXEC) < 0)
		return -errno;
	close(socket);
	return 0;
}

int wire_keep_only(int socket, int last)
{
	int r = wire_take(socket);

	if (r < 0)
		return r;
	if (close_range((unsigned)last + 1, ~0u, 0) == 0)
		return 0;
	return close_one_by_one(last);
}

int wire_null_streams(void)
{
	int null = helper_open_null();

	if (null < 0)
		return null;
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fd != null && dup2(null, fd) < 0)
			return -errno;
	}
	if (null > STDERR_FILENO)
		close(null);
	return 0;
}

pid_t fork_without_signals(void)
{
	sigset_t all, before;
	pid_t pid;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = errno;
	if (pid == 0) {
		oom_handler = NULL; /* the screen isn't ours */
		return 0;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -error : pid;
}
