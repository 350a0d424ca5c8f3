#include "scanner/helper/inspect.h"

#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/inspect_helper.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

enum {
	DATA_BYTES_MAX = 4 << 20, /* far more than a helper tells */
};

struct inspect {
	pid_t pid; /* of the helper; 0: it has ended */
	pid_t session;
	int fd;
	uint64_t limit_us;
	struct ns_id id;
	char *data;
	size_t len, room;
};

/* --- The asking side ------------------------------------------------------------------------- */

static int start(const struct inspect_question *question, struct inspect *inspect)
{
	int ends[2], error = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	/* Before there is a helper that would be left. */
	inspect->pid = fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 ? -1 : fork();
	if (inspect->pid == 0) {
		helper_begin(ends[1], HELPER_INSPECT);
		inspect_serve(question);
	}
	if (inspect->pid < 0)
		error = errno;
	close(ends[1]);
	if (inspect->pid < 0) {
		close(ends[0]);
		return -error;
	}
	inspect->fd = ends[0];
	inspect->session = helper_proc_pid(inspect->pid);
	return 0;
}

int inspect_start(const struct graph *graph, const struct ns *ns, struct inspect **ret_inspect)
{
	struct inspect_question question;
	struct inspect *inspect;
	int r = inspect_find_ways(graph, ns, &question);

	if (r < 0)
		return r;
	inspect = xcalloc(1, sizeof(*inspect));
	inspect->id = ns->id;
	inspect->limit_us = clock_us() + INSPECT_LIMIT_MS * 1000;
	r = start(&question, inspect);
	inspect_question_done(&question);
	if (r < 0) {
		free(inspect);
		return r;
	}
	*ret_inspect = inspect;
	return 0;
}

/* Ends the helper, with what it has started: it leads a group as soon as it starts others. */
static void end_helper(struct inspect *inspect)
{
	if (!inspect->pid)
		return;
	kill(-inspect->pid, SIGKILL);
	helper_end(inspect->pid, false);
	inspect->pid = 0;
}

void inspect_free(struct inspect *inspect)
{
	if (!inspect)
		return;
	end_helper(inspect);
	close_fd(&inspect->fd);
	free(inspect->data);
	free(inspect);
}

pid_t inspect_session(const struct inspect *inspect)
{
	return inspect->pid ? inspect->session : 0;
}

int inspect_fd(const struct inspect *inspect)
{
	return inspect->fd;
}

int inspect_timeout(const struct inspect *inspect)
{
	uint64_t now_us = clock_us();

	return now_us < inspect->limit_us ? (int)((inspect->limit_us - now_us) / 1000) + 1 : 0;
}

static int finish(struct inspect *inspect, int error, struct inspection **ret_inspection)
{
	struct inspection *inspection = NULL;

	end_helper(inspect);
	if (!error && !inspect->len)
		error = -EPIPE; /* it has died */
	if (!error) {
		error = inspection_decode(inspect->data, inspect->len, &inspection);
		inspect->data = NULL;
	}
	if (error)
		inspection = inspection_failed(error);
	inspection->id = inspect->id;
	*ret_inspection = inspection;
	return 1;
}

int inspect_io(struct inspect *inspect, struct inspection **ret_inspection)
{
	for (;;) {
		ssize_t bytes;

		if (clock_us() >= inspect->limit_us)
			return finish(inspect, -ETIMEDOUT, ret_inspection);
		if (inspect->len > DATA_BYTES_MAX)
			return finish(inspect, -EFBIG, ret_inspection);
		array_reserve(inspect->data, inspect->room, inspect->len + 65536);
		bytes = read(inspect->fd, inspect->data + inspect->len, 65536);
		if (bytes == 0)
			return finish(inspect, 0, ret_inspection);
		if (bytes > 0)
			inspect->len += (size_t)bytes;
		else if (errno == EAGAIN)
			return 0;
		else if (errno != EINTR)
			return finish(inspect, -errno, ret_inspection);
	}
}

struct inspection *inspect_once(const struct graph *graph, const struct ns *ns)
{
	struct inspection *inspection = NULL;
	struct inspect *inspect;
	int r = inspect_start(graph, ns, &inspect);

	if (r < 0) {
		inspection = inspection_failed(r);
		inspection->id = ns->id;
		return inspection;
	}
	while (!inspect_io(inspect, &inspection)) {
		struct pollfd pollfd = {.fd = inspect->fd, .events = POLLIN};

		poll(&pollfd, 1, inspect_timeout(inspect));
	}
	inspect_free(inspect);
	return inspection;
}
