#include "model/report/event_report.h"

#include "model/base/i18n.h"
#include "model/graph/ns.h"

#include <stdlib.h> /* WIFSIGNALED and the like, as POSIX has it */
#include <string.h>
#include <time.h>

enum { KIND_COLS = 14 };

const struct event_kind_words event_kinds[] = {
    [EVENT_NS_CREATED] = {N_("created"), "ns_born"},
    [EVENT_PROCESS_STARTED] = {N_("started"), "process_born"},
    [EVENT_PROCESS_MOVED] = {N_("moved"), "process_moved"},
    [EVENT_THREAD_STARTED] = {N_("started"), "thread_born"},
    [EVENT_THREAD_MOVED] = {N_("moved"), "thread_moved"},
    [EVENT_THREAD_EXITED] = {N_("exited"), "thread_died"},
    [EVENT_HOSTNAME] = {N_("renamed"), "hostname"},
    [EVENT_PROCESS_EXITED] = {N_("exited"), "process_died"},
    [EVENT_NS_FREED] = {N_("freed"), "ns_died"},
    [EVENT_BEGIN] = {N_("watching"), "begin"},
    [EVENT_CALL] = {N_("called"), "call"},
    [EVENT_SHORT_LIVED] = {N_("short-lived"), "process_lived"},
    [EVENT_LOST] = {N_("lost"), "lost"},
};

const char *const event_call_names[] = {
    [CALL_UNKNOWN] = NULL,
    [CALL_CLONE] = "clone",
    [CALL_UNSHARE] = "unshare",
    [CALL_SETNS] = "setns",
    [CALL_SETHOSTNAME] = "sethostname",
};

bool event_is_of_ns(enum event_kind kind)
{
	return kind == EVENT_NS_CREATED || kind == EVENT_NS_FREED || kind == EVENT_HOSTNAME;
}

bool event_is_move(enum event_kind kind)
{
	return kind == EVENT_PROCESS_MOVED || kind == EVENT_THREAD_MOVED;
}

bool event_is_start(enum event_kind kind)
{
	return kind == EVENT_PROCESS_STARTED || kind == EVENT_THREAD_STARTED;
}

/* --- What can be looked up ---------------------------------------------------------------------- */

static bool descends_from(const struct process *process, const struct process *above)
{
	for (; process; process = process->parent) {
		if (process == above)
			return true;
	}
	return false;
}

/* Is @holder the one that moved, or below its process?  Of members the same; a thread's own process
 * is another than it. */
static bool is_by(const struct process *process, const struct thread *thread,
    const struct process *mover, pid_t tid)
{
	if (process == mover)
		return thread ? thread->tid == tid : tid == 0;
	return descends_from(process, mover);
}

enum event_call move_means(const struct graph *after, const struct event *event, uint64_t now_ms)
{
	const struct ns *to = graph_ns(after, &event->ns);
	const struct process *process = graph_process(after, &event->process);

	if (!to || !process)
		return CALL_UNKNOWN;
	if (to->life.appeared_ms != now_ms)
		return CALL_SETNS;
	for (const struct process *member = to->first_member; member;
	     member = member->next_member[to->id.type]) {
		if (!is_by(member, NULL, process, event->tid))
			return CALL_UNKNOWN;
	}
	for (uint32_t i = 0; i < to->holder_count; i++) {
		const struct holder *holder = &to->holders[i];

		if ((holder->kind == HOLDER_THREAD || holder->kind == HOLDER_FOR_CHILDREN) &&
		    !is_by(holder->process, holder->thread, process, event->tid))
			return CALL_UNKNOWN;
	}
	return CALL_UNSHARE;
}

static const struct thread *find_thread(const struct process *process, pid_t tid)
{
	const struct thread *thread = tid ? process->first_thread : NULL;

	while (thread && thread->tid != tid)
		thread = thread->next;
	return thread;
}

/* Where @ns is not @of. */
static const struct ns *if_different(const struct ns *ns, const struct ns *of)
{
	return ns && of && ns != of ? ns : NULL;
}

static void look_up_process(
    struct event_report *report, const struct process *process, const struct event *event)
{
	const struct thread *thread = find_thread(process, event->tid);
	const struct process *parent = process->parent;

	report->comm = process->comm;
	report->kernel_thread = process->kernel_thread;
	report->has_parent = true;
	report->ppid = process->ppid;
	if (parent && !event->tid) {
		report->parent_pid = parent->id.pid;
		report->parent_comm = parent->comm;
	}
	for (int type = 0; event_is_start(event->kind) && type < NS_TYPE_COUNT; type++) {
		if (thread)
			report->own_ns[type] = if_different(thread->ns[type], process->ns[type]);
		else if (parent)
			report->own_ns[type] = if_different(process->ns[type], parent->ns[type]);
	}
	report->back = event_is_move(event->kind) && thread &&
	               thread->ns[event->link] == process->ns[event->link];
}

static const char *hostname_in(const struct graph *graph, const struct ns_id *id)
{
	const struct ns *ns = graph ? graph_ns(graph, id) : NULL;

	return ns ? ns->hostname : NULL;
}

struct event_report event_report(const struct event_context *context, const struct event *event)
{
	struct event_report report = {
	    .kind = event ? event->kind : EVENT_BEGIN,
	    .at_ms = context->after->stats.taken_at_ms,
	    .graph = context->after,
	};
	const struct process *process;

	if (!event)
		return report;
	report.process = event->process;
	report.has_ticks = true;
	report.tid = event->tid;
	report.ns = event->ns;
	report.from = event->from;
	report.link = event->link;
	process = event->process.pid ? graph_process(context->after, &event->process) : NULL;
	if (process)
		look_up_process(&report, process, event);
	if (event_is_move(event->kind))
		report.call = move_means(context->after, event, context->now_ms);
	if (event->kind == EVENT_HOSTNAME) {
		report.host_before = hostname_in(context->before, &event->ns);
		report.host_after = hostname_in(context->after, &event->ns);
	}
	return report;
}

/* --- Words -------------------------------------------------------------------------------------- */

void event_add_time(uint64_t at_ms, struct line *line)
{
	time_t seconds = (time_t)(at_ms / 1000);
	char text[16] = "--:--:--";
	struct tm parts;

	/* A recording may hold any number. */
	if (localtime_r(&seconds, &parts))
		strftime(text, sizeof(text), "%H:%M:%S", &parts);
	line_addf(line, STYLE_DIM, "%s.%03u", text, (unsigned)(at_ms % 1000));
}

static void add_arrow(struct line *line)
{
	line_add_symbol(line, STYLE_PLAIN, " → ", " -> ");
}

static void add_thread(const struct event_report *report, struct line *line)
{
	if (report->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)report->tid);
}

static void add_own_ns(const struct event_report *report, struct line *line)
{
	const char *comma = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!report->own_ns[type])
			continue;
		line_adds(line, STYLE_PLAIN, *comma ? comma : _(", but in "));
		ns_id_add(&report->own_ns[type]->id, STYLE_NS, line);
		comma = _(", ");
	}
}

static void add_names(const struct event_report *report, enum style style, struct line *line)
{
	line_addf(line, style, "\"%s\"", report->host_before);
	add_arrow(line);
	line_addf(line, style, "\"%s\"", report->host_after);
}

/* --- The line ----------------------------------------------------------------------------------- */

static void add_parent(const struct event_report *report, struct line *line)
{
	if (report->has_parent && (!report->tid || report->kind == EVENT_CALL))
		line_addf(line, STYLE_DIM, _("  child of %d"), (int)report->ppid);
}

static void add_move(const struct event_report *report, struct line *line)
{
	line_addf(line, STYLE_PLAIN, "  %s ", ns_link_names[report->link]);
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)report->from.ino);
	add_arrow(line);
	line_addf(line, STYLE_NS, "%llu", (unsigned long long)report->ns.ino);
	if (report->call)
		line_addf(line, STYLE_CODE, "  %s", event_call_names[report->call]);
	if (report->back)
		line_adds(line, STYLE_DIM, _("  back in the namespace of its process"));
}

/* The call with the flags that it had, as far as they changed something, and what that was. */
static void add_call(const struct event_report *report, struct line *line)
{
	const char *bar = "(";

	line_addf(line, STYLE_CODE, "  %s", event_call_names[report->call]);
	if (report->call == CALL_SETHOSTNAME)
		line_addf(line, STYLE_CODE, "(\"%s\")", report->host_after);
	if (report->call == CALL_CLONE || report->call == CALL_UNSHARE) {
		for (int link = 0; link < NS_LINK_COUNT; link++) {
			if (!(report->changed & (1U << link)))
				continue;
			line_addf(
			    line, STYLE_CODE, "%s%s", bar, ns_types[ns_link_type(link)].flag_name);
			bar = "|";
		}
		line_adds(line, STYLE_CODE, ")");
	}
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (report->changed & (1U << link))
			line_addf(line, STYLE_NS, "  %s:%llu", ns_link_names[link],
			    (unsigned long long)report->links[link].ino);
	}
}

static void add_life(const struct event_report *report, struct line *line)
{
	line_addf(line, STYLE_PLAIN, _("  for %.1f ms"), (double)report->lifetime_us / 1e3);
	if (WIFSIGNALED(report->wait_status))
		line_addf(line, STYLE_WARN, _("  signal %d"), WTERMSIG(report->wait_status));
	else
		line_addf(line, STYLE_DIM, _("  exit status %d"), WEXITSTATUS(report->wait_status));
}

static void add_beginning(const struct graph *graph, struct line *line)
{
	unsigned processes = (unsigned)graph->living_count;
	unsigned namespaces = (unsigned)graph->living_ns_count;

	line_addf(line, STYLE_PLAIN, ngettext("%u process", "%u processes", processes), processes);
	line_adds(line, STYLE_PLAIN, _(", "));
	line_addf(
	    line, STYLE_PLAIN, ngettext("%u namespace", "%u namespaces", namespaces), namespaces);
}

void event_line(const struct event_report *report, struct line *line)
{
	unsigned lost = (unsigned)report->lost;
	size_t begin;

	event_add_time(report->at_ms, line);
	line_adds(line, STYLE_PLAIN, "  ");
	begin = line->cols;
	line_adds(line, STYLE_STRONG, _(event_kinds[report->kind].word));
	line_pad(line, begin + KIND_COLS);
	if (event_is_of_ns(report->kind))
		ns_id_add(&report->ns, STYLE_NS, line);
	if (report->process.pid) {
		add_thread(report, line);
		line_addf(line, STYLE_PID, "%d", (int)report->process.pid);
		if (report->comm)
			line_addf(line, STYLE_PLAIN, " %s", report->comm);
	}
	switch (report->kind) {
	case EVENT_BEGIN:
		add_beginning(report->graph, line);
		break;
	case EVENT_PROCESS_STARTED:
	case EVENT_THREAD_STARTED:
		add_parent(report, line);
		add_own_ns(report, line);
		break;
	case EVENT_PROCESS_MOVED:
	case EVENT_THREAD_MOVED:
		add_move(report, line);
		break;
	case EVENT_HOSTNAME:
		line_adds(line, STYLE_PLAIN, "  ");
		add_names(report, STYLE_PLAIN, line);
		break;
	case EVENT_CALL:
		add_parent(report, line);
		add_call(report, line);
		break;
	case EVENT_SHORT_LIVED:
		add_parent(report, line);
		add_life(report, line);
		break;
	case EVENT_LOST:
		line_addf(line, STYLE_WARN,
		    ngettext("%u record, since there were too many at once",
		        "%u records, since there were too many at once", lost),
		    lost);
		break;
	case EVENT_NS_CREATED:
	case EVENT_NS_FREED:
	case EVENT_THREAD_EXITED:
	case EVENT_PROCESS_EXITED:
		break;
	}
}

/* --- The sentence ------------------------------------------------------------------------------- */

/* Appends @format, translated, with the two lines in the place of %1 and %2: the translation chooses
 * the order and the words between. */
static void add_format(
    struct line *line, const char *format, const struct line *first, const struct line *second)
{
	for (const char *at = format; *at;) {
		size_t len = strcspn(at, "%");

		line_add(line, STYLE_PLAIN, at, len);
		at += len;
		if (!*at)
			break;
		if (at[1] == '1')
			line_append(line, first, 0, first->cols);
		else if (at[1] == '2')
			line_append(line, second, 0, second->cols);
		at += at[1] ? 2 : 1;
	}
}

/* "uts:4026531838"; "sh (4711)", "thread 4712 of sh (4711)". */
static void add_subject(const struct event_report *report, struct line *line)
{
	if (event_is_of_ns(report->kind)) {
		ns_id_add(&report->ns, STYLE_NS, line);
		return;
	}
	add_thread(report, line);
	line_adds(line, STYLE_STRONG, report->comm ? report->comm : "?");
	line_add_bracket(line, STYLE_PLAIN, true);
	line_addf(line, STYLE_PID, "%d", (int)report->process.pid);
	line_add_bracket(line, STYLE_PLAIN, false);
}

/* The sentence of a move: whether a new namespace was created, and whether it is for the children
 * only. */
static const char *move_format(const struct event_report *report)
{
	bool for_children = report->link >= LINK_PID_FOR_CHILDREN;

	if (report->back)
		/* TRANSLATORS: %1 is a thread, %2 a namespace. */
		return _("%1 came back to the namespace of its process, %2");
	if (for_children && report->call == CALL_UNSHARE)
		/* TRANSLATORS: %1 is a process, %2 a namespace. */
		return _("the next child of %1 will be in a new namespace, %2 (unshare)");
	if (for_children)
		return _("the next child of %1 will be in %2");
	if (report->call == CALL_UNSHARE)
		/* TRANSLATORS: %1 is "sh (4711) left uts:4026531838", %2 a namespace. */
		return _("%1 for a new one, %2 (unshare)");
	if (report->call == CALL_SETNS)
		return _("%1 and joined %2 (setns)");
	return _("%1 for %2");
}

/* What is said of @subject, with %2 for what add_object gives. */
static const char *sentence(const struct event_report *report)
{
	switch (report->kind) {
	case EVENT_NS_CREATED:
		return _("%1 was created");
	case EVENT_NS_FREED:
		return _("%1 was freed: its last reference is gone");
	case EVENT_PROCESS_STARTED:
	case EVENT_THREAD_STARTED:
		return _("%1 started");
	case EVENT_PROCESS_EXITED:
	case EVENT_THREAD_EXITED:
		return _("%1 exited");
	case EVENT_HOSTNAME:
		/* TRANSLATORS: %1 is a namespace, %2 is "old" → "new". */
		return _("the host name in %1 was changed: %2");
	case EVENT_PROCESS_MOVED:
	case EVENT_THREAD_MOVED:
		return move_format(report);
	case EVENT_BEGIN:
	case EVENT_CALL:
	case EVENT_SHORT_LIVED:
	case EVENT_LOST:
		break;
	}
	return "";
}

void event_words(const struct event_report *report, struct line *line)
{
	bool leaves =
	    event_is_move(report->kind) && report->link < LINK_PID_FOR_CHILDREN && !report->back;
	struct line subject, from, object, left;

	line_init(&subject, line->charset);
	line_init(&from, line->charset);
	line_init(&object, line->charset);
	line_init(&left, line->charset);
	add_subject(report, &subject);
	ns_id_add(&report->from, STYLE_NS, &from);
	if (report->kind == EVENT_HOSTNAME)
		add_names(report, STYLE_STRONG, &object);
	else
		ns_id_add(&report->ns, STYLE_NS, &object);
	if (leaves)
		/* TRANSLATORS: %1 is a process, %2 a namespace; what follows is another text, "%1 for …". */
		add_format(&left, _("%1 left %2"), &subject, &from);
	add_format(line, sentence(report), leaves ? &left : &subject, &object);
	if (event_is_start(report->kind) && report->parent_comm)
		line_addf(line, STYLE_DIM, _(", child of %s (%d)"), report->parent_comm,
		    (int)report->parent_pid);
	add_own_ns(report, line);
	line_done(&subject);
	line_done(&from);
	line_done(&object);
	line_done(&left);
}
