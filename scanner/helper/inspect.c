#include "scanner/helper/inspect.h"

#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/inspect_helper.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/kernel_abi.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

enum {
	LOOKED_AT_MAX = 1000, /* members: running ones come first */
	PEERS_MAX = 4096,
	DATA_BYTES_MAX = 4 << 20, /* far more than a helper reports */
};

struct inspect {
	pid_t pid; /* of the helper; 0: it has ended */
	pid_t session;
	int fd;
	uint64_t limit_us;
	struct ns_id id;
	char *data;
	size_t len, capacity;
};

/* --- The ways to a namespace, from what the graph knows -------------------------------------- */

static void question_done(struct inspect_question *question)
{
	for (size_t i = 0; i < question->way_count; i++)
		free(question->ways[i].path);
	for (size_t i = 0; i < question->peer_count; i++)
		free(question->peers[i].way.path);
	free(question->peers);
}

static struct inspect_way *add_way(struct inspect_question *question)
{
	struct inspect_way *way = &question->ways[question->way_count++];

	*way = (struct inspect_way){.socket = -1};
	return way;
}

static bool is_full(const struct inspect_question *question)
{
	return question->way_count == INSPECT_WAYS_MAX;
}

/* /proc has the offsets of the time namespace for children; so they are read of a process whose children
 * get its own one.  time_namespaces(7) */
static bool is_fit(const struct process *process, enum nstype type)
{
	if (process->life.ended_ms || process->state == 'Z')
		return false;
	return type != NS_TIME || process->ns[LINK_TIME_FOR_CHILDREN] == process->ns[NS_TIME];
}

static const struct process *living_member(const struct ns *ns)
{
	const struct process *process = ns->first_member;
	unsigned looked_at = 0;

	while (process && (process->life.ended_ms || process->state == 'Z')) {
		process = process->next_member[ns->id.type];
		if (++looked_at == LOOKED_AT_MAX)
			return NULL;
	}
	return process;
}

static void add_member(struct inspect_question *question, pid_t pid)
{
	struct inspect_way *way = add_way(question);

	way->path = xasprintf("%d/ns/%s", (int)pid, ns_types[question->id.type].name);
	way->pid = pid;
}

static void add_members(struct inspect_question *question, const struct ns *ns)
{
	enum nstype type = ns->id.type;
	const struct process *process = ns->first_member;
	unsigned looked_at = 0;

	for (; process && looked_at < LOOKED_AT_MAX; process = process->next_member[type]) {
		/* The last place is left for another kind of way. */
		if (question->way_count == INSPECT_WAYS_MAX - 1)
			return;
		if (is_fit(process, type))
			add_member(question, process->id.pid);
		looked_at++;
	}
}

/* Through a namespace that leads to it. */
static void add_related(
    struct inspect_question *question, const struct ns *other, unsigned long step)
{
	const struct process *process = living_member(other);
	struct inspect_way *way;

	if (!process)
		return;
	way = add_way(question);
	way->path = xasprintf("%d/ns/%s", (int)process->id.pid, ns_types[other->id.type].name);
	way->step = step;
}

/* The path as a member of that mount namespace sees it, or as it is seen here. */
static void add_mount(struct inspect_question *question, const struct holder *holder)
{
	const struct process *process = holder->ns ? living_member(holder->ns) : NULL;
	struct inspect_way *way = add_way(question);

	way->path = xstrdup(holder->path);
	way->mounted = true;
	if (holder->ns && !holder->ns->reference && process)
		way->root = process->id.pid;
}

static void add_by_id(struct inspect_question *question)
{
	struct inspect_way *way = add_way(question);

	way->by_id = true;
	way->id = question->id;
}

/* The task whose descriptor it is; /proc has TID, too, though it does not list it. */
static pid_t holder_of(const struct holder *holder)
{
	return holder->tid ? holder->tid : holder->process->id.pid;
}

static void add_holder(struct inspect_question *question, const struct holder *holder)
{
	struct inspect_way *way;
	enum nstype type = question->id.type;

	switch (holder->kind) {
	case HOLDER_THREAD:
		/* A thread is found by its number too, though it isn't listed; proc(5). */
		add_member(question, holder->thread->tid);
		break;
	case HOLDER_FOR_CHILDREN:
		add_way(question)->path = xasprintf("%d/ns/%s_for_children",
		    (int)(holder->thread ? holder->thread->tid : holder->process->id.pid),
		    ns_types[type].name);
		break;
	case HOLDER_FD:
		add_way(question)->path = xasprintf("%d/fd/%d", (int)holder_of(holder), holder->fd);
		break;
	case HOLDER_SOCKET:
	case HOLDER_TUN:
		way = add_way(question);
		way->pid = holder_of(holder);
		way->of_thread = holder->tid != 0;
		way->socket = holder->fd;
		way->step = NSFS_OF_SOCKET;
		break;
	case HOLDER_UNSEEN:
		add_by_id(question);
		break;
	case HOLDER_MOUNT:
		add_mount(question, holder);
		break;
	case HOLDER_CHILD:
		add_related(question, holder->ns, NSFS_GET_PARENT);
		break;
	case HOLDER_OWNED:
		add_related(question, holder->ns, NSFS_GET_OWNER);
		break;
	default:
		break;
	}
}

/* Where a namespace without a process in it can be opened.  Returns whether it can; the way is the
 * caller's. */
static bool find_place(const struct ns *ns, struct inspect_way *ret_way)
{
	struct inspect_question question = {.id = ns->id};
	bool found;

	for (uint32_t i = 0; i < ns->holder_count && !question.way_count; i++)
		add_holder(&question, &ns->holders[i]);
	found = question.way_count && !question.ways[0].step;
	if (found) {
		*ret_way = question.ways[0];
		question.ways[0].path = NULL;
	}
	question_done(&question);
	return found;
}

/* Each other net namespace. */
static void add_peers(
    struct inspect_question *question, const struct graph *graph, const struct ns *ns)
{
	size_t capacity = 0;

	if (graph->stats.foreign_proc)
		return; /* /proc's numbers say nothing to rtnetlink(7) */
	for (size_t i = 0; i < graph->ns_count && question->peer_count < PEERS_MAX; i++) {
		const struct ns *other = graph->namespaces[i];
		struct inspect_peer peer = {.ino = other->id.ino, .fd = -1};
		const struct process *process;

		if (other->id.type != NS_NET || other == ns || other->life.ended_ms)
			continue;
		process = living_member(other);
		if (process)
			peer.pid = process->id.pid;
		else if (!find_place(other, &peer.way))
			continue;
		array_reserve(question->peers, capacity, question->peer_count + 1);
		question->peers[question->peer_count++] = peer;
	}
}

/* Fills in all that leads to @ns.
 * Returns 0, or -ENOENT where nothing does; else end it with question_done. */
static int find_ways(
    const struct graph *graph, const struct ns *ns, struct inspect_question *ret_question)
{
	struct inspect_question question = {.id = ns->id};

	add_members(&question, ns);
	for (uint32_t i = 0; i < ns->holder_count && !is_full(&question); i++)
		add_holder(&question, &ns->holders[i]);
	/* The last way that is left: the path of a mount may lead through a namespace that no process is in. */
	if (ns->id.unique && !is_full(&question))
		add_by_id(&question);
	if (!question.way_count)
		return -ENOENT;
	if (ns->id.type == NS_NET)
		add_peers(&question, graph, ns);
	*ret_question = question;
	return 0;
}

/* --- The asking side ------------------------------------------------------------------------- */

static int serve(void *question)
{
	inspect_serve(question);
}

int inspect_start(const struct graph *graph, const struct ns *ns, struct inspect **ret_inspect)
{
	struct inspect_question question;
	struct inspect *inspect;
	int r = find_ways(graph, ns, &question);
	pid_t pid;

	if (r < 0)
		return r;
	inspect = xcalloc(1, sizeof(*inspect));
	inspect->id = ns->id;
	inspect->limit_us = clock_us() + INSPECT_LIMIT_MS * 1000;
	pid = helper_start(HELPER_INSPECT, HELPER_PIPE, serve, &question, &inspect->fd);
	question_done(&question);
	if (pid < 0) {
		free(inspect);
		return pid;
	}
	inspect->pid = pid;
	inspect->session = helper_proc_pid(pid);
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
		error = -EPIPE; /* it was killed */
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
		array_reserve(inspect->data, inspect->capacity, inspect->len + 65536);
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
