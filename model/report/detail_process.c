/* All that is known of a process. */

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/detail.h"

#include <string.h>

enum {
	MAX_LEVELS = 64, /* the kernel nests PID namespaces 32 deep, pid_namespaces(7) */
	NAME_COLS = 7,   /* "cgroup" and a blank */
	LINK_INDENT = 4,
};

static const struct {
	char state;
	const char *text;
} states[] = {
    {'R', N_("running, or ready to run")},
    {'S', N_("sleeping")},
    {'D', N_("waiting in the kernel, usually for a device; no signal wakes it")},
    {'Z', N_("a zombie: it has ended, and its parent has not asked for its exit status yet")},
    {'T', N_("stopped by a signal")},
    {'t', N_("stopped by a debugger")},
    {'I', N_("idle kernel thread")},
    {'P', N_("parked kernel thread")},
    {'X', N_("dead")},
};

/* A word for each reason; its sentence is below the list, once. */
static const char *const read_status_words[] = {
    [READ_DENIED] = N_("refused"),
    [READ_GONE] = N_("gone"),
    [READ_ZOMBIE] = N_("zombie"),
    [READ_UNSUPPORTED] = N_("not there"),
    [READ_EMPTY] = N_("waits"),
    [READ_NEVER] = N_("not asked"),
};

/* What an exiting process waits for: init for all others, pid_namespaces(7). */
static void add_ending(const struct process *process, struct line *line)
{
	const struct ns *ns = process->ns[NS_PID];

	line_adds(line, STYLE_STRONG, _("ending"));
	if (ns && pid_ns_init(ns) == process && ns->member_count > 1)
		line_addf(line, STYLE_PLAIN,
		    ngettext(
		        ": the init of a PID namespace waits for the %u other process in it to end",
		        ": the init of a PID namespace waits for the %u other processes in it to "
		        "end",
		        ns->member_count - 1),
		    (unsigned)ns->member_count - 1);
	else
		line_adds(line, STYLE_PLAIN,
		    _(": it has exited or was killed, and the kernel is cleaning up"));
	line_add_bracket(line, STYLE_DIM, true);
	line_add(line, STYLE_DIM, &process->state, 1);
	line_add_bracket(line, STYLE_DIM, false);
}

static void add_state(const struct detail *detail, const struct process *process)
{
	char state = process->state;
	struct line line = detail_field(detail, _("State"));

	if (process->exiting && state != 'Z') {
		add_ending(process, &line);
		detail_field_end(detail, &line);
		return;
	}
	line_add(&line, STYLE_STRONG, &state, 1);
	for (size_t i = 0; i < array_len(states); i++) {
		if (states[i].state == state)
			line_addf(&line, STYLE_PLAIN, " %s", _(states[i].text));
	}
	detail_field_end(detail, &line);
}

/* An argument as one would type it in a shell. */
static void add_argument(struct line *line, const char *data, size_t len)
{
	const char *quote = memchr(data, '\'', len);

	if (len && !quote && !memchr(data, ' ', len) && !memchr(data, '\t', len) &&
	    !memchr(data, '\n', len) && !memchr(data, '"', len)) {
		line_add(line, STYLE_CODE, data, len);
		return;
	}
	line_adds(line, STYLE_CODE, "'");
	for (; quote; quote = memchr(data, '\'', len)) {
		size_t before = (size_t)(quote - data);

		line_add(line, STYLE_CODE, data, before);
		line->verbatim = true; /* this one is the shell's */
		line_adds(line, STYLE_CODE, "'\\''");
		line->verbatim = false;
		data += before + 1;
		len -= before + 1;
	}
	line_add(line, STYLE_CODE, data, len);
	line_adds(line, STYLE_CODE, "'");
}

static void add_command(const struct detail *detail, const struct process *process)
{
	struct line line = detail_field(detail, _("Command"));
	const char *data = process->cmdline;
	size_t len = process->cmdline_len;

	/* Who writes a title over its arguments leaves NULs behind it. */
	while (data && len && !data[len - 1])
		len--;
	if (process->kernel_thread)
		line_adds(&line, STYLE_PLAIN, _("none: a thread of the kernel"));
	else if (process->cmdline_late && !data)
		line_adds(&line, STYLE_WARN,
		    _("no answer: the process keeps its memory locked, or one of its pages can't "
		      "be read"));
	else if (!data || !len)
		line_adds(&line, STYLE_PLAIN, _("none"));
	else if (!memchr(data, '\0', len))
		line_add(&line, STYLE_CODE, data, len); /* one word, or such a title */
	else {
		for (const char *end = data + len; data <= end;) {
			size_t word = strnlen(data, (size_t)(end - data));

			add_argument(&line, data, word);
			data += word + 1;
			if (data <= end)
				line_adds(&line, STYLE_CODE, " ");
		}
	}
	if (process->cmdline_late && data)
		line_adds(&line, STYLE_WARN, _(" (an older one: now there is no answer)"));
	if (process->cmdline_cut)
		line_add_symbol(&line, STYLE_DIM, "…", "~");
	detail_field_end(detail, &line);
}

static void add_user(const struct detail *detail, const struct process *process)
{
	struct line line = detail_field(detail, _("User"));

	if (process->user)
		line_adds(&line, STYLE_STRONG, process->user);
	line_addf(
	    &line, STYLE_PLAIN, process->user ? " (uid %u)" : "uid %u", (unsigned)process->uid);
	detail_field_end(detail, &line);
}

static void add_parent(const struct detail *detail, const struct process *process)
{
	struct line line = detail_field(detail, _("Parent"));

	if (process->parent) {
		line_addf(&line, STYLE_PID, "%d", (int)process->parent->id.pid);
		line_addf(&line, STYLE_PLAIN, " %s", process->parent->comm);
	} else if (process->ppid > 0) {
		line_addf(&line, STYLE_PID, "%d", (int)process->ppid);
		line_addf(&line, STYLE_WARN, "%s", _(" (not visible)"));
	} else {
		line_adds(&line, STYLE_PLAIN,
		    _("none here: the kernel started it, or its parent is outside of this PID "
		      "namespace"));
	}
	detail_field_end(detail, &line);
}

/* The types of which it is not in the initial namespace: what a reader wants to know first. Where the
 * initial one is unknown, nsscope's own takes its place. */
static void add_isolation(const struct detail *detail, const struct process *process)
{
	struct line line = detail_field(detail, _("Isolated"));
	unsigned other = 0, unknown = 0, differ = 0, unreadable = 0;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = process->ns[type];
		enum standing standing =
		    ns ? ns_standing(detail->context->graph, ns) : STANDING_INITIAL;

		unreadable += !ns;
		other |= standing == STANDING_OTHER ? 1u << type : 0;
		unknown |= standing == STANDING_UNKNOWN ? 1u << type : 0;
		differ |= standing == STANDING_UNKNOWN && !ns->reference ? 1u << type : 0;
	}
	if (other)
		ns_letters_add_types(&line, STYLE_STRONG, other);
	else if (unreadable || unknown)
		line_adds(&line, STYLE_PLAIN, _("in none of the readable ones"));
	else
		line_adds(&line, STYLE_PLAIN, _("none: all eight are the initial namespaces"));
	if (unknown) {
		line_adds(&line, STYLE_WARN, _("; unknown whether these are the initial ones: "));
		ns_letters_add_types(&line, STYLE_WARN, unknown);
	}
	if (differ) {
		line_adds(&line, STYLE_STRONG, _("; not in the same one as nsscope: "));
		ns_letters_add_types(&line, STYLE_STRONG, differ);
	}
	if (unreadable)
		line_addf(&line, STYLE_WARN,
		    ngettext(" (%u type could not be read)", " (%u types could not be read)",
		        unreadable),
		    unreadable);
	detail_field_end(detail, &line);
}

/* The PID namespace in which @process has pids[@level]; NULL where it can't be seen. */
static const struct ns *pid_ns_at(const struct process *process, int level)
{
	const struct ns *ns = process->ns[NS_PID];

	if (process->pids_cut)
		return NULL;
	for (int at = process->pid_levels - 1; ns && at > level; at--)
		ns = ns->parent;
	return ns;
}

static void add_pids(const struct detail *detail, const struct process *process)
{
	int levels = process->pid_levels < MAX_LEVELS ? process->pid_levels : MAX_LEVELS;

	detail_heading(detail, levels > 1 || process->pids_cut
	                           ? _("PID at each level, outermost first")
	                           : _("Its PID"));
	for (int level = 0; level < levels; level++) {
		const struct ns *ns = pid_ns_at(process, level);
		struct line line = detail_line(detail);

		line_pad(&line, (size_t)level);
		line_addf(&line, STYLE_PID, "%d", (int)process->pids[level]);
		line_adds(&line, STYLE_DIM, _(" in "));
		if (ns)
			detail_add_ns(detail, ns, &line);
		else
			line_adds(&line, STYLE_WARN, _("a PID namespace that can't be seen"));
		if (level == levels - 1 && process->pids[level] == 1)
			line_adds(&line, STYLE_PLAIN,
			    _(": its init; when it ends, all others in there are killed"));
		detail_wrap(detail, &line, (size_t)level + LINK_INDENT);
	}
	if (process->pids_cut)
		detail_text(detail, STYLE_WARN,
		    _("Its PIDs at deeper levels are unknown: its status is too long."));
	if (detail->row->joined)
		detail_text(detail, STYLE_PLAIN,
		    _("Its parent is outside of this PID namespace: it was put here with setns(2), "
		      "as "
		      "nsenter(1) does."));
}

/* Compares @ns with the initial namespace, or with the reference in its place. */
static void add_against_baseline(
    const struct detail *detail, const struct ns *ns, struct line *line)
{
	const struct graph *graph = detail->context->graph;
	const struct ns *reference = graph->reference[ns->id.type];
	int pid = reference && reference->first_member ? (int)reference->first_member->id.pid : 0;
	enum standing standing = ns_standing(graph, ns);

	if (ns->life.ended_ms)
		line_adds(line, STYLE_DEAD, _("gone"));
	else if (standing == STANDING_INITIAL)
		line_adds(line, STYLE_DIM, _("initial"));
	else if (ns->own && standing == STANDING_OTHER)
		line_adds(line, STYLE_STRONG, _("nsscope's own, not the initial namespace"));
	else if (ns->own)
		line_adds(line, STYLE_DIM, _("nsscope's own"));
	else if (standing == STANDING_OTHER)
		line_adds(line, STYLE_STRONG, _("not the initial namespace"));
	else if (ns->reference)
		line_addf(line, STYLE_DIM, _("that of PID %d"), pid);
	else if (reference && reference->own)
		line_adds(line, STYLE_STRONG, _("not nsscope's own"));
	else
		line_addf(line, STYLE_STRONG, _("not that of PID %d"), pid);
}

static void add_company(const struct detail *detail, const struct process *process,
    const struct ns *ns, struct line *line)
{
	/* For a thread, @process has the links of the thread; its process may be in another namespace. */
	bool counted = !process->life.ended_ms && detail->row->process->ns[ns->id.type] == ns;
	unsigned others = ns->member_count - counted;

	if (others)
		line_addf(line, STYLE_DIM,
		    ngettext(", shared with %u other process", ", shared with %u other processes",
		        others),
		    others);
	else
		line_adds(line, STYLE_DIM, _(", no other process"));
}

static void begin_link(
    const struct detail *detail, const struct process *process, int link, struct line *line)
{
	const struct ns_letters *ns_letters = detail->context->ns_letters;
	enum read_status why = process->read_status[link];

	if (process->ns[link]) {
		detail_add_letter(detail, process->ns[link], line);
	} else if (ns_letters) {
		line_adds(line, STYLE_WARN, why == READ_DENIED || why == READ_NEVER ? "?" : "-");
		line_pad(line, detail_letter_cols(detail));
	}
	line_adds(line, STYLE_NS, ns_link_names[link]);
	line_adds(line, STYLE_NS, " ");
}

static void add_link(const struct detail *detail, const struct process *process, int link)
{
	const struct ns *ns = process->ns[link];
	struct line line = detail_line(detail);

	begin_link(detail, process, link, &line);
	line_pad(&line, detail_letter_cols(detail) + NAME_COLS);
	if (ns) {
		line_addf(&line, STYLE_PLAIN, "%llu ", (unsigned long long)ns->id.ino);
		add_against_baseline(detail, ns, &line);
		add_company(detail, process, ns, &line);
		if (ns->name)
			line_addf(&line, STYLE_NS, " \"%s\"", ns->name);
		if (ns->hostname)
			line_addf(&line, STYLE_PLAIN, _(", host name %s"), ns->hostname);
	} else {
		line_adds(&line, STYLE_WARN, _(read_status_words[process->read_status[link]]));
	}
	detail_wrap(detail, &line, LINK_INDENT);
}

/* Each reason that some link of @process has, explained. */
static void add_reasons(const struct detail *detail, const struct process *process)
{
	for (size_t why = READ_DENIED; why < array_len(read_status_words); why++) {
		bool found = false;
		struct line line;

		/* That a first child is waited for was said in words. */
		for (int link = 0; link < NS_LINK_COUNT && why != READ_EMPTY; link++)
			found |= process->read_status[link] == why;
		if (!found)
			continue;
		line = detail_line(detail);
		line_addf(&line, STYLE_WARN, "%s: ", _(read_status_words[why]));
		line_adds(&line, STYLE_PLAIN, read_status_text((enum read_status)why));
		detail_wrap(detail, &line, LINK_INDENT);
	}
}

/* What the next child gets, in words. */
static const char *next_child_text(
    const struct graph *graph, const struct process *process, int link)
{
	enum nstype type = ns_link_type((enum ns_link)link);
	const struct ns *ns = process->ns[link];

	if (!ns) {
		if (process->read_status[link] == READ_EMPTY && type == NS_PID)
			return _("the next child starts in a new PID namespace, as its PID 1");
		return _(read_status_words[process->read_status[link]]);
	}
	if (!process->ns[type])
		return _("its own could not be read, so it can't be said whether they differ");
	if (ns == process->ns[type])
		return _("the same as its own");
	if (type == NS_PID && pid_ns_state(graph, ns) == PID_NS_DEAD)
		return _(
		    "none: its next fork(2) fails with ENOMEM, since this PID namespace is dead");
	if (type == NS_PID && pid_ns_state(graph, ns) == PID_NS_EMPTY)
		return _("the next child starts in this PID namespace, if its init has not ended "
		         "already");
	if (type == NS_PID)
		return ns->member_count ? _("the next child starts in another PID namespace")
		                        : _("the next child starts in a new PID namespace");
	return ns->member_count ? _("the next child starts in another time namespace")
	                        : _("the next child starts in a new time namespace");
}

static void add_next_child(const struct detail *detail, const struct process *process, int link)
{
	const struct ns *ns = process->ns[link];
	bool differs = process->read_status[link] == READ_EMPTY ||
	               (ns && ns != process->ns[ns_link_type((enum ns_link)link)]);
	struct line line = detail_line(detail);

	begin_link(detail, process, link, &line);
	if (ns)
		line_addf(&line, STYLE_PLAIN, "%llu ", (unsigned long long)ns->id.ino);
	line_adds(&line,
	    differs ? STYLE_STRONG
	    : ns    ? STYLE_DIM
	            : STYLE_WARN,
	    next_child_text(detail->context->graph, process, link));
	detail_wrap(detail, &line, LINK_INDENT);
}

static void add_links(const struct detail *detail, const struct process *process)
{
	detail_heading(detail, _("Its namespaces"));
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		add_link(detail, process, type);
	detail_heading(detail, _("Children will be created in"));
	for (int link = NS_TYPE_COUNT; link < NS_LINK_COUNT; link++)
		add_next_child(detail, process, link);
	add_reasons(detail, process);
}

static void add_threads(const struct detail *detail, const struct process *process)
{
	struct line line;

	if (process->threads > 1)
		detail_fieldf(detail, _("Threads"), STYLE_PLAIN, "%d", process->threads);
	for (const struct thread *thread = process->first_thread; thread; thread = thread->next) {
		if (thread->life.ended_ms || !thread_diverged(thread))
			continue;
		line = detail_field(detail, _("Diverged"));
		line_addf(&line, STYLE_PID, "%d ", (int)thread->tid);
		line_adds(&line, STYLE_PLAIN, thread->comm);
		for (int type = 0; type < NS_TYPE_COUNT; type++) {
			if (!thread->ns[type] || thread->ns[type] == process->ns[type])
				continue;
			line_adds(&line, STYLE_PLAIN, " ");
			detail_add_ns(detail, thread->ns[type], &line);
		}
		detail_field_end(detail, &line);
	}
}

void detail_thread(const struct detail *detail, const struct thread *thread)
{
	struct process as_process = *thread->process;
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_PID, "%d ", (int)thread->tid);
	line_adds(&line, STYLE_TITLE, thread->comm);
	detail_wrap(detail, &line, LINK_INDENT);

	line = detail_field(detail, _("Thread of"));
	line_addf(&line, STYLE_PID, "%d", (int)thread->process->id.pid);
	line_addf(&line, STYLE_PLAIN, " %s", thread->process->comm);
	detail_field_end(detail, &line);
	detail_text(detail, STYLE_PLAIN,
	    _("Namespaces belong to threads: unshare(2) and setns(2) move only the thread that "
	      "calls "
	      "them, and its process stays where it is."));

	memcpy(as_process.ns, thread->ns, sizeof(as_process.ns));
	memcpy(as_process.read_status, thread->read_status, sizeof(as_process.read_status));
	as_process.life = thread->life;
	add_links(detail, &as_process);
	detail_life(detail, &thread->life);
}

void detail_process(const struct detail *detail, const struct process *process)
{
	struct line line = detail_line(detail);
	struct container container;

	line_addf(&line, STYLE_PID, "%d ", (int)process->id.pid);
	line_adds(&line, STYLE_TITLE, process->comm);
	detail_wrap(detail, &line, LINK_INDENT);

	add_isolation(detail, process);
	if (container_of_process(process, &container))
		detail_container(detail, &container);
	if (process->cgroup)
		detail_field_text(detail, "cgroup", STYLE_CODE, process->cgroup);
	add_command(detail, process);
	add_user(detail, process);
	/* Of one that is gone, what it did last is no state. */
	if (!process->life.ended_ms)
		add_state(detail, process);
	add_parent(detail, process);
	add_threads(detail, process);
	detail_life(detail, &process->life);

	add_pids(detail, process);
	add_links(detail, process);
}
