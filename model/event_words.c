/* Events as sentences, for the timeline. */
#include "model/event_facts.h"
#include "model/i18n.h"

#include <string.h>

/* Appends @format, translated, in which %1 and %2 stand for the two lines: in what order and between which
 * words is the translation's to say. */
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

static void add_ns(struct line *line, const struct ns_id *id)
{
	line_addf(line, STYLE_NS, "%s:%llu", ns_types[id->type].name, (unsigned long long)id->ino);
}

/* "sh (4711)", "thread 4712 of sh (4711)". */
static void add_who(
    const struct event_context *context, const struct event *event, struct line *line)
{
	const struct process *process = event_process(context, event);

	if (event->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)event->tid);
	line_adds(line, STYLE_STRONG, process ? process->comm : "?");
	line_adds(line, STYLE_PLAIN, " (");
	line_addf(line, STYLE_PID, "%d", (int)event->process.pid);
	line_adds(line, STYLE_PLAIN, ")");
}

static void add_birth(
    const struct event_context *context, const struct event *event, struct line *line)
{
	const struct process *process = event_process(context, event);
	const struct process *parent = process && !event->tid ? process->parent : NULL;
	const char *comma = "";

	if (parent) {
		line_addf(
		    line, STYLE_DIM, _(", child of %s (%d)"), parent->comm, (int)parent->id.pid);
	}
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = event_apart_ns(context, event, type);

		if (!ns)
			continue;
		line_adds(line, STYLE_PLAIN, *comma ? comma : _(", but in "));
		add_ns(line, &ns->id);
		comma = ", ";
	}
}

/* How a move is told: whether a new namespace was made, and whether it is for the children only. */
static const char *move_format(const struct event_context *context, const struct event *event)
{
	enum move_means means = move_means(context->after, event, context->now_ms);
	bool for_children = event->link >= LINK_PID_FOR_CHILDREN;

	if (event_is_back(context, event))
		/* TRANSLATORS: %1 is a thread, %2 a namespace. */
		return _("%1 came back to where its process is, %2");
	if (for_children && means == MOVED_BY_UNSHARE)
		/* TRANSLATORS: %1 is a process, %2 a namespace. */
		return _("the next child of %1 will be in a new namespace, %2 (unshare)");
	if (for_children)
		return _("the next child of %1 will be in %2");
	if (means == MOVED_BY_UNSHARE)
		/* TRANSLATORS: %1 is "sh (4711) left uts:4026531838", %2 a namespace. */
		return _("%1 for a new one, %2 (unshare)");
	if (means == MOVED_BY_SETNS)
		return _("%1 and joined %2 (setns)");
	return _("%1 for %2");
}

static void add_move(
    const struct event_context *context, const struct event *event, struct line *line)
{
	bool leaves = event->link < LINK_PID_FOR_CHILDREN && !event_is_back(context, event);
	struct line who, from, to, left;

	line_init(&who, line->charset);
	line_init(&from, line->charset);
	line_init(&to, line->charset);
	line_init(&left, line->charset);
	add_who(context, event, &who);
	add_ns(&from, &event->from);
	add_ns(&to, &event->ns);
	if (leaves)
		/* TRANSLATORS: %1 is a process, %2 a namespace; what follows is told by "%1 for …". */
		add_format(&left, _("%1 left %2"), &who, &from);
	add_format(line, move_format(context, event), leaves ? &left : &who, &to);
	line_done(&who);
	line_done(&from);
	line_done(&to);
	line_done(&left);
}

static void add_hostname(
    const struct event_context *context, const struct event *event, struct line *line)
{
	struct line ns, names;

	line_init(&ns, line->charset);
	line_init(&names, line->charset);
	add_ns(&ns, &event->ns);
	line_addf(&names, STYLE_STRONG, "\"%s\"", event_hostname(context->before, &event->ns));
	line_add_sign(&names, STYLE_PLAIN, " → ", " -> ");
	line_addf(&names, STYLE_STRONG, "\"%s\"", event_hostname(context->after, &event->ns));
	/* TRANSLATORS: %1 is a namespace, %2 is "old" → "new". */
	add_format(line, _("the host name in %1 was changed: %2"), &ns, &names);
	line_done(&ns);
	line_done(&names);
}

/* Where nothing follows but who or which it was. */
static void add_plain(const struct event_context *context, const struct event *event,
    const char *format, struct line *line)
{
	struct line what;

	line_init(&what, line->charset);
	if (event_is_of_ns(event))
		add_ns(&what, &event->ns);
	else
		add_who(context, event, &what);
	add_format(line, format, &what, &what);
	line_done(&what);
}

void event_words(const struct event_context *context, const struct event *event, struct line *line)
{
	switch (event->kind) {
	case EVENT_NS_BORN:
		add_plain(context, event, _("%1 is a new namespace"), line);
		break;
	case EVENT_NS_DIED:
		add_plain(context, event, _("%1 ended: nothing kept it any more"), line);
		break;
	case EVENT_PROCESS_BORN:
	case EVENT_THREAD_BORN:
		add_plain(context, event, _("%1 was born"), line);
		add_birth(context, event, line);
		break;
	case EVENT_PROCESS_DIED:
	case EVENT_THREAD_DIED:
		add_plain(context, event, _("%1 ended"), line);
		break;
	case EVENT_HOSTNAME:
		add_hostname(context, event, line);
		break;
	case EVENT_PROCESS_MOVED:
	case EVENT_THREAD_MOVED:
		add_move(context, event, line);
		break;
	}
}
