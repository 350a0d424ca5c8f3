/* What a trace tells, for people and for programs. */
#include "cli/event_json.h"
#include "cli/json_graph.h"
#include "cli/tracing.h"
#include "model/event_text.h"
#include "model/i18n.h"
#include "model/util.h"

#include <string.h>
#include <sys/wait.h>

static const char *call_name(const struct record_event *event)
{
	switch (event->kind) {
	case RECORD_FORK:
		return "clone";
	case RECORD_UNSHARE:
		return "unshare";
	case RECORD_SETNS:
		return "setns";
	case RECORD_SETHOSTNAME:
		return "sethostname";
	}
	return NULL;
}

static bool is_changed(const struct record_event *event, int link)
{
	return event->changed & (1U << link);
}

/* --- For people ------------------------------------------------------------------------------- */

static void add_process(struct line *line, const struct record_event *event)
{
	if (event->tid != event->pid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), event->tid);
	line_addf(line, STYLE_PID, "%d", event->pid);
	line_addf(line, STYLE_PLAIN, " %.*s", (int)strnlen(event->comm, sizeof(event->comm)),
	    event->comm);
}

/* The flags that the call had, as far as they changed something. */
static void add_flags(struct line *line, const struct record_event *event)
{
	const char *bar = "(";

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (!is_changed(event, link))
			continue;
		line_addf(line, STYLE_CODE, "%s%s", bar, ns_types[ns_link_type(link)].flag_name);
		bar = "|";
	}
	line_adds(line, STYLE_CODE, ")");
}

static void add_links(struct line *line, const struct record_event *event)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (is_changed(event, link))
			line_addf(
			    line, STYLE_NS, "  %s:%u", ns_link_names[link], event->links[link].ino);
	}
}

static void add_call(struct line *line, const struct told *told)
{
	const struct record_event *event = &told->event;

	event_line_begin(line, told->at_ms, _("called"));
	add_process(line, event);
	if (event->kind == RECORD_FORK)
		line_addf(line, STYLE_DIM, _("  child of %d"), (int)told->parent);
	line_addf(line, STYLE_CODE, "  %s", call_name(event));
	if (event->kind == RECORD_SETHOSTNAME)
		line_addf(line, STYLE_CODE, "(\"%s\")", event->name);
	else if (event->kind != RECORD_SETNS)
		add_flags(line, event);
	add_links(line, event);
}

static void add_life(struct line *line, const struct told *told)
{
	int code = told->event.code;

	event_line_begin(line, told->at_ms, _("lived"));
	add_process(line, &told->event);
	line_addf(line, STYLE_DIM, _("  child of %d"), (int)told->parent);
	line_addf(line, STYLE_PLAIN, _("  for %.1f ms"), (double)told->lived_us / 1e3);
	if (WIFSIGNALED(code))
		line_addf(line, STYLE_WARN, _("  signal %d"), WTERMSIG(code));
	else
		line_addf(line, STYLE_DIM, _("  exit status %d"), WEXITSTATUS(code));
}

void told_line(const struct told *told, struct line *line)
{
	unsigned lost = (unsigned)told->lost;

	switch (told->kind) {
	case TOLD_CALL:
		add_call(line, told);
		break;
	case TOLD_LIVED:
		add_life(line, told);
		break;
	case TOLD_LOST:
		event_line_begin(line, told->at_ms, _("lost"));
		line_addf(line, STYLE_WARN,
		    ngettext("%u record, since there were too many at once",
		        "%u records, since there were too many at once", lost),
		    lost);
		break;
	}
}

/* --- For programs ----------------------------------------------------------------------------- */

static json_t *process_object(const struct told *told)
{
	const struct record_event *event = &told->event;

	return json_pack("{s:i, s:n, s:o, s:o}", "pid", event->pid, "start_ticks", "ppid",
	    told->parent ? json_integer(told->parent) : json_null(), "comm",
	    json_of_text(event->comm, strnlen(event->comm, sizeof(event->comm))));
}

static json_t *links_array(const struct record_event *event)
{
	json_t *array = json_array();

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct record_ref *ref = &event->links[link];

		if (is_changed(event, link))
			json_array_append_new(array,
			    json_pack("{s:s, s:s, s:I, s:o}", "link", ns_link_names[link], "type",
			        ns_types[ns_link_type(link)].name, "inode", (json_int_t)ref->ino,
			        "id", json_of_unique(&(struct ns_id){.unique = ref->id})));
	}
	return array;
}

json_t *told_json(const struct told *told)
{
	static const char *const kinds[] = {
	    [TOLD_CALL] = "call", [TOLD_LIVED] = "process_lived", [TOLD_LOST] = "lost"};
	const struct record_event *event = &told->event;
	bool call = told->kind == TOLD_CALL, named = call && event->kind == RECORD_SETHOSTNAME;
	json_t *object = event_json_begin(told->at_ms, kinds[told->kind]);

	if (told->kind != TOLD_LOST)
		json_object_set_new(object, "process", process_object(told));
	if (call && event->tid != event->pid)
		json_object_set_new(object, "tid", json_integer(event->tid));
	if (call) {
		json_object_set_new(object, "means", json_string(call_name(event)));
		json_object_set_new(object, "namespaces", links_array(event));
	}
	if (named)
		json_object_set_new(
		    object, "host_after", json_of_text(event->name, strlen(event->name)));
	if (told->kind == TOLD_LIVED) {
		json_object_set_new(object, "lived_ms", json_real((double)told->lived_us / 1e3));
		json_object_set_new(object, "wait_status", json_integer(event->code));
	}
	if (told->kind == TOLD_LOST)
		json_object_set_new(object, "lost", json_integer((json_int_t)told->lost));
	return object;
}
