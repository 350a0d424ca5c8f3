#include "scanner/helper/errand.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/local_fs.h"
#include "scanner/proc/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { READ_BYTES = 65536 };

struct errand {
	pid_t pid; /* of the helper; 0: the work is done */
	int fd;
	uint64_t limit_us, mount;
	int error;
	struct bytes answer; /* behind the work's result, once that is there */
	pid_t proc_pid;      /* the helper in /proc */
	struct errand *next;
};

static struct errand *under_way; /* those with a helper */

/* The helpers that were left behind, and which mounts they wait for. */
static struct {
	struct left {
		pid_t pid;
		uint64_t mount;
	} * items;
	size_t count, capacity;
} left;

/* --- Waiting helpers ---------------------------------------------------------------------------- */

static void leave(pid_t pid, uint64_t mount)
{
	array_reserve(left.items, left.capacity, left.count + 1);
	left.items[left.count++] = (struct left){.pid = pid, .mount = mount};
	helper_end(pid, true);
}

/* Does a helper still wait for a file system that is mounted as @mount? */
static bool is_silent(uint64_t mount)
{
	size_t count = 0;
	bool silent = false;

	helper_reap_killed();
	for (size_t i = 0; i < left.count; i++) {
		if (!helper_is_own(left.items[i].pid))
			continue; /* it was reaped */
		silent |= left.items[i].mount == mount;
		left.items[count++] = left.items[i];
	}
	left.count = count;
	return silent;
}

/* --- The helper --------------------------------------------------------------------------------- */

struct errand_order {
	errand_work *work;
	void *arg;
};

/* Writes what the work returns, and then its answer.  Returns the exit status. */
static int serve(void *order_of)
{
	const struct errand_order *order = order_of;
	struct bytes answer = {.data = NULL};
	int result = order->work(order->arg, &answer);
	size_t at = 0;

	if (write(0, &result, sizeof(result)) != sizeof(result))
		return 1;
	while (at < answer.len) {
		ssize_t bytes = write(0, answer.data + at, answer.len - at);

		if (bytes < 0 && errno != EINTR)
			return 1;
		at += bytes > 0 ? (size_t)bytes : 0;
	}
	return 0;
}

/* Returns 0 or -errno. */
static int start(struct errand *errand, errand_work *work, void *arg)
{
	struct errand_order order = {.work = work, .arg = arg};
	pid_t pid = helper_start(HELPER_FILES, HELPER_PIPE, serve, &order, &errand->fd);

	if (pid < 0)
		return pid;
	errand->pid = pid;
	errand->proc_pid = helper_proc_pid(pid);
	errand->next = under_way;
	under_way = errand;
	return 0;
}

bool errand_is(pid_t pid)
{
	const struct errand *errand = under_way;

	while (errand && !(errand->pid && errand->proc_pid == pid))
		errand = errand->next;
	return errand;
}

int errand_start(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct errand **ret_errand)
{
	autoprivileges uint64_t before = privileges_raise(PRIVILEGES_FILES);
	struct errand *errand;
	uint64_t mount = 0;
	bool local = local_fs_has(path, &mount);
	int r = 0;

	if (!local && is_silent(mount))
		return -ETIMEDOUT;
	errand = xcalloc(1, sizeof(*errand));
	errand->fd = -1;
	errand->mount = mount;
	errand->limit_us = clock_us() + (uint64_t)limit_ms * 1000;
	if (local)
		errand->error = work(arg, &errand->answer);
	else
		r = start(errand, work, arg);
	if (r < 0) {
		free(errand);
		return r;
	}
	*ret_errand = errand;
	return 0;
}

/* Takes what has come.  Returns whether that was all. */
static bool receive(struct errand *errand)
{
	for (;;) {
		ssize_t bytes;

		bytes_reserve(&errand->answer, READ_BYTES);
		bytes = read(errand->fd, errand->answer.data + errand->answer.len, READ_BYTES);
		if (bytes > 0)
			errand->answer.len += (size_t)bytes;
		else if (bytes == 0 || errno != EINTR)
			return bytes == 0 || errno != EAGAIN;
	}
}

/* The helper has closed its pipe, so it ends now. */
static void finish(struct errand *errand)
{
	struct bytes *answer = &errand->answer;

	helper_end(errand->pid, false);
	errand->pid = 0;
	if (answer->len < sizeof(errand->error)) {
		errand->error = -EPIPE;
		return;
	}
	memcpy(&errand->error, answer->data, sizeof(errand->error));
	answer->len -= sizeof(errand->error);
	memmove(answer->data, answer->data + sizeof(errand->error), answer->len);
}

bool errand_step(struct errand *errand, uint64_t until_us, int *ret_error, struct bytes *ret_answer)
{
	struct pollfd pollfd = {.fd = errand->fd, .events = POLLIN};

	while (errand->pid && !receive(errand)) {
		uint64_t now_us = clock_us();
		uint64_t end_us = until_us < errand->limit_us ? until_us : errand->limit_us;
		struct timespec wait = {.tv_sec = 0};

		if (now_us >= errand->limit_us) {
			leave(errand->pid, errand->mount);
			errand->pid = 0;
			errand->error = -ETIMEDOUT;
			errand->answer.len = 0;
			break;
		}
		if (now_us >= end_us)
			return false;
		wait.tv_sec = (time_t)((end_us - now_us) / 1000000);
		wait.tv_nsec = (long)((end_us - now_us) % 1000000) * 1000;
		ppoll(&pollfd, 1, &wait, NULL);
	}
	if (errand->pid)
		finish(errand);
	*ret_error = errand->error;
	*ret_answer = errand->answer;
	errand->answer = (struct bytes){.data = NULL};
	return true;
}

void errand_free(struct errand *errand)
{
	if (!errand)
		return;
	for (struct errand **at = &under_way; *at; at = &(*at)->next) {
		if (*at == errand) {
			*at = errand->next;
			break;
		}
	}
	if (errand->pid)
		leave(errand->pid, errand->mount);
	close_fd(&errand->fd);
	bytes_done(&errand->answer);
	free(errand);
}

int errand_run(
    const char *path, unsigned limit_ms, errand_work *work, void *arg, struct bytes *ret_answer)
{
	struct errand *errand;
	int error = errand_start(path, limit_ms, work, arg, &errand);

	*ret_answer = (struct bytes){.data = NULL};
	if (error < 0)
		return error;
	while (!errand_step(errand, UINT64_MAX, &error, ret_answer))
		;
	errand_free(errand);
	return error;
}

/* --- Longer ones -------------------------------------------------------------------------------- */

int errand_talk_start(
    const char *path, int (*work)(void *arg), void *arg, struct errand_talk *ret_talk)
{
	struct errand_talk talk = {.pid = 0};

	if (local_fs_has(path, &talk.mount))
		return 1;
	if (is_silent(talk.mount))
		return -ETIMEDOUT;
	talk.pid = helper_start(HELPER_FILES, HELPER_STREAM, work, arg, &talk.socket);
	if (talk.pid < 0)
		return talk.pid;
	*ret_talk = talk;
	return 0;
}

static bool comes(int fd, unsigned limit_ms)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};
	uint64_t until_us = clock_us() + (uint64_t)limit_ms * 1000;
	uint64_t now_us;

	while ((now_us = clock_us()) < until_us) {
		if (poll(&pollfd, 1, (int)((until_us - now_us) / 1000) + 1) > 0)
			return true;
	}
	return false;
}

int errand_talk_begin(const struct errand_talk *talk)
{
	int result;

	if (!comes(talk->socket, ERRAND_ASKED_MS))
		return -ETIMEDOUT;
	if (recv(talk->socket, &result, sizeof(result), MSG_WAITALL) != sizeof(result))
		return -EPIPE;
	return result;
}

int errand_talk_end(struct errand_talk *talk, bool wait)
{
	int status = 0, pidfd;
	bool ended;

	close_fd(&talk->socket);
	pidfd = wait ? (int)syscall(SYS_pidfd_open, talk->pid, 0) : -1;
	ended = pidfd >= 0 && comes(pidfd, ERRAND_ASKED_MS);
	close_fd(&pidfd);
	if (!ended) {
		leave(talk->pid, talk->mount);
		return -ETIMEDOUT;
	}
	while (waitpid(talk->pid, &status, 0) < 0 && errno == EINTR)
		;
	helper_forget(talk->pid);
	if (!WIFEXITED(status))
		return -EPIPE;
	return -WEXITSTATUS(status);
}

/* What the kernel has at hand is no answer. */
static int look_at(void *arg, struct bytes *answer)
{
	struct statx st;

	(void)answer;
	return statx(AT_FDCWD, arg, AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &st) < 0 ? -errno : 0;
}

bool errand_answers(const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ":");
		autofree char *path = xstrndup(list, len);
		struct bytes none;
		int r = errand_run(path, ERRAND_MS, look_at, path, &none);

		bytes_done(&none);
		if (r == -ETIMEDOUT)
			return false;
		list += len + (list[len] == ':');
	}
	return true;
}

const char *errand_error(int error)
{
	return error == -ETIMEDOUT ? _("its file system does not answer") : strerror(-error);
}
