#include "cli/event_text.h"

#include "cli/json_graph.h"
#include "model/i18n.h"
#include "model/move.h"
#include "model/util.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { KIND_COLS = 14 };

static const char *const means_names[] = {
    [MOVED_SOMEHOW] = NULL,
    [MOVED_BY_UNSHARE] = "unshare",
    [MOVED_BY_SETNS] = "setns",
};

/* Of the process of @event, and NULL for events without one. */
static const struct process *event_process(
    const struct event_context *context, const struct event *event)
{
	return event->process.pid ? graph_process(context->after, &event->process) : NULL;
}

/* The thread of @event, which is dead where that is what is told; NULL for events without one. */
static const struct thread *event_thread(
    const struct event_context *context, const struct event *event)
{
	const struct process *process = event->tid ? event_process(context, event) : NULL;
	const struct thread *thread = process ? process->first_thread : NULL;

	while (thread && thread->tid != event->tid)
		thread = thread->next;
	return thread;
}

static bool is_move(const struct event *event)
{
	return event->kind == EVENT_PROCESS_MOVED || event->kind == EVENT_THREAD_MOVED;
}

static bool is_of_ns(const struct event *event)
{
	return event->kind == EVENT_NS_BORN || event->kind == EVENT_NS_DIED ||
	       event->kind == EVENT_HOSTNAME;
}

/* The namespace of @type of the process or thread that @event says was born, where it is another than
 * its parent's (of a thread: its process's); else NULL. */
static const struct ns *apart_ns(
    const struct event_context *context, const struct event *event, enum ns_type type)
{
	const struct process *process = event_process(context, event);
	const struct thread *thread = event_thread(context, event);
	const struct process *from = thread ? process : process ? process->parent : NULL;
	const struct ns *ns = thread ? thread->ns[type] : process ? process->ns[type] : NULL;

	return from && ns && from->ns[type] && ns != from->ns[type] ? ns : NULL;
}

/* Has the thread of @event come back to where its process is? */
static bool is_back(const struct event_context *context, const struct event *event)
{
	const struct thread *thread = event_thread(context, event);

	return thread && thread->ns[event->link] == thread->process->ns[event->link];
}

static const char *hostname_in(const struct graph *graph, const struct ns_id *id)
{
	const struct ns *ns = graph ? graph_ns(graph, id) : NULL;

	return ns ? ns->hostname : NULL;
}

/* --- For people ------------------------------------------------------------------------------- */

static void add_time(struct line *line, uint64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / 1000);
	char text[16];
	struct tm parts;

	localtime_r(&seconds, &parts);
	strftime(text, sizeof(text), "%H:%M:%S", &parts);
	line_addf(line, STYLE_DIM, "%s.%03u  ", text, (unsigned)(at_ms % 1000));
}

static void add_kind(struct line *line, const char *kind)
{
	size_t begin = line->cols;

	line_adds(line, STYLE_STRONG, kind);
	line_pad(line, begin + KIND_COLS);
}

static void add_ns(struct line *line, const struct ns_id *id)
{
	line_addf(line, STYLE_NS, "%s:%llu", ns_types[id->type].name, (unsigned long long)id->ino);
}

static void add_process(
    const struct event_context *context, const struct event *event, struct line *line)
{
	const struct process *process = event_process(context, event);

	if (event->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)event->tid);
	line_addf(line, STYLE_PID, "%d", (int)event->process.pid);
	if (process)
		line_addf(line, STYLE_PLAIN, " %s", process->comm);
}

static void add_birth(
    const struct event_context *context, const struct event *event, struct line *line)
{
	const struct process *process = event_process(context, event);
	const char *comma = "";

	if (!process)
		return;
	if (!event->tid)
		line_addf(line, STYLE_DIM, _("  child of %d"), (int)process->ppid);
	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = apart_ns(context, event, type);

		if (!ns)
			continue;
		line_adds(line, STYLE_PLAIN, *comma ? comma : _(", but in "));
		add_ns(line, &ns->id);
		comma = ", ";
	}
}

static void add_move(
    const struct event_context *context, const struct event *event, struct line *line)
{
	const char *means = means_names[move_means(context->after, event, context->now_ms)];

	line_addf(line, STYLE_PLAIN, "  %s ", ns_link_names[event->link]);
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)event->from.ino);
	line_add_sign(line, STYLE_PLAIN, " → ", " -> ");
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)event->ns.ino);
	if (means)
		line_addf(line, STYLE_CODE, "  %s", means);
	if (is_back(context, event))
		line_adds(line, STYLE_DIM, _("  back where its process is"));
}

static void add_beginning(const struct graph *graph, struct line *line)
{
	unsigned processes = (unsigned)graph->living_count;
	unsigned namespaces = (unsigned)graph->living_ns_count;

	add_kind(line, _("watching"));
	line_addf(line, STYLE_PLAIN, ngettext("%u process", "%u processes", processes), processes);
	line_adds(line, STYLE_PLAIN, ", ");
	line_addf(
	    line, STYLE_PLAIN, ngettext("%u namespace", "%u namespaces", namespaces), namespaces);
}

void event_line(const struct event_context *context, const struct event *event, struct line *line)
{
	static const char *const kinds[] = {
	    [EVENT_NS_BORN] = N_("born"),
	    [EVENT_PROCESS_BORN] = N_("born"),
	    [EVENT_PROCESS_MOVED] = N_("moved"),
	    [EVENT_THREAD_BORN] = N_("born"),
	    [EVENT_THREAD_MOVED] = N_("moved"),
	    [EVENT_THREAD_DIED] = N_("died"),
	    [EVENT_HOSTNAME] = N_("renamed"),
	    [EVENT_PROCESS_DIED] = N_("died"),
	    [EVENT_NS_DIED] = N_("died"),
	};

	add_time(line, context->after->stats.taken_at_ms);
	if (!event) {
		add_beginning(context->after, line);
		return;
	}
	add_kind(line, _(kinds[event->kind]));
	if (is_of_ns(event))
		add_ns(line, &event->ns);
	else
		add_process(context, event, line);
	if (event->kind == EVENT_PROCESS_BORN || event->kind == EVENT_THREAD_BORN)
		add_birth(context, event, line);
	if (is_move(event))
		add_move(context, event, line);
	if (event->kind == EVENT_HOSTNAME) {
		line_addf(line, STYLE_PLAIN, "  \"%s\"", hostname_in(context->before, &event->ns));
		line_add_sign(line, STYLE_PLAIN, " → ", " -> ");
		line_addf(line, STYLE_PLAIN, "\"%s\"", hostname_in(context->after, &event->ns));
	}
}

/* --- For programs ----------------------------------------------------------------------------- */

static json_t *ns_object(const struct ns_id *id)
{
	return json_pack("{s:s, s:I, s:o}", "type", ns_types[id->type].name, "inode",
	    (json_int_t)id->ino, "id", json_of_unique(id));
}

static json_t *process_object(const struct event_context *context, const struct event *event)
{
	const struct process *process = event_process(context, event);

	return json_pack("{s:i, s:I, s:o, s:o}", "pid", (int)event->process.pid, "start_ticks",
	    (json_int_t)event->process.start_ticks, "ppid",
	    process ? json_integer(process->ppid) : json_null(), "comm",
	    process ? json_of_text(process->comm, strlen(process->comm)) : json_null());
}

/* Of whom was born, in which namespaces he is that are not his parent's; see apart_ns. */
static json_t *apart_array(const struct event_context *context, const struct event *event)
{
	json_t *array = json_array();

	for (enum ns_type type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = apart_ns(context, event, type);

		if (ns)
			json_array_append_new(array, ns_object(&ns->id));
	}
	return array;
}

static json_t *hostname_json(const struct graph *graph, const struct ns_id *id)
{
	const char *name = hostname_in(graph, id);

	return name ? json_of_text(name, strlen(name)) : json_null();
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

json_t *event_json(const struct event_context *context, const struct event *event)
{
	static const char *const kinds[] = {
	    [EVENT_NS_BORN] = "ns_born",
	    [EVENT_PROCESS_BORN] = "process_born",
	    [EVENT_PROCESS_MOVED] = "process_moved",
	    [EVENT_THREAD_BORN] = "thread_born",
	    [EVENT_THREAD_MOVED] = "thread_moved",
	    [EVENT_THREAD_DIED] = "thread_died",
	    [EVENT_HOSTNAME] = "hostname",
	    [EVENT_PROCESS_DIED] = "process_died",
	    [EVENT_NS_DIED] = "ns_died",
	};
	enum event_kind kind = event ? event->kind : EVENT_NS_BORN;
	bool moved = event && is_move(event);
	bool born = event && (kind == EVENT_PROCESS_BORN || kind == EVENT_THREAD_BORN);
	bool renamed = event && kind == EVENT_HOSTNAME;
	bool of_ns = event && is_of_ns(event);
	const char *means =
	    moved ? means_names[move_means(context->after, event, context->now_ms)] : NULL;
	json_t *object = json_object();

	set(object, "at", json_of_time(context->after->stats.taken_at_ms));
	set(object, "event", json_string(event ? kinds[kind] : "begin"));
	set(object, "process", event && !of_ns ? process_object(context, event) : json_null());
	set(object, "tid", event && event->tid ? json_integer(event->tid) : json_null());
	set(object, "link", moved ? json_string(ns_link_names[event->link]) : json_null());
	set(object, "from", moved ? ns_object(&event->from) : json_null());
	set(object, "ns", of_ns || moved ? ns_object(&event->ns) : json_null());
	set(object, "means", means ? json_string(means) : json_null());
	set(object, "apart_from_parent", born ? apart_array(context, event) : json_null());
	set(object, "host_before",
	    renamed ? hostname_json(context->before, &event->ns) : json_null());
	set(object, "host_after",
	    renamed ? hostname_json(context->after, &event->ns) : json_null());
	return object;
}
