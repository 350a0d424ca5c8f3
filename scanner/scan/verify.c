#include "scanner/scan/verify.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* A process or a thread, and what it said of its links. */
struct task {
	pid_t pid; /* as in /proc */
	const struct ns **ns;
	enum unread *unread;
};

static bool proves(const struct sweep *sweep, const struct ns *ns, pid_t task, int link)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)task, ns_link_names[link]);
	fd = openat(sweep->proc, name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && nsfs_is_fd(ns, fd);
}

/* --- The claims on a namespace, task by task ----------------------------------------------------- */

static void begin_tasks(struct confirm *confirm)
{
	confirm->process = 0;
	confirm->thread = NULL;
}

/* The next task, in the order of reading.  Returns false where there are no more. */
static bool next_task(struct confirm *confirm, struct task *ret_task)
{
	struct graph_builder *builder = confirm->sweep->builder;
	struct thread *thread = confirm->thread;
	struct process *process;

	if (thread) {
		confirm->thread = (struct thread *)thread->next;
		*ret_task =
		    (struct task){.pid = thread->tid, .ns = thread->ns, .unread = thread->unread};
		return true;
	}
	if (confirm->process == graph_builder_process_count(builder))
		return false;
	process = graph_builder_process(builder, confirm->process++);
	confirm->thread = (struct thread *)process->first_thread;
	*ret_task =
	    (struct task){.pid = process->id.pid, .ns = process->ns, .unread = process->unread};
	return true;
}

static bool proven_by(const struct confirm *confirm, const struct ns *ns, const struct task *task)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (task->ns[link] == ns && proves(confirm->sweep, ns, task->pid, link))
			return true;
	}
	return false;
}

/* Takes back all claims but the first: that one was asked. */
static void take_back(struct confirm *confirm, const struct ns *ns, const struct task *task)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (task->ns[link] != ns)
			continue;
		if (confirm->past_first) {
			task->ns[link] = NULL;
			task->unread[link] = UNREAD_GONE;
		}
		confirm->past_first = true;
	}
}

/* --- Namespaces --------------------------------------------------------------------------------- */

static bool still_there(const struct sweep *sweep, const struct ns *ns)
{
	enum ns_link for_children =
	    ns->id.type == NS_PID ? LINK_PID_FOR_CHILDREN : LINK_TIME_FOR_CHILDREN;

	if (ns->seen_last && proves(sweep, ns, ns->seen_last, (int)ns->id.type))
		return true;
	return ns->seen_children && proves(sweep, ns, ns->seen_children, for_children);
}

static bool has_one_claim(const struct ns *ns)
{
	return !ns->carried && !ns->seen_children && ns->seen_by == ns->seen_last;
}

/* Begins with @ns.  Returns whether that was all. */
static bool begin_ns(struct confirm *confirm, const struct ns *ns)
{
	if (ns->initial || !ns->id.unique || !ns->seen_now || has_one_claim(ns) ||
	    still_there(confirm->sweep, ns))
		return true;
	confirm->stage = CONFIRM_PROVE;
	/* Of one that was carried nobody was asked. */
	confirm->past_first = ns->carried;
	begin_tasks(confirm);
	return false;
}

/* Goes on with the present namespace, by one task.  Returns whether it is done with. */
static bool step_ns(struct confirm *confirm, const struct ns *ns)
{
	struct task task;
	bool more;

	if (confirm->stage == CONFIRM_BEGIN)
		return begin_ns(confirm, ns);
	more = next_task(confirm, &task);
	if (confirm->stage == CONFIRM_PROVE && !more) {
		confirm->stage = CONFIRM_TAKE_BACK;
		begin_tasks(confirm);
		return false;
	}
	if (confirm->stage == CONFIRM_PROVE)
		return proven_by(confirm, ns, &task);
	if (more)
		take_back(confirm, ns, &task);
	return !more;
}

void sweep_doubt(struct sweep *sweep, int error, const struct ns **ns, enum unread *unread)
{
	if (error != -ENOENT && error != -ESRCH && error != -ESTALE)
		return;
	array_reserve(sweep->doubts, sweep->doubt_room, sweep->doubt_count + 1);
	sweep->doubts[sweep->doubt_count++] = (struct doubt){.ns = ns, .unread = unread};
}

/* Whom somebody else was asked for is not known to be the one that the first was in. */
static void settle_doubts(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->doubt_count; i++) {
		struct doubt *doubt = &sweep->doubts[i];

		if (!*doubt->ns || !(*doubt->ns)->id.unique)
			continue;
		*doubt->ns = NULL;
		*doubt->unread = UNREAD_GONE;
	}
	sweep->doubt_count = 0;
}

void confirm_begin(struct confirm *confirm, struct sweep *sweep)
{
	*confirm = (struct confirm){.sweep = sweep};
	settle_doubts(sweep);
}

bool confirm_step(struct confirm *confirm, uint64_t until_us)
{
	struct graph_builder *builder = confirm->sweep->builder;

	while (confirm->at < graph_builder_ns_count(builder)) {
		if (step_ns(confirm, graph_builder_ns(builder, confirm->at))) {
			confirm->at++;
			confirm->stage = CONFIRM_BEGIN;
		}
		if (clock_us() >= until_us)
			break;
	}
	return confirm->at == graph_builder_ns_count(builder);
}
