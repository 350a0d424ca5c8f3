#include "cli/event_json.h"

#include "cli/json_graph.h"
#include "model/base/util.h"

#include <string.h>

static json_t *ns_object(const struct ns_id *id)
{
	return json_pack("{s:s, s:I, s:o}", "type", ns_types[id->type].name, "inode",
	    (json_int_t)id->ino, "id", json_of_unique(id));
}

static json_t *process_object(const struct event_report *report)
{
	return json_pack("{s:i, s:o, s:o, s:o}", "pid", (int)report->process.pid, "start_ticks",
	    report->has_ticks ? json_integer((json_int_t)report->process.start_ticks) : json_null(),
	    "ppid", report->has_parent ? json_integer(report->ppid) : json_null(), "comm",
	    json_of_text_or_null(report->comm));
}

static json_t *apart_array(const struct event_report *report)
{
	json_t *array = json_array();

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (report->own_ns[type])
			json_array_append_new(array, ns_object(&report->own_ns[type]->id));
	}
	return array;
}

static json_t *links_array(const struct event_report *report)
{
	json_t *array = json_array();

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct ns_id *id = &report->links[link];

		if (report->changed & (1U << link))
			json_array_append_new(
			    array, json_pack("{s:s, s:s, s:I, s:o}", "link", ns_link_names[link],
			               "type", ns_types[ns_link_type(link)].name, "inode",
			               (json_int_t)id->ino, "id", json_of_unique(id)));
	}
	return array;
}

/* What is not said of an event is null. */
json_t *event_json(const struct event_report *report)
{
	enum event_kind kind = report->kind;
	bool moved = event_is_move(kind);
	const struct {
		const char *key;
		json_t *value; /* NULL: null */
	} members[] = {
	    {"at", json_of_time(report->at_ms)},
	    {"event", json_string(event_kinds[kind].key)},
	    {"process", report->process.pid ? process_object(report) : NULL},
	    {"tid", report->tid ? json_integer(report->tid) : NULL},
	    {"link", moved ? json_string(ns_link_names[report->link]) : NULL},
	    {"from", moved ? ns_object(&report->from) : NULL},
	    {"ns", moved || event_is_of_ns(kind) ? ns_object(&report->ns) : NULL},
	    {"means", report->call ? json_string(event_call_names[report->call]) : NULL},
	    {"apart_from_parent", event_is_start(kind) ? apart_array(report) : NULL},
	    {"host_before", json_of_text_or_null(report->host_before)},
	    {"host_after", json_of_text_or_null(report->host_after)},
	    {"namespaces", kind == EVENT_CALL ? links_array(report) : NULL},
	    {"lived_ms",
	        kind == EVENT_SHORT_LIVED ? json_real((double)report->lifetime_us / 1e3) : NULL},
	    {"wait_status", kind == EVENT_SHORT_LIVED ? json_integer(report->wait_status) : NULL},
	    {"lost", kind == EVENT_LOST ? json_integer((json_int_t)report->lost) : NULL},
	};
	json_t *object = json_object();

	for (size_t i = 0; i < array_len(members); i++)
		json_object_set_new(
		    object, members[i].key, members[i].value ? members[i].value : json_null());
	return object;
}
