#include "model/report/timeline.h"

#include "model/base/util.h"
#include "model/view/outline.h"

struct timeline {
	enum charset charset;
	struct timeline_entry *items; /* a ring: number n is at (n - 1) % most */
	size_t most;
	uint64_t last;
	struct line scratch;
};

struct timeline *timeline_new(enum charset charset, size_t most)
{
	struct timeline *timeline = xcalloc(1, sizeof(*timeline));

	timeline->charset = charset;
	timeline->most = most;
	timeline->items = xcalloc(most, sizeof(*timeline->items));
	line_init(&timeline->scratch, charset);
	return timeline;
}

void timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	for (size_t i = 0; i < timeline->most; i++)
		line_done(&timeline->items[i].words);
	free(timeline->items);
	line_done(&timeline->scratch);
	free(timeline);
}

static bool is_ordinary(const struct event_report *report, enum event_kind kind)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (report->own_ns[type])
			return false;
	}
	return kind == EVENT_PROCESS_STARTED || kind == EVENT_PROCESS_EXITED ||
	       kind == EVENT_SHORT_LIVED;
}

static void add(
    struct timeline *timeline, const struct event_context *context, const struct event *event)
{
	uint64_t number = ++timeline->last;
	struct timeline_entry *entry = &timeline->items[(number - 1) % timeline->most];
	struct event_report report = event_report(context, event);

	line_done(&entry->words);
	*entry = (struct timeline_entry){
	    .number = number,
	    .at_ms = context->now_ms,
	    .taken_at_ms = context->after->stats.taken_at_ms,
	    .event = *event,
	    .of_kernel = report.kernel_thread,
	    .ordinary = is_ordinary(&report, event->kind),
	};
	line_init(&entry->words, timeline->charset);
	event_words(&report, &entry->words);
}

void timeline_add(
    struct timeline *timeline, const struct event_context *context, const struct events *events)
{
	/* Of more than can be kept the last are. */
	size_t first = events->count > timeline->most ? events->count - timeline->most : 0;

	for (size_t i = first; i < events->count; i++)
		add(timeline, context, &events->items[i]);
}

size_t timeline_count(const struct timeline *timeline)
{
	return timeline->last < timeline->most ? (size_t)timeline->last : timeline->most;
}

uint64_t timeline_last(const struct timeline *timeline)
{
	return timeline->last;
}

const struct timeline_entry *timeline_at(const struct timeline *timeline, size_t index)
{
	return &timeline->items[(timeline->last - 1 - index) % timeline->most];
}

void timeline_entry_key(const struct timeline_entry *entry, struct row_key *ret_key)
{
	const struct event *event = &entry->event;

	*ret_key = (struct row_key){.kind = ROW_NS, .ns = event->ns};
	if (event_is_of_ns(event->kind))
		return;
	*ret_key = (struct row_key){
	    .kind = event->tid ? ROW_THREAD : ROW_PROCESS,
	    .process = event->process,
	    .tid = event->tid,
	};
}
