#include "model/move.h"

static bool descends_from(const struct process *process, const struct process *above)
{
	for (; process; process = process->parent) {
		if (process == above)
			return true;
	}
	return false;
}

/* Is @keeper the one that moved, or below its process?  Of members the same; a thread's own process
 * is another than it. */
static bool is_by(const struct process *process, const struct thread *thread,
    const struct process *mover, pid_t tid)
{
	if (process == mover)
		return thread ? thread->tid == tid : tid == 0;
	return descends_from(process, mover);
}

enum move_means move_means(const struct graph *after, const struct event *event, uint64_t now_ms)
{
	const struct ns *to = graph_ns(after, &event->ns);
	const struct process *process = graph_process(after, &event->process);

	if (!to || !process)
		return MOVED_SOMEHOW;
	if (to->life.born_ms != now_ms)
		return MOVED_BY_SETNS;
	for (const struct process *member = to->first_member; member;
	     member = member->next_member[to->id.type]) {
		if (!is_by(member, NULL, process, event->tid))
			return MOVED_SOMEHOW;
	}
	for (uint32_t i = 0; i < to->keeper_count; i++) {
		const struct keeper *keeper = &to->keepers[i];

		if ((keeper->kind == KEEPER_THREAD || keeper->kind == KEEPER_FOR_CHILDREN) &&
		    !is_by(keeper->process, keeper->thread, process, event->tid))
			return MOVED_SOMEHOW;
	}
	return MOVED_BY_UNSHARE;
}
