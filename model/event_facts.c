#include "model/event_facts.h"

#include <string.h>

static const char *const means_names[] = {
    [MOVED_SOMEHOW] = NULL,
    [MOVED_BY_UNSHARE] = "unshare",
    [MOVED_BY_SETNS] = "setns",
};

const char *event_means(const struct event_context *context, const struct event *event)
{
	return means_names[move_means(context->after, event, context->now_ms)];
}

const struct process *event_process(const struct event_context *context, const struct event *event)
{
	return event->process.pid ? graph_process(context->after, &event->process) : NULL;
}

const struct thread *event_thread(const struct event_context *context, const struct event *event)
{
	const struct process *process = event->tid ? event_process(context, event) : NULL;
	const struct thread *thread = process ? process->first_thread : NULL;

	while (thread && thread->tid != event->tid)
		thread = thread->next;
	return thread;
}

bool event_is_move(const struct event *event)
{
	return event->kind == EVENT_PROCESS_MOVED || event->kind == EVENT_THREAD_MOVED;
}

bool event_is_of_ns(const struct event *event)
{
	return event->kind == EVENT_NS_BORN || event->kind == EVENT_NS_DIED ||
	       event->kind == EVENT_HOSTNAME;
}

const struct ns *event_apart_ns(
    const struct event_context *context, const struct event *event, enum nstype type)
{
	const struct process *process = event_process(context, event);
	const struct thread *thread = event_thread(context, event);
	const struct process *from = thread ? process : process ? process->parent : NULL;
	const struct ns *ns = thread ? thread->ns[type] : process ? process->ns[type] : NULL;

	return from && ns && from->ns[type] && ns != from->ns[type] ? ns : NULL;
}

bool event_is_back(const struct event_context *context, const struct event *event)
{
	const struct thread *thread = event_thread(context, event);

	return thread && thread->ns[event->link] == thread->process->ns[event->link];
}

const char *event_hostname(const struct graph *graph, const struct ns_id *id)
{
	const struct ns *ns = graph ? graph_ns(graph, id) : NULL;

	return ns ? ns->hostname : NULL;
}
