#include "cli/tracing.h"

#include "model/base/util.h"

#include <time.h>

/* Of a process: its birth or its end. */
struct timed_event {
	uint64_t time_ns;
	struct record_event event;
};

struct timed_events {
	struct timed_event *items;
	size_t count, capacity;
};

struct tracing {
	struct trace *trace;
	void (*tell)(void *data, const struct event_report *report);
	void *data;
	int64_t wall_ns;                  /* what is to be added to CLOCK_BOOTTIME */
	struct timed_events starts, ends; /* since the scan before the last one */
	uint64_t swept_ns;                /* when the last one had ended */
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int tracing_new(void (*tell)(void *data, const struct event_report *report), void *data,
    struct tracing **ret_tracing, struct bpf_refusal *ret_why)
{
	struct trace *trace;
	int r = trace_new(&trace, ret_why);

	if (r < 0)
		return r;
	*ret_tracing = xcalloc(1, sizeof(**ret_tracing));
	**ret_tracing = (struct tracing){.trace = trace, .tell = tell, .data = data};
	return 0;
}

void tracing_free(struct tracing *tracing)
{
	if (!tracing)
		return;
	trace_free(tracing->trace);
	free(tracing->starts.items);
	free(tracing->ends.items);
	free(tracing);
}

static void tell(struct tracing *tracing, struct event_report *report, uint64_t time_ns)
{
	report->at_ms = (uint64_t)((int64_t)time_ns + tracing->wall_ns) / 1000000;
	tracing->tell(tracing->data, report);
}

/* Of the process or thread of @event, and of @parent if that is not 0. */
static void tell_of(struct tracing *tracing, struct event_report *report,
    const struct record_event *event, pid_t parent)
{
	autofree char *comm = xstrndup(event->comm, sizeof(event->comm));

	report->process.pid = event->pid;
	report->tid = event->tid == event->pid ? 0 : event->tid;
	report->comm = comm;
	report->has_parent = parent;
	report->ppid = parent;
	tell(tracing, report, event->time_ns);
}

static void tell_call(struct tracing *tracing, const struct record_event *event, unsigned changed)
{
	static const enum event_call calls[] = {
	    [RECORD_FORK] = CALL_CLONE,
	    [RECORD_UNSHARE] = CALL_UNSHARE,
	    [RECORD_SETNS] = CALL_SETNS,
	    [RECORD_SETHOSTNAME] = CALL_SETHOSTNAME,
	};
	struct event_report report = {
	    .kind = EVENT_CALL, .call = calls[event->kind], .changed = changed};

	for (int link = 0; link < NS_LINK_COUNT; link++)
		report.links[link] = (struct ns_id){.type = ns_link_type(link),
		    .ino = event->links[link].ino,
		    .unique = event->links[link].id};
	if (event->kind == RECORD_SETHOSTNAME)
		report.host_after = event->name;
	tell_of(tracing, &report, event, event->kind == RECORD_FORK ? event->parent : 0);
}

static void note(struct timed_events *list, const struct record_event *event)
{
	array_reserve(list->items, list->capacity, list->count + 1);
	list->items[list->count++] =
	    (struct timed_event){.time_ns = event->time_ns, .event = *event};
}

static bool is_own(const struct record_event *event)
{
	return event->pid == getpid() || event->parent == getpid();
}

static void take_one(struct tracing *tracing, const struct record_event *event)
{
	unsigned changed = event->changed;

	if (is_own(event))
		return;
	/* What clone(2) gave to the children of a child is what it gave to the child. */
	if (event->kind == RECORD_FORK)
		changed &= (1U << NS_TYPE_COUNT) - 1;
	if (event->kind == RECORD_FORK && event->pid == event->tid)
		note(&tracing->starts, event);
	if (event->kind == RECORD_EXIT && event->pid == event->tid)
		note(&tracing->ends, event);
	if (changed)
		tell_call(tracing, event, changed);
}

static void take_all(struct tracing *tracing)
{
	struct record_event event;
	struct event_report lost = {.kind = EVENT_LOST};

	/* The wall clock may have been set. */
	tracing->wall_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
	while (trace_next(tracing->trace, &event))
		take_one(tracing, &event);
	lost.lost = trace_lost(tracing->trace);
	if (lost.lost)
		tell(tracing, &lost, (uint64_t)clock_ns(CLOCK_BOOTTIME));
}

static int compare_ends(const void *a, const void *b)
{
	const struct timed_event *left = a, *right = b;

	if (left->event.pid != right->event.pid)
		return left->event.pid < right->event.pid ? -1 : 1;
	return left->time_ns < right->time_ns ? -1 : left->time_ns > right->time_ns;
}

/* The end of whom @birth is; NULL while it lives. */
static const struct timed_event *end_of(
    const struct timed_events *ends, const struct timed_event *start)
{
	size_t at = lower_bound(i, ends->count, compare_ends(&ends->items[i], start) < 0);

	return at < ends->count && ends->items[at].event.pid == start->event.pid ? &ends->items[at]
	                                                                         : NULL;
}

static void drop_before(struct timed_events *list, uint64_t time_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].time_ns >= time_ns)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

static int by_time(const void *a, const void *b)
{
	const struct timed_event *left = a, *right = b;

	return left->time_ns < right->time_ns ? -1 : left->time_ns > right->time_ns;
}

void tracing_swept(struct tracing *tracing, const struct graph *graph)
{
	struct timed_events *starts = &tracing->starts, *ends = &tracing->ends;
	uint64_t now_ns = (uint64_t)clock_ns(CLOCK_BOOTTIME);
	size_t kept = 0;

	take_all(tracing);
	if (ends->count)
		qsort(ends->items, ends->count, sizeof(*ends->items), compare_ends);
	if (starts->count)
		qsort(starts->items, starts->count, sizeof(*starts->items), by_time);
	for (size_t i = 0; i < starts->count; i++) {
		const struct timed_event start = starts->items[i];
		const struct timed_event *end = end_of(ends, &start);
		struct event_report report = {.kind = EVENT_SHORT_LIVED};

		if (graph_process_by_pid(graph, start.event.pid))
			continue; /* the scans tell of it */
		if (!end) {
			if (start.time_ns >= tracing->swept_ns)
				starts->items[kept++] = start;
			continue;
		}
		report.lifetime_us = (end->time_ns - start.time_ns) / 1000;
		report.wait_status = end->event.code;
		tell_of(tracing, &report, &end->event, start.event.parent);
	}
	starts->count = kept;
	drop_before(ends, tracing->swept_ns);
	tracing->swept_ns = now_ns;
}
