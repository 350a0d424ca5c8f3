#include "cli/event_json.h"

#include "cli/json_graph.h"
#include "model/event_facts.h"
#include "model/util.h"

#include <string.h>

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

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = event_apart_ns(context, event, type);

		if (ns)
			json_array_append_new(array, ns_object(&ns->id));
	}
	return array;
}

static json_t *hostname_json(const struct graph *graph, const struct ns_id *id)
{
	const char *name = event_hostname(graph, id);

	return name ? json_of_text(name, strlen(name)) : json_null();
}

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

json_t *event_json_begin(uint64_t at_ms, const char *kind)
{
	static const char *const others[] = {"process", "tid", "link", "from", "ns", "means",
	    "apart_from_parent", "host_before", "host_after", "namespaces", "lived_ms",
	    "wait_status", "lost"};
	json_t *object = json_object();

	set(object, "at", json_of_time(at_ms));
	set(object, "event", json_string(kind));
	for (size_t i = 0; i < array_len(others); i++)
		set(object, others[i], json_null());
	return object;
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
	bool moved = event && event_is_move(event);
	bool born = event && (kind == EVENT_PROCESS_BORN || kind == EVENT_THREAD_BORN);
	bool renamed = event && kind == EVENT_HOSTNAME;
	bool of_ns = event && event_is_of_ns(event);
	const char *means = moved ? event_means(context, event) : NULL;
	json_t *object =
	    event_json_begin(context->after->stats.taken_at_ms, event ? kinds[kind] : "begin");

	if (event && !of_ns)
		set(object, "process", process_object(context, event));
	if (event && event->tid)
		set(object, "tid", json_integer(event->tid));
	if (moved) {
		set(object, "link", json_string(ns_link_names[event->link]));
		set(object, "from", ns_object(&event->from));
	}
	if (of_ns || moved)
		set(object, "ns", ns_object(&event->ns));
	if (means)
		set(object, "means", json_string(means));
	if (born)
		set(object, "apart_from_parent", apart_array(context, event));
	if (renamed) {
		set(object, "host_before", hostname_json(context->before, &event->ns));
		set(object, "host_after", hostname_json(context->after, &event->ns));
	}
	return object;
}
