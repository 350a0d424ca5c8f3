#include "scanner/scan/phases.h"

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
	enum read_status *read_status;
};

static bool proves(const struct context *context, const struct ns *ns, pid_t task, int link)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)task, ns_link_names[link]);
	fd = openat(context->proc, name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && nsfs_is_fd(ns, fd);
}

/* --- The claims on a namespace, task by task ----------------------------------------------------- */

static void begin_tasks(struct verify *verify)
{
	verify->process = 0;
	verify->thread = NULL;
}

/* The next task, in the order of reading.  Returns false where there are no more. */
static bool next_task(struct verify *verify, struct task *ret_task)
{
	struct graph_builder *builder = verify->context->builder;
	struct thread *thread = verify->thread;
	struct process *process;

	if (thread) {
		verify->thread = (struct thread *)thread->next;
		*ret_task = (struct task){
		    .pid = thread->tid, .ns = thread->ns, .read_status = thread->read_status};
		return true;
	}
	if (verify->process == graph_builder_process_count(builder))
		return false;
	process = graph_builder_process(builder, verify->process++);
	verify->thread = (struct thread *)process->first_thread;
	*ret_task = (struct task){
	    .pid = process->id.pid, .ns = process->ns, .read_status = process->read_status};
	return true;
}

static bool proven_by(const struct verify *verify, const struct ns *ns, const struct task *task)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (task->ns[link] == ns && proves(verify->context, ns, task->pid, link))
			return true;
	}
	return false;
}

/* Takes back all claims but the first: that one was asked. */
static void take_back(struct verify *verify, const struct ns *ns, const struct task *task)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (task->ns[link] != ns)
			continue;
		if (verify->first_passed) {
			task->ns[link] = NULL;
			task->read_status[link] = READ_GONE;
		}
		verify->first_passed = true;
	}
}

/* --- Namespaces --------------------------------------------------------------------------------- */

static bool still_there(const struct context *context, const struct ns *ns)
{
	enum ns_link for_children =
	    ns->id.type == NS_PID ? LINK_PID_FOR_CHILDREN : LINK_TIME_FOR_CHILDREN;

	if (ns_notes(ns)->last_member &&
	    proves(context, ns, ns_notes(ns)->last_member, (int)ns->id.type))
		return true;
	return ns_notes(ns)->for_children &&
	       proves(context, ns, ns_notes(ns)->for_children, for_children);
}

static bool has_one_claim(const struct ns *ns)
{
	return !ns_notes(ns)->inherited && !ns_notes(ns)->for_children &&
	       ns_notes(ns)->member == ns_notes(ns)->last_member;
}

/* Begins with @ns.  Returns whether that was all. */
static bool begin_ns(struct verify *verify, const struct ns *ns)
{
	if (ns->initial || !ns->id.unique || !ns_notes(ns)->seen_now || has_one_claim(ns) ||
	    still_there(verify->context, ns))
		return true;
	verify->stage = VERIFY_CONFIRM;
	/* A copied namespace was not queried through any task. */
	verify->first_passed = ns_notes(ns)->inherited;
	begin_tasks(verify);
	return false;
}

/* Goes on with the present namespace, by one task.  Returns whether it is done with. */
static bool step_ns(struct verify *verify, const struct ns *ns)
{
	struct task task;
	bool more;

	if (verify->stage == VERIFY_BEGIN)
		return begin_ns(verify, ns);
	more = next_task(verify, &task);
	if (verify->stage == VERIFY_CONFIRM && !more) {
		verify->stage = VERIFY_REMOVE;
		begin_tasks(verify);
		return false;
	}
	if (verify->stage == VERIFY_CONFIRM)
		return proven_by(verify, ns, &task);
	if (more)
		take_back(verify, ns, &task);
	return !more;
}

void context_doubt(
    struct context *context, int error, const struct ns **ns, enum read_status *read_status)
{
	if (error != -ENOENT && error != -ESRCH && error != -ESTALE)
		return;
	array_reserve(context->doubts, context->doubt_capacity, context->doubt_count + 1);
	context->doubts[context->doubt_count++] =
	    (struct doubt){.ns = ns, .read_status = read_status};
}

/* A namespace that was queried through another task may differ from that of the first task. */
static void settle_doubts(struct context *context)
{
	for (size_t i = 0; i < context->doubt_count; i++) {
		struct doubt *doubt = &context->doubts[i];

		if (!*doubt->ns || !(*doubt->ns)->id.unique)
			continue;
		*doubt->ns = NULL;
		*doubt->read_status = READ_GONE;
	}
	context->doubt_count = 0;
}

void verify_begin(struct verify *verify, struct context *context)
{
	*verify = (struct verify){.context = context};
	settle_doubts(context);
}

bool verify_step(struct verify *verify, uint64_t until_us)
{
	struct graph_builder *builder = verify->context->builder;

	while (verify->at < graph_builder_ns_count(builder)) {
		if (step_ns(verify, graph_builder_ns(builder, verify->at))) {
			verify->at++;
			verify->stage = VERIFY_BEGIN;
		}
		if (clock_us() >= until_us)
			break;
	}
	return verify->at == graph_builder_ns_count(builder);
}
