#include "model/graph/history.h"

#include "model/base/util.h"

#include <string.h>

/* --- Changes ---------------------------------------------------------------------------------- */

static struct event *add_event(struct events *events, enum event_kind kind)
{
	struct event *event;

	array_reserve(events->items, events->capacity, events->count + 1);
	event = &events->items[events->count++];
	*event = (struct event){.kind = kind};
	return event;
}

static bool is_alive(const struct life *life)
{
	return !life->ended_ms;
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
static void report_unmatched_namespaces(const struct graph *of, const struct ns *const *matched,
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

static void report_unmatched_processes(const struct graph *of, const struct process *const *matched,
    enum event_kind kind, struct events *events)
{
	for (size_t i = 0; i < of->process_count; i++) {
		const struct process *process = of->processes[i];

		if (is_alive(&process->life) && !(matched[i] && is_alive(&matched[i]->life)))
			add_event(events, kind)->process = process->id;
	}
}

/* Reports the links that changed; @moved has the process or thread.
 * @ns_after: the namespaces of the previous graph in the new one. */
static void report_moves(const struct ns *const *before, const struct ns *const *after,
    const struct ns *const *ns_after, const struct event *moved, struct events *events)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct ns *from = before[link], *to = after[link];
		struct event *event;

		if (!from || !to || ns_after[from->index] == to)
			continue;
		event = add_event(events, moved->kind);
		*event = *moved;
		event->link = (enum ns_link)link;
		event->ns = to->id;
		event->from = from->id;
	}
}

static void report_process_moves(const struct process *before, const struct process *after,
    const struct ns *const *ns_after, struct events *events)
{
	const struct event moved = {.kind = EVENT_PROCESS_MOVED, .process = after->id};

	if (is_alive(&before->life) && is_alive(&after->life))
		report_moves(before->ns, after->ns, ns_after, &moved, events);
}

/* --- Threads ---------------------------------------------------------------------------------- */

/* A thread that was not in the previous graph was in the namespaces of its process, if it existed.
 * @ret_links: its links then.  Returns false where it did not exist, as far as is known. */
static bool thread_before(const struct graph *graph, const struct process *process_before,
    const struct thread *thread, const struct ns *const **ret_links)
{
	const struct thread *before =
	    process_before ? graph_same_thread(process_before, thread) : NULL;

	if (!process_before || !is_alive(&process_before->life) ||
	    (!before && graph->stats.taken_at_ticks &&
	        thread->start_ticks >= graph->stats.taken_at_ticks))
		return false;
	*ret_links = before ? before->ns : process_before->ns;
	return true;
}

static void report_started_threads(const struct graph *graph_before, const struct process *before,
    const struct process *after, struct events *events)
{
	const struct ns *const *links;

	if (!is_alive(&after->life))
		return;
	for (const struct thread *thread = after->first_thread; thread; thread = thread->next) {
		struct event *event;

		if (!is_alive(&thread->life) || !thread_diverged(thread) ||
		    thread_before(graph_before, before, thread, &links))
			continue;
		event = add_event(events, EVENT_THREAD_STARTED);
		event->process = after->id;
		event->tid = thread->tid;
	}
}

static void report_thread_moves(const struct graph *graph_before, const struct process *before,
    const struct process *after, const struct ns *const *ns_after, struct events *events)
{
	const struct ns *const *links;

	if (!is_alive(&after->life))
		return;
	for (const struct thread *thread = after->first_thread; thread; thread = thread->next) {
		const struct event moved = {
		    .kind = EVENT_THREAD_MOVED, .process = after->id, .tid = thread->tid};

		if (is_alive(&thread->life) && thread_before(graph_before, before, thread, &links))
			report_moves(links, thread->ns, ns_after, &moved, events);
	}
}

static void report_exited_threads(
    const struct process *before, const struct process *after, struct events *events)
{
	/* The exit of the process includes its threads, and links that are refused now show nothing. */
	if (!after || !is_alive(&after->life) || after->read_status[NS_UTS] == READ_DENIED)
		return;
	for (const struct thread *thread = before->first_thread; thread; thread = thread->next) {
		struct event *event;

		if (!is_alive(&thread->life) || !thread_diverged(thread) ||
		    graph_same_thread(after, thread))
			continue;
		event = add_event(events, EVENT_THREAD_EXITED);
		event->process = after->id;
		event->tid = thread->tid;
	}
}

/* --- Names ------------------------------------------------------------------------------------ */

static void report_hostname(const struct ns *before, const struct ns *after, struct events *events)
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

	report_unmatched_namespaces(after, ns_before, EVENT_NS_CREATED, events);
	report_unmatched_processes(after, process_before, EVENT_PROCESS_STARTED, events);
	for (size_t i = 0; i < after->process_count; i++)
		report_started_threads(before, process_before[i], after->processes[i], events);
	for (size_t i = 0; i < before->process_count; i++) {
		if (process_after[i])
			report_process_moves(
			    before->processes[i], process_after[i], ns_after, events);
	}
	for (size_t i = 0; i < after->process_count; i++)
		report_thread_moves(
		    before, process_before[i], after->processes[i], ns_after, events);
	for (size_t i = 0; i < before->ns_count; i++)
		report_hostname(before->namespaces[i], ns_after[i], events);
	for (size_t i = 0; i < before->process_count; i++)
		report_exited_threads(before->processes[i], process_after[i], events);
	report_unmatched_processes(before, process_after, EVENT_PROCESS_EXITED, events);
	report_unmatched_namespaces(before, ns_after, EVENT_NS_FREED, events);
}

void events_done(struct events *events)
{
	free(events->items);
	*events = (struct events){0};
}

/* --- History ---------------------------------------------------------------------------------- */

struct history {
	uint64_t dead_grace_ms;
	struct graph *now;
	uint64_t pushed_ms;
	/* The times at which visible items appeared or ended, each once, sorted: at most one for each
	 * scan of the last dead_grace_ms. */
	uint64_t *changes_ms;
	size_t change_count, change_capacity;
};

struct history *history_new(uint64_t dead_grace_ms)
{
	struct history *history = xcalloc(1, sizeof(*history));

	history->dead_grace_ms = dead_grace_ms;
	return history;
}

void history_free(struct history *history)
{
	if (!history)
		return;
	graph_unref(history->now);
	free(history->changes_ms);
	free(history);
}

const struct graph *history_now(const struct history *history)
{
	return history->now;
}

/* Notes when @life began or ended, if that is shown still.  Called in any order. */
static void note_change(struct history *history, const struct life *life, uint64_t now_ms)
{
	uint64_t changed_ms = life->ended_ms ? life->ended_ms : life->appeared_ms;
	size_t at = history->change_count;

	if (!changed_ms || now_ms - changed_ms >= history->dead_grace_ms)
		return;
	while (at && history->changes_ms[at - 1] > changed_ms)
		at--;
	if (at && history->changes_ms[at - 1] == changed_ms)
		return;
	array_reserve(history->changes_ms, history->change_capacity, history->change_count + 1);
	memmove(&history->changes_ms[at + 1], &history->changes_ms[at],
	    (history->change_count - at) * sizeof(*history->changes_ms));
	history->changes_ms[at] = changed_ms;
	history->change_count++;
}

static void set_now(struct history *history, struct graph *now, uint64_t now_ms)
{
	graph_unref(history->now);
	history->now = now;
	history->pushed_ms = now_ms;

	history->change_count = 0;
	for (size_t i = 0; i < now->process_count; i++) {
		note_change(history, &now->processes[i]->life, now_ms);
		for (const struct thread *thread = now->processes[i]->first_thread; thread;
		     thread = thread->next)
			note_change(history, &thread->life, now_ms);
	}
	for (size_t i = 0; i < now->ns_count; i++)
		note_change(history, &now->namespaces[i]->life, now_ms);
}

void history_place(struct history *history, const struct graph *graph, uint64_t at_ms)
{
	set_now(history, graph_ref(graph), at_ms);
}

const struct graph *history_push(
    struct history *history, struct graph_builder *builder, uint64_t now_ms, struct events *events)
{
	struct graph *before = history->now;
	struct graph *now;

	graph_carry(builder, now_ms, history->dead_grace_ms);
	now = graph_freeze(builder);
	if (before && events)
		diff_graphs(before, now, events);
	set_now(history, now, now_ms);
	return now;
}

bool history_is_new(const struct history *history, const struct life *life, uint64_t now_ms)
{
	return life->appeared_ms && !life->ended_ms &&
	       now_ms - life->appeared_ms < history->dead_grace_ms;
}

uint64_t history_next_change_ms(const struct history *history, uint64_t now_ms)
{
	for (size_t i = 0; i < history->change_count; i++) {
		if (history->changes_ms[i] + history->dead_grace_ms > now_ms)
			return history->changes_ms[i] + history->dead_grace_ms;
	}
	return 0;
}

uint64_t history_wall_ms(const struct history *history, uint64_t at_ms)
{
	uint64_t taken_ms = history->now ? history->now->stats.taken_at_ms : 0;

	if (!taken_ms)
		return 0;
	/* Unsigned, so times after the push are right as well. */
	return taken_ms + (at_ms - history->pushed_ms);
}
