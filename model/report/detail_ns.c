/* All that is known of a namespace, and of a type. */

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"
#include "model/report/detail_parts.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_INDENT = 4 };

static bool nests(enum nstype type)
{
	return type == NS_PID || type == NS_USER;
}

/* Why the parent or owner of a namespace is not known. */
static const char *edge_status_text(enum read_status why)
{
	if (why == READ_DENIED)
		return _("above, not visible from here: it is outside of what this user or this "
		         "PID namespace may see");
	return read_status_text(why);
}

static void add_parent(const struct detail *detail, const struct ns *ns)
{
	struct line line = detail_field(detail, _("Parent"));

	if (!nests(ns->id.type))
		line_addf(&line, STYLE_PLAIN, _("%s namespaces are flat: no parent"),
		    ns_types[ns->id.type].name);
	else if (ns->parent)
		detail_add_ns(detail, ns->parent, &line);
	else if (ns->initial || ns->parent_status == READ_OK)
		line_adds(&line, STYLE_PLAIN, _("none (root)"));
	else
		line_adds(&line, STYLE_WARN, edge_status_text(ns->parent_status));
	detail_field_end(detail, &line);
}

static void add_owner(const struct detail *detail, const struct ns *ns)
{
	struct line line = detail_field(detail, _("Owner"));

	if (ns->owner)
		detail_add_ns(detail, ns->owner, &line);
	else if (ns->owner_status == READ_OK)
		line_adds(&line, STYLE_PLAIN, _("none: it has no parent user namespace"));
	else
		line_adds(&line, STYLE_WARN, edge_status_text(ns->owner_status));
	detail_field_end(detail, &line);

	if (ns->id.type != NS_USER)
		return;
	line = detail_field(detail, _("Made by"));
	if (ns->owner_uid_status == READ_OK)
		line_addf(&line, STYLE_PLAIN, "uid %u", (unsigned)ns->owner_uid);
	else
		line_adds(&line, STYLE_WARN, edge_status_text(ns->owner_uid_status));
	detail_field_end(detail, &line);
}

static void add_identity(const struct detail *detail, const struct ns *ns)
{
	struct line line = detail_field(detail, _("Inode"));

	line_addf(&line, STYLE_STRONG, "%llu", (unsigned long long)ns->id.ino);
	line_addf(&line, STYLE_DIM, _(" on device %llu"), (unsigned long long)ns->id.dev);
	if (ns->id.generation)
		line_addf(&line, STYLE_DIM,
		    ngettext(", seen with %u other namespace before",
		        ", seen with %u others before", ns->id.generation),
		    (unsigned)ns->id.generation);
	detail_field_end(detail, &line);

	line = detail_field(detail, _("Id"));
	if (ns->id.unique)
		line_addf(&line, STYLE_PLAIN, "%llu", (unsigned long long)ns->id.unique);
	else
		line_adds(&line, STYLE_DIM,
		    _("unknown: kernels report it since 6.18 (NS_GET_ID), and only to those who "
		      "may open the namespace"));
	detail_field_end(detail, &line);
}

static void add_standing(const struct detail *detail, const struct ns *ns)
{
	const struct graph *graph = detail->context->graph;
	const struct ns *reference = graph->reference[ns->id.type];
	enum standing standing = ns_standing(graph, ns);
	const char *text;

	if (ns->life.ended_ms)
		text = _("gone");
	else if (standing == STANDING_INITIAL)
		text = _("initial namespace, created by the kernel at boot");
	else if (ns->own && standing == STANDING_OTHER)
		text = _("nsscope's own. It is not the initial namespace, which is not visible "
		         "from here");
	else if (ns->own)
		text = _("nsscope's own. The kernel shows whether it is the initial one since "
		         "Linux 6.18");
	else if (standing == STANDING_OTHER)
		text = _("not the initial namespace");
	else if (ns->reference)
		text = _("that of the oldest visible process; the letters compare with it");
	else if (reference && reference->own)
		text =
		    _("not nsscope's own. The kernel shows which one is initial since Linux 6.18");
	else
		text = _("not that of the oldest visible process");
	detail_field_text(
	    detail, _("Status"), standing == STANDING_INITIAL ? STYLE_PLAIN : STYLE_STRONG, text);
}

/* ip-link(8) shows the same of an interface whose other end is there. */
static void add_netnsid(const struct detail *detail, const struct ns *ns)
{
	struct line line;

	if (ns->id.type != NS_NET || ns->netnsid < 0)
		return;
	line = detail_field(detail, _("Net id"));
	line_addf(&line, STYLE_STRONG, "%d", (int)ns->netnsid);
	line_adds(&line, STYLE_DIM,
	    _(" (link-netnsid), as nsscope's own net namespace numbers the others"));
	detail_field_end(detail, &line);
}

/* Why it is there though nobody is seen in it. */
static void add_nobody(const struct detail *detail, const struct ns *ns)
{
	const struct graph *graph = detail->context->graph;
	const char *state = pid_ns_state_text(pid_ns_state(graph, ns));
	int link = ns->id.type == NS_PID    ? LINK_PID_FOR_CHILDREN
	           : ns->id.type == NS_TIME ? LINK_TIME_FOR_CHILDREN
	                                    : -1;

	if (state)
		detail_text(detail, STYLE_STRONG, state);
	for (size_t i = 0; link >= 0 && i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];
		struct line line;

		if (process->ns[link] != ns || process->life.ended_ms)
			continue;
		line = detail_line(detail);
		line_addf(&line, STYLE_PLAIN,
		    state ? _("It is held for the next child of PID %d ")
		          : _("No process is in it yet. The next child of this process will be: "
		              "PID %d "),
		    (int)process->id.pid);
		line_adds(&line, STYLE_STRONG, process->comm);
		detail_wrap(detail, &line, 0);
		return;
	}
	if (!ns->life.ended_ms && !state)
		detail_text(detail, STYLE_PLAIN, _("No visible process is in it."));
}

/* What keeps such a namespace where nothing in sight does, until Linux 6.18.  Tried one by one in
 * tests/kernel/scanner/unseen_test.c; later these keep it inactive, and the kernel does not say that it lives. */
static const char *const suspects[NS_TYPE_COUNT] = {
    [NS_IPC] = N_("Perhaps a segment of System V that a process still has mapped: SYSV… "
                  "in /proc/PID/maps."),
    [NS_MNT] = N_("Perhaps an open /proc/PID/mounts or mountinfo of a process that was in it."),
    [NS_NET] = N_("Perhaps an open file of /proc/PID/net, or a packet socket that is closed and "
                  "still mapped."),
    [NS_PID] = N_(
        "Perhaps a proc that was mounted in it and is mounted still, or a pidfd of a process that "
        "ended in it."),
    [NS_USER] = N_("Perhaps a file that was opened in it and is open still, in whatever process."),
};

static bool is_before_6_19(const char *kernel)
{
	char *end;
	unsigned long major = strtoul(kernel, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major < 6 || (major == 6 && minor < 19);
}

static void add_unseen(const struct detail *detail, const struct ns *ns)
{
	if (suspects[ns->id.type] && is_before_6_19(detail->context->graph->kernel))
		detail_text(detail, STYLE_PLAIN, _(suspects[ns->id.type]));
	detail_text(detail, STYLE_PLAIN,
	    _("Perhaps a descriptor that was sent through a unix socket and not received yet, or "
	      "a bind mount in a tree of mounts that is mounted nowhere: open_tree(2)."));
}

/* What is not known of why it is there. */
static void add_unknown_holders(const struct detail *detail, const struct ns *ns)
{
	unsigned denied = detail->context->graph->stats.fds_denied;
	struct line line;

	if (ns->holder_count == 1 && ns->holders[0].kind == HOLDER_UNSEEN)
		add_unseen(detail, ns);
	if (!ns->holder_count && !ns->member_count)
		detail_text(detail, STYLE_WARN,
		    _("Nothing visible: perhaps a descriptor, a bind mount or an unreadable "
		      "process."));
	if (!denied || ns->member_count)
		return;
	line = detail_line(detail);
	line_addf(&line, STYLE_WARN,
	    ngettext("The descriptors of %u process could not be read.",
	        "The descriptors of %u processes could not be read.", denied),
	    denied);
	detail_wrap(detail, &line, 0);
}

void detail_holders(const struct detail *detail, const struct ns *ns)
{
	unsigned listed = 0;
	struct holder_walk walk;
	struct holder holder;
	struct line line;

	if (ns->life.ended_ms)
		return;
	detail_heading(detail, _("Held by"));
	if (ns->initial)
		detail_text(detail, STYLE_PLAIN, _("the kernel (permanent)"));
	if (ns->member_count) {
		line = detail_line(detail);
		line_addf(&line, STYLE_PLAIN,
		    ngettext("%u process in it", "%u processes in it", ns->member_count),
		    (unsigned)ns->member_count);
		detail_wrap(detail, &line, LIST_INDENT);
	}
	holders_begin(&walk, ns, 0);
	while (listed < detail_most(detail) && holders_next(&walk, &holder)) {
		line = detail_line(detail);
		holder_add(&holder, &line);
		detail_wrap(detail, &line, LIST_INDENT);
		listed++;
	}
	if (listed < ns->holder_count) {
		line = detail_line(detail);
		line_addf(&line, STYLE_DIM, _("and %u more"), ns->holder_count - listed);
		detail_wrap(detail, &line, LIST_INDENT);
	}
	if (!ns->initial)
		add_unknown_holders(detail, ns);
}

void detail_member(const struct detail *detail, const struct process *process)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_PID, "%7d ", (int)process->id.pid);
	line_adds(&line, process->life.ended_ms ? STYLE_DEAD : STYLE_PLAIN, process->comm);
	if (process->life.ended_ms)
		line_addf(&line, STYLE_DEAD, "%s", _(" (ended)"));
	detail_wrap(detail, &line, 8);
}

static void add_members(const struct detail *detail, const struct ns *ns)
{
	const struct process *process = ns->first_member;
	unsigned listed = 0, left = 0, kernel_threads = 0;
	struct line line = detail_line(detail);

	lines_add(detail->lines, detail->context->charset);
	line_addf(&line, STYLE_TITLE,
	    ngettext("%u process is in it", "%u processes are in it", ns->member_count),
	    (unsigned)ns->member_count);
	detail_wrap(detail, &line, 0);
	if (!ns->member_count)
		add_nobody(detail, ns);
	else if (pid_ns_state_text(pid_ns_state(detail->context->graph, ns)))
		detail_text(detail, STYLE_STRONG,
		    pid_ns_state_text(pid_ns_state(detail->context->graph, ns)));
	for (; process; process = process->next_member[ns->id.type]) {
		if (process->kernel_thread) {
			kernel_threads++; /* many, and all the same to a reader */
		} else if (listed < detail_most(detail)) {
			detail_member(detail, process);
			listed++;
		} else {
			left++;
		}
	}
	if (left) {
		line = detail_line(detail);
		line_pad(&line, 8);
		line_addf(&line, STYLE_DIM, _("and %u more"), left);
		detail_wrap(detail, &line, 8);
	}
	if (kernel_threads) {
		line = detail_line(detail);
		line_pad(&line, 8);
		line_addf(&line, STYLE_DIM,
		    ngettext("and %u thread of the kernel", "and %u threads of the kernel",
		        kernel_threads),
		    kernel_threads);
		detail_wrap(detail, &line, 8);
	}
}

/* The namespaces directly below @ns. */
static void add_children(const struct detail *detail, const struct ns *ns)
{
	const struct graph *graph = detail->context->graph;
	unsigned children = 0;
	struct line line;

	if (!nests(ns->id.type))
		return;
	line = detail_field(detail, _("Children"));
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *child = graph->namespaces[i];

		if (child->parent != ns || child->id.type != ns->id.type)
			continue;
		if (children++ >= detail_most(detail))
			continue;
		if (children > 1)
			line_adds(&line, STYLE_DIM, _(", "));
		detail_add_ns(detail, child, &line);
	}
	if (!children)
		line_adds(&line, STYLE_PLAIN, _("none"));
	if (children > detail_most(detail))
		line_addf(&line, STYLE_DIM,
		    ngettext(" and %u more", " and %u more", children - detail_most(detail)),
		    children - detail_most(detail));
	detail_field_end(detail, &line);
}

/* What a user namespace owns, counted by type. */
static void add_owned(const struct detail *detail, const struct ns *ns)
{
	const struct graph *graph = detail->context->graph;
	unsigned owned[NS_TYPE_COUNT] = {0};
	unsigned types = 0;
	struct line line;

	if (ns->id.type != NS_USER)
		return;
	for (size_t i = 0; i < graph->ns_count; i++) {
		if (graph->namespaces[i]->owner == ns && !graph->namespaces[i]->life.ended_ms)
			owned[graph->namespaces[i]->id.type]++;
	}
	line = detail_field(detail, _("It owns"));
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (owned[type])
			line_addf(&line, STYLE_PLAIN, "%s%u %s", types++ ? _(", ") : "",
			    owned[type], ns_types[type].name);
	}
	if (!types)
		line_adds(&line, STYLE_PLAIN, _("nothing visible"));
	detail_field_end(detail, &line);
}

static void add_lesson(const struct detail *detail, enum nstype type)
{
	const struct ns_type_info *info = &ns_types[type];
	struct line line;

	detail_heading(detail, _("What it isolates"));
	detail_text(detail, STYLE_PLAIN, _(info->isolates));
	detail_heading(detail, _("Initial state"));
	detail_text(detail, STYLE_PLAIN, _(info->start));

	lines_add(detail->lines, detail->context->charset);
	line = detail_field(detail, _("Made with"));
	line_adds(&line, STYLE_CODE, info->flag_name);
	detail_field_end(detail, &line);
	line = detail_field(detail, _("Since"));
	line_addf(&line, STYLE_PLAIN, "Linux %s", info->since);
	detail_field_end(detail, &line);
	detail_field_text(detail, _("Manual"), STYLE_CODE, info->man);
}

static void add_name(const struct detail *detail, const struct ns *ns)
{
	struct line line;

	if (!ns->name)
		return;
	line = detail_field(detail, ns->named_by_link ? _("Linked") : _("Mounted"));
	line_adds(&line, STYLE_NS, ns->name);
	if (ns->named_by_link)
		line_adds(&line, STYLE_PLAIN,
		    _(": a symbolic link in /run/netns. It holds no reference: the name is lost "
		      "when the process exits."));
	detail_field_end(detail, &line);
}

void detail_ns(const struct detail *detail, const struct ns *ns)
{
	struct line line = detail_line(detail);
	struct container container;

	detail_add_mark(detail, ns, &line);
	line_addf(&line, STYLE_TITLE, "%s:%llu", ns_types[ns->id.type].name,
	    (unsigned long long)ns->id.ino);
	detail_wrap(detail, &line, 0);

	add_standing(detail, ns);
	if (ns->id.type == NS_UTS) {
		if (ns->hostname)
			detail_field_text(detail, _("Host name"), STYLE_STRONG, ns->hostname);
		else
			detail_field_text(detail, _("Host name"), STYLE_WARN, _("it was not read"));
	}
	add_name(detail, ns);
	add_netnsid(detail, ns);
	if (!ns->reference)
		detail_container(detail, container_of_ns(ns, &container) ? &container : NULL);
	add_identity(detail, ns);
	add_parent(detail, ns);
	add_children(detail, ns);
	add_owner(detail, ns);
	add_owned(detail, ns);
	detail_life(detail, &ns->life);
	add_members(detail, ns);
	detail_holders(detail, ns);
	add_lesson(detail, ns->id.type);
}

void detail_unknown(const struct detail *detail, enum read_status why)
{
	detail_text(detail, STYLE_TITLE, _("The owner of these namespaces is not known"));
	detail_text(detail, STYLE_WARN, edge_status_text(why));
	lines_add(detail->lines, detail->context->charset);
	detail_text(detail, STYLE_PLAIN,
	    _("Each namespace is owned by the user namespace that its creator was in, and each "
	      "user namespace by its parent. The kernel shows owners and parents only from the "
	      "reader's own user namespace downwards."));
}

void detail_type(const struct detail *detail, enum nstype type)
{
	const struct graph *graph = detail->context->graph;
	const struct ns *reference = graph->reference[type];
	unsigned namespaces = 0, members = 0, isolated = 0;
	struct line line = detail_line(detail);

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (ns->id.type != type || ns->life.ended_ms)
			continue;
		namespaces++;
		members += ns->member_count;
		isolated += ns->reference ? 0 : ns->member_count;
	}
	line_adds(&line, STYLE_TITLE, ns_types[type].name);
	detail_wrap(detail, &line, 0);
	if (graph->stats.type_missing[type]) {
		detail_text(detail, STYLE_WARN, _("This kernel has no namespaces of this type."));
	} else {
		line = detail_field(detail, _("Visible"));
		line_addf(&line, STYLE_PLAIN, ngettext("%u namespace", "%u namespaces", namespaces),
		    namespaces);
		detail_field_end(detail, &line);
		line = detail_field(detail, _("In them"));
		line_addf(
		    &line, STYLE_PLAIN, ngettext("%u process", "%u processes", members), members);
		line_addf(&line, STYLE_PLAIN,
		    reference && reference->initial ? _(", %u of them not in the initial namespace")
		                                    : _(", %u of them outside of nsscope's own"),
		    isolated);
		detail_field_end(detail, &line);
		detail_field_text(detail, _("Nesting"), STYLE_PLAIN,
		    nests(type) ? _("each has a parent, up to the initial namespace")
		                : _("flat: none is inside another"));
	}
	add_lesson(detail, type);
}
