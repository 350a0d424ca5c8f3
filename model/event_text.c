#include "model/event_text.h"

#include "model/event_facts.h"
#include "model/i18n.h"

#include <time.h>

enum { KIND_COLS = 14 };

void event_add_time(uint64_t at_ms, struct line *line)
{
	time_t seconds = (time_t)(at_ms / 1000);
	char text[16] = "--:--:--";
	struct tm parts;

	/* Whoever wrote a recording may have written any number. */
	if (localtime_r(&seconds, &parts))
		strftime(text, sizeof(text), "%H:%M:%S", &parts);
	line_addf(line, STYLE_DIM, "%s.%03u", text, (unsigned)(at_ms % 1000));
}

void event_line_begin(struct line *line, uint64_t at_ms, const char *kind)
{
	size_t begin;

	event_add_time(at_ms, line);
	line_adds(line, STYLE_PLAIN, "  ");
	begin = line->cols;
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
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = event_apart_ns(context, event, type);

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
	const char *means = event_means(context, event);

	line_addf(line, STYLE_PLAIN, "  %s ", ns_link_names[event->link]);
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)event->from.ino);
	line_add_sign(line, STYLE_PLAIN, " → ", " -> ");
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)event->ns.ino);
	if (means)
		line_addf(line, STYLE_CODE, "  %s", means);
	if (event_is_back(context, event))
		line_adds(line, STYLE_DIM, _("  back where its process is"));
}

static void add_beginning(const struct graph *graph, struct line *line)
{
	unsigned processes = (unsigned)graph->living_count;
	unsigned namespaces = (unsigned)graph->living_ns_count;

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

	event_line_begin(
	    line, context->after->stats.taken_at_ms, event ? _(kinds[event->kind]) : _("watching"));
	if (!event) {
		add_beginning(context->after, line);
		return;
	}
	if (event_is_of_ns(event))
		add_ns(line, &event->ns);
	else
		add_process(context, event, line);
	if (event->kind == EVENT_PROCESS_BORN || event->kind == EVENT_THREAD_BORN)
		add_birth(context, event, line);
	if (event_is_move(event))
		add_move(context, event, line);
	if (event->kind == EVENT_HOSTNAME) {
		line_addf(
		    line, STYLE_PLAIN, "  \"%s\"", event_hostname(context->before, &event->ns));
		line_add_sign(line, STYLE_PLAIN, " → ", " -> ");
		line_addf(line, STYLE_PLAIN, "\"%s\"", event_hostname(context->after, &event->ns));
	}
}
