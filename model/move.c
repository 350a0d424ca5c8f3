#include "model/move.h"

static bool descends_from(const struct process *process, const struct process *above)
{
	for (; process; process = process->parent) {
		if (process == above)
			return true;
	}
	return false;
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
		if (!descends_from(member, process))
			return MOVED_SOMEHOW;
	}
	return MOVED_BY_UNSHARE;
}
