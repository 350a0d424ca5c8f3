#include "model/report/json.h"

#include "model/base/bytes.h"
#include "model/base/text.h"
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/graph/ns.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HELD_BY_MEMBERS_MAX = 16 };

static json_t *of_text(const char *data, size_t len)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
	struct bytes bytes = {.data = NULL};
	json_t *string;

	while (len > 0) {
		size_t taken = text_utf8(data, len);

		if (taken)
			bytes_put(&bytes, data, taken);
		else
			bytes_put(&bytes, replacement, strlen(replacement));
		data += taken ? taken : 1;
		len -= taken ? taken : 1;
	}
	string = json_stringn(bytes.data ? (const char *)bytes.data : "", bytes.len);
	bytes_done(&bytes);
	return string;
}

/* \uXXXX, or two of them: RFC 8259, section 7. */
static void print_escape(const char *data, size_t len, FILE *out)
{
	static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point = (unsigned char)data[0] & first_bits[len];

	for (size_t i = 1; i < len; i++)
		point = point << 6 | ((unsigned char)data[i] & 0x3f);
	if (point > 0xffff)
		fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((point - 0x10000) >> 10)),
		    (unsigned)(0xdc00 + ((point - 0x10000) & 0x3ff)));
	else
		fprintf(out, "\\u%04x", (unsigned)point);
}

/* Characters past ASCII are within strings only; jansson itself escapes C0 there, but not DEL. */
static void print(const json_t *value, size_t flags, FILE *out)
{
	autofree char *text = json_dumps(value, flags);
	const char *shown = text;
	size_t left = text ? strlen(text) : 0;

	for (const char *at = text; left > 0;) {
		size_t len = text_utf8(at, left);

		len = len ? len : 1;
		if (*at != '\n' && !text_is_shown(at, len)) {
			fwrite(shown, 1, (size_t)(at - shown), out);
			print_escape(at, len, out);
			shown = at + len;
		}
		at += len;
		left -= len;
	}
	if (text)
		fputs(shown, out);
}

static json_t *text_or_null(const char *text)
{
	return text ? of_text(text, strlen(text)) : json_null();
}

static json_t *cmdline(const struct process *process)
{
	autofree char *joined = NULL;

	if (!process->cmdline)
		return json_null();
	joined = xmalloc(process->cmdline_len + 1);
	for (size_t i = 0; i < process->cmdline_len; i++)
		joined[i] = process->cmdline[i] ? process->cmdline[i] : ' ';
	return of_text(joined, process->cmdline_len);
}

static json_t *integer(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *inode_or_null(const struct ns *ns)
{
	return ns ? integer(ns->id.ino) : json_null();
}

static json_t *unique_or_null(const struct ns_id *id)
{
	json_t *string = json_null();

	if (id->unique) {
		autofree char *digits = xasprintf("%llu", (unsigned long long)id->unique);

		string = json_string(digits);
	}
	return string;
}

json_t *json_of_time(uint64_t at_ms)
{
	time_t seconds = (time_t)(at_ms / 1000);
	char day[32];
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &parts);
	autofree char *text = xasprintf("%s.%03uZ", day, (unsigned)(at_ms % 1000));
	return json_string(text);
}

/* --- What keeps a namespace alive ------------------------------------------------------------ */

static json_t *of_holder(const struct holder *holder)
{
	json_t *object = json_object();
	pid_t tid = holder->thread ? holder->thread->tid : holder->tid;

	json_object_set_new(object, "kind", json_string(holder_kind_names[holder->kind]));
	json_object_set_new(
	    object, "pid", holder->process ? json_integer(holder->process->id.pid) : json_null());
	json_object_set_new(object, "tid", tid ? json_integer(tid) : json_null());
	json_object_set_new(object, "fd", holder->fd >= 0 ? json_integer(holder->fd) : json_null());
	json_object_set_new(object, "path", text_or_null(holder->path));
	json_object_set_new(object, "inode", inode_or_null(holder->ns));
	return object;
}

static json_t *held_by(const struct ns *ns)
{
	json_t *list = json_array();
	struct holder_walk walk;
	struct holder holder;

	holders_begin(&walk, ns, HELD_BY_MEMBERS_MAX);
	while (holders_next(&walk, &holder))
		json_array_append_new(list, of_holder(&holder));
	return list;
}

/* --- Namespaces and processes ---------------------------------------------------------------- */

static json_t *container_of(const struct ns *ns)
{
	struct container container;
	json_t *object;

	if (!container_of_ns(ns, &container))
		return json_null();
	object = json_object();
	json_object_set_new(object, "kind", json_string(container_kind_names[container.kind]));
	json_object_set_new(object, "id", text_or_null(container.id[0] ? container.id : NULL));
	json_object_set_new(
	    object, "name", text_or_null(container.name[0] ? container.name : NULL));
	json_object_set_new(object, "known_by", json_string(container_clue_names[container.clue]));
	return object;
}

/* The name of @why; null for READ_OK, and for what is never read. */
static json_t *reason_or_null(enum read_status why)
{
	return why == READ_OK || why == READ_NEVER ? json_null()
	                                           : json_string(read_status_name(why));
}

/* The number of its visible ancestors. */
static int level_of(const struct ns *ns)
{
	int level = 0;

	for (ns = ns->parent; ns; ns = ns->parent)
		level++;
	return level;
}

/* null where that is unknown. */
static json_t *initial_or_null(const struct graph *graph, const struct ns *ns)
{
	enum standing standing = ns_standing(graph, ns);

	return standing == STANDING_UNKNOWN ? json_null()
	                                    : json_boolean(standing == STANDING_INITIAL);
}

static json_t *of_ns(const struct graph *graph, const struct ns *ns)
{
	json_t *object = json_object();
	bool nests = ns_type_nests(ns->id.type);
	bool has_owner_uid = ns->id.type == NS_USER && ns->owner_uid_status == READ_OK;

	json_object_set_new(object, "type", json_string(ns_types[ns->id.type].name));
	json_object_set_new(object, "inode", integer(ns->id.ino));
	json_object_set_new(object, "id", unique_or_null(&ns->id));
	json_object_set_new(object, "initial", initial_or_null(graph, ns));
	json_object_set_new(object, "parent", inode_or_null(ns->parent));
	json_object_set_new(object, "parent_unread",
	    nests && !ns->initial ? reason_or_null(ns->parent_status) : json_null());
	json_object_set_new(object, "level", nests ? json_integer(level_of(ns)) : json_null());
	json_object_set_new(object, "owner", inode_or_null(ns->owner));
	json_object_set_new(object, "owner_unread", reason_or_null(ns->owner_status));
	json_object_set_new(
	    object, "owner_uid", has_owner_uid ? integer(ns->owner_uid) : json_null());
	json_object_set_new(object, "name", text_or_null(ns->name));
	json_object_set_new(object, "named_by",
	    text_or_null(!ns->name           ? NULL
	                 : ns->named_by_link ? "link"
	                                     : "mount"));
	json_object_set_new(
	    object, "netnsid", ns->netnsid >= 0 ? json_integer(ns->netnsid) : json_null());
	json_object_set_new(object, "container", container_of(ns));
	json_object_set_new(object, "state",
	    ns->id.type == NS_PID ? text_or_null(pid_ns_state_name(pid_ns_state(graph, ns)))
	                          : json_null());
	json_object_set_new(object, "processes", integer(ns->member_count));
	json_object_set_new(object, "first_pid",
	    ns->first_member ? json_integer(ns->first_member->id.pid) : json_null());
	json_object_set_new(object, "kept_by", held_by(ns));
	return object;
}

static json_t *links_of(const struct process *process)
{
	/* In the order of their names. */
	static const int order[] = {NS_CGROUP, NS_IPC, NS_MNT, NS_NET, NS_PID,
	    LINK_PID_FOR_CHILDREN, NS_TIME, LINK_TIME_FOR_CHILDREN, NS_USER, NS_UTS};
	json_t *object = json_object();

	for (size_t i = 0; i < array_len(order); i++)
		json_object_set_new(
		    object, ns_link_names[order[i]], inode_or_null(process->ns[order[i]]));
	return object;
}

/* Why some link of @process was not read, when it has to do with the process. */
static json_t *unreadable(const struct process *process)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		enum read_status why = process->read_status[link];

		if (why == READ_DENIED || why == READ_GONE || why == READ_ZOMBIE)
			return json_string(read_status_name(why));
	}
	return json_null();
}

/* Each link that was not read, with its reason. */
static json_t *link_reasons(const struct process *process)
{
	json_t *object = json_object();

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (process->read_status[link] != READ_OK)
			json_object_set_new(object, ns_link_names[link],
			    json_string(read_status_name(process->read_status[link])));
	}
	return object;
}

static json_t *of_process(const struct process *process)
{
	json_t *object = json_object(), *pids = json_array();
	char state[2] = {process->state, '\0'};

	for (int i = 0; i < process->pid_levels; i++)
		json_array_append_new(pids, json_integer(process->pids[i]));
	json_object_set_new(object, "pid", json_integer(process->id.pid));
	json_object_set_new(object, "start_ticks", integer(process->id.start_ticks));
	json_object_set_new(object, "ppid", json_integer(process->ppid));
	json_object_set_new(object, "comm", text_or_null(process->comm));
	json_object_set_new(object, "cmdline", cmdline(process));
	json_object_set_new(object, "cmdline_cut", json_boolean(process->cmdline_cut));
	json_object_set_new(object, "cmdline_late", json_boolean(process->cmdline_late));
	json_object_set_new(object, "cgroup", text_or_null(process->cgroup));
	json_object_set_new(object, "uid", integer(process->uid));
	json_object_set_new(object, "state", json_string(state));
	json_object_set_new(object, "exiting", json_boolean(process->exiting));
	json_object_set_new(object, "threads", json_integer(process->threads));
	json_object_set_new(object, "pids", pids);
	json_object_set_new(object, "pids_cut", json_boolean(process->pids_cut));
	json_object_set_new(object, "ns", links_of(process));
	json_object_set_new(object, "unreadable", unreadable(process));
	json_object_set_new(object, "unread", link_reasons(process));
	return object;
}

static json_t *visible(const struct graph *graph)
{
	json_t *object = json_object(), *missing = json_array();

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (graph->stats.type_missing[type])
			json_array_append_new(missing, json_string(ns_types[type].name));
	}
	json_object_set_new(object, "processes", integer(graph->living_count));
	json_object_set_new(object, "denied", integer(graph->stats.denied));
	json_object_set_new(object, "vanished", integer(graph->stats.vanished));
	json_object_set_new(object, "hidden", json_boolean(graph->stats.hidden));
	json_object_set_new(object, "fds_denied", integer(graph->stats.fds_denied));
	json_object_set_new(object, "foreign_proc", json_boolean(graph->stats.foreign_proc));
	json_object_set_new(object, "names_late", json_boolean(graph->stats.names_late));
	json_object_set_new(object, "types_missing", missing);
	return object;
}

static json_t *of_graph(const struct graph *graph)
{
	json_t *object = json_object(), *namespaces = json_array(), *processes = json_array();

	for (size_t i = 0; i < graph->ns_count; i++)
		if (!graph->namespaces[i]->life.ended_ms)
			json_array_append_new(namespaces, of_ns(graph, graph->namespaces[i]));
	for (size_t i = 0; i < graph->process_count; i++)
		if (!graph->processes[i]->life.ended_ms)
			json_array_append_new(processes, of_process(graph->processes[i]));

	json_object_set_new(object, "format", json_string("nsscope/1"));
	json_object_set_new(object, "taken_at", json_of_time(graph->stats.taken_at_ms));
	json_object_set_new(object, "kernel", text_or_null(graph->kernel));
	json_object_set_new(object, "host", text_or_null(graph->host));
	json_object_set_new(object, "source", text_or_null(graph->source));
	json_object_set_new(object, "sweep_ms", json_real(graph->stats.scan_ms));
	json_object_set_new(object, "visible", visible(graph));
	json_object_set_new(object, "namespaces", namespaces);
	json_object_set_new(object, "processes", processes);
	return object;
}

/* --- Events ------------------------------------------------------------------------------------ */

static json_t *ns_object(const struct ns_id *id)
{
	return json_pack("{s:s, s:I, s:o}", "type", ns_types[id->type].name, "inode",
	    (json_int_t)id->ino, "id", unique_or_null(id));
}

static json_t *process_object(const struct event_report *report)
{
	return json_pack("{s:i, s:o, s:o, s:o}", "pid", (int)report->process.pid, "start_ticks",
	    report->has_ticks ? json_integer((json_int_t)report->process.start_ticks) : json_null(),
	    "ppid", report->has_parent ? json_integer(report->ppid) : json_null(), "comm",
	    text_or_null(report->comm));
}

static json_t *own_ns_array(const struct event_report *report)
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
			               (json_int_t)id->ino, "id", unique_or_null(id)));
	}
	return array;
}

/* What is not said of an event is null. */
json_t *json_of_event(const struct event_report *report)
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
	    {"apart_from_parent", event_is_start(kind) ? own_ns_array(report) : NULL},
	    {"host_before", text_or_null(report->host_before)},
	    {"host_after", text_or_null(report->host_after)},
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

/* --- Output ------------------------------------------------------------------------------------- */

static void write_value(json_t *value, size_t flags, FILE *out)
{
	print(value, flags, out);
	json_decref(value);
	fputc('\n', out);
}

void json_write_graph(const struct graph *graph, size_t layout, FILE *out)
{
	/* Out of memory ends the program, as everywhere (util.h). */
	json_set_alloc_funcs(xmalloc, free);
	write_value(of_graph(graph), layout | JSON_REAL_PRECISION(6), out);
}

void json_write_event(const struct event_report *report, FILE *out)
{
	json_set_alloc_funcs(xmalloc, free);
	write_value(json_of_event(report), JSON_COMPACT, out);
}
