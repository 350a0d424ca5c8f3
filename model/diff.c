#include "model/diff.h"

#include "model/util.h"

#include <string.h>

static struct event *add_event(struct events *events, enum event_kind kind)
{
	struct event *event;

	array_reserve(events->items, events->room, events->count + 1);
	event = &events->items[events->count++];
	*event = (struct event){.kind = kind};
	return event;
}

static bool is_alive(const struct life *life)
{
	return !life->died_ms;
}

/* For each namespace of @of, by index, the same one of @in, or NULL. */
static const struct ns **match_namespaces(const struct graph *of, const struct graph *in)
{
	const struct ns **matched = xcalloc(of->ns_count, sizeof(*matched));

	for (size_t i = 0; i < of->ns_count; i++)
		matched[i] = graph_ns(in, &of->namespaces[i]->id);
	return matched;
}

/* Adds @kind for each living namespace of @of that has no living one in @matched. */
static void tell_unmatched_namespaces(const struct graph *of, const struct ns *const *matched,
    enum event_kind kind, struct events *events)
{
	for (size_t i = 0; i < of->ns_count; i++) {
		const struct ns *ns = of->namespaces[i];

		if (is_alive(&ns->life) && !(matched[i] && is_alive(&matched[i]->life)))
			add_event(events, kind)->ns = ns->id;
	}
}

/* For each process of @of, by index, the same one of @in, or NULL.  Both are sorted. */
static const struct process **match_processes(const struct graph *of, const struct graph *in)
{
	const struct process **matched = xcalloc(of->process_count, sizeof(*matched));
	size_t at = 0;

	for (size_t i = 0; i < of->process_count; i++) {
		const struct process_id *id = &of->processes[i]->id;

		while (at < in->process_count && in->processes[at]->id.pid < id->pid)
			at++;
		for (size_t same = at;
		     same < in->process_count && in->processes[same]->id.pid == id->pid; same++) {
			if (process_id_equal(&in->processes[same]->id, id))
				matched[i] = in->processes[same];
		}
	}
	return matched;
}

static void tell_unmatched_processes(const struct graph *of, const struct process *const *matched,
    enum event_kind kind, struct events *events)
{
	for (size_t i = 0; i < of->process_count; i++) {
		const struct process *process = of->processes[i];

		if (is_alive(&process->life) && !(matched[i] && is_alive(&matched[i]->life)))
			add_event(events, kind)->process = process->id;
	}
}

/* @ns_after: what the namespaces of the graph before are now. */
static void tell_moves(const struct process *before, const struct process *after,
    const struct ns *const *ns_after, struct events *events)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct ns *from = before->ns[link];
		const struct ns *to = after->ns[link];
		struct event *event;

		if (!from || !to || ns_after[from->index] == to)
			continue;
		event = add_event(events, EVENT_PROCESS_MOVED);
		event->link = (enum ns_link)link;
		event->process = after->id;
		event->ns = to->id;
		event->from = from->id;
	}
}

static void tell_hostname(const struct ns *before, const struct ns *after, struct events *events)
{
	if (!after || !is_alive(&before->life) || !is_alive(&after->life))
		return;
	if (before->hostname && after->hostname && strcmp(before->hostname, after->hostname) != 0)
		add_event(events, EVENT_HOSTNAME)->ns = after->id;
}

void diff_graphs(const struct graph *before, const struct graph *after, struct events *events)
{
	autofree const struct ns **ns_before = match_namespaces(after, before);
	autofree const struct ns **ns_after = match_namespaces(before, after);
	autofree const struct process **process_before = match_processes(after, before);
	autofree const struct process **process_after = match_processes(before, after);

	tell_unmatched_namespaces(after, ns_before, EVENT_NS_BORN, events);
	tell_unmatched_processes(after, process_before, EVENT_PROCESS_BORN, events);
	for (size_t i = 0; i < before->process_count; i++) {
		const struct process *process = before->processes[i];

		if (process_after[i] && is_alive(&process->life) &&
		    is_alive(&process_after[i]->life))
			tell_moves(process, process_after[i], ns_after, events);
	}
	for (size_t i = 0; i < before->ns_count; i++)
		tell_hostname(before->namespaces[i], ns_after[i], events);
	tell_unmatched_processes(before, process_after, EVENT_PROCESS_DIED, events);
	tell_unmatched_namespaces(before, ns_after, EVENT_NS_DIED, events);
}

void events_done(struct events *events)
{
	free(events->items);
	*events = (struct events){0};
}
