/* All that is known of a row: here of a namespace, a type and a group; of a process see detail_process.c. */
#include "model/report/detail.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	FIELD_COLS = 10,
	LISTED_USUAL = 8,
	LISTED_WHOLE =
	    300, /* more than a person reads, and made within a frame for all eight types */
	LIST_INDENT = 4,
	MEMBER_COLS = 8, /* before the name of a member */
	TYPE_COLS = 8,
	LETTER_COLS = 10,
};

/* --- Pieces ------------------------------------------------------------------------------------- */

struct line detail_line(const struct detail *detail)
{
	struct line line;

	line_init(&line, detail->context->charset);
	return line;
}

void detail_wrap(const struct detail *detail, struct line *line, size_t indent)
{
	lines_wrap_line(detail->lines, line, indent, detail->context->cols);
	line_done(line);
}

void detail_add(
    const struct detail *detail, size_t indent, enum style style, const char *format, ...)
{
	struct line line = detail_line(detail);
	va_list arguments;

	va_start(arguments, format);
	line_vaddf(&line, style, format, arguments);
	va_end(arguments);
	detail_wrap(detail, &line, indent);
}

unsigned detail_most(const struct detail *detail)
{
	return detail->context->whole ? LISTED_WHOLE : LISTED_USUAL;
}

void detail_heading(const struct detail *detail, const char *text)
{
	lines_add(detail->lines, detail->context->charset);
	detail_text(detail, STYLE_TITLE, text);
}

void detail_text(const struct detail *detail, enum style style, const char *text)
{
	lines_wrap(detail->lines, detail->context->charset, style, text, 0, detail->context->cols);
}

struct line detail_field(const struct detail *detail, const char *label)
{
	struct line line = detail_line(detail);

	line_adds(&line, STYLE_DIM, label);
	line_adds(&line, STYLE_DIM, " ");
	line_pad(&line, FIELD_COLS);
	return line;
}

void detail_field_end(const struct detail *detail, struct line *line)
{
	detail_wrap(detail, line, FIELD_COLS);
}

void detail_fieldf(
    const struct detail *detail, const char *label, enum style style, const char *format, ...)
{
	struct line line = detail_field(detail, label);
	va_list arguments;

	va_start(arguments, format);
	line_vaddf(&line, style, format, arguments);
	va_end(arguments);
	detail_field_end(detail, &line);
}

void detail_field_text(
    const struct detail *detail, const char *label, enum style style, const char *text)
{
	detail_fieldf(detail, label, style, "%s", text);
}

void detail_more(const struct detail *detail, size_t indent, unsigned count)
{
	struct line line;

	if (!count)
		return;
	line = detail_line(detail);
	line_pad(&line, indent);
	line_addf(&line, STYLE_DIM, _("and %u more"), count);
	detail_wrap(detail, &line, indent);
}

size_t detail_letter_cols(const struct detail *detail)
{
	const struct ns_letters *ns_letters = detail->context->ns_letters;
	size_t cols = 0;

	for (enum nstype type = 0; ns_letters && type < NS_TYPE_COUNT; type++)
		cols = larger(cols, ns_columns_cols(ns_letters, type) + 1);
	return cols;
}

void detail_add_letter(const struct detail *detail, const struct ns *ns, struct line *line)
{
	size_t end = line->cols + detail_letter_cols(detail);

	if (!detail->context->ns_letters)
		return;
	ns_letters_add(detail->context->ns_letters, ns, STYLE_DIM, line);
	line_pad(line, end);
}

void detail_add_ns(const struct detail *detail, const struct ns *ns, struct line *line)
{
	if (detail->context->ns_letters && !ns->reference) {
		ns_letters_add(detail->context->ns_letters, ns, STYLE_DIM, line);
		line_adds(line, STYLE_PLAIN, " ");
	}
	ns_id_add(&ns->id, STYLE_NS, line);
	if (ns->name)
		line_addf(line, STYLE_NS, " \"%s\"", ns->name);
	if (ns->initial)
		line_adds(line, STYLE_DIM, _(" (initial)"));
	if (ns->life.ended_ms)
		line_adds(line, STYLE_DEAD, _(" (gone)"));
}

void detail_container(const struct detail *detail, const struct container *container)
{
	struct line line = detail_field(detail, _("Container"));

	if (container) {
		container_add(container, STYLE_STRONG, &line);
		line_addf(&line, STYLE_DIM, _(" (%s)"), container_clue_text(container->clue));
		if (container->id[0]) {
			line_adds(&line, STYLE_DIM, _(", "));
			line_adds(&line, STYLE_CODE, container->id);
		}
	} else {
		line_adds(
		    &line, STYLE_DIM, _("unknown: no match in cgroups, mounts or command lines"));
	}
	detail_field_end(detail, &line);
}

/* @at_ms: on the clock of the history; shown in local time. */
static void add_life_event(const struct detail *detail, const char *label, uint64_t at_ms,
    enum style style, const char *text)
{
	time_t seconds = (time_t)(history_wall_ms(detail->context->history, at_ms) / 1000);
	struct line line = detail_field(detail, label);
	struct tm local;

	if (seconds && localtime_r(&seconds, &local))
		line_addf(&line, STYLE_PLAIN, "%02d:%02d:%02d ", local.tm_hour, local.tm_min,
		    local.tm_sec);
	line_adds(&line, style, text);
	detail_field_end(detail, &line);
}

void detail_life(const struct detail *detail, const struct life *life)
{
	if (!detail->context->history)
		return;
	if (life->appeared_ms)
		add_life_event(detail, _("Appeared"), life->appeared_ms, STYLE_NEW,
		    _("while nsscope was watching"));
	if (life->ended_ms)
		add_life_event(detail, _("Ended"), life->ended_ms, STYLE_DEAD,
		    _("gone, and removed from the list shortly"));
}

static void add_member(const struct detail *detail, const struct process *process)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_PID, "%7d ", (int)process->id.pid);
	line_adds(&line, process->life.ended_ms ? STYLE_DEAD : STYLE_PLAIN, process->comm);
	if (process->life.ended_ms)
		line_adds(&line, STYLE_DEAD, _(" (ended)"));
	detail_wrap(detail, &line, MEMBER_COLS);
}

/* --- A namespace: what it is -------------------------------------------------------------------- */

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

	if (!ns_type_nests(ns->id.type))
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
	if (ns->owner_uid_status == READ_OK)
		detail_fieldf(detail, _("Made by"), STYLE_PLAIN, "uid %u", (unsigned)ns->owner_uid);
	else
		detail_field_text(
		    detail, _("Made by"), STYLE_WARN, edge_status_text(ns->owner_uid_status));
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

	if (ns->id.unique)
		detail_fieldf(
		    detail, _("Id"), STYLE_PLAIN, "%llu", (unsigned long long)ns->id.unique);
	else
		detail_field_text(detail, _("Id"), STYLE_DIM,
		    _("unknown: kernels report it since 6.18 (NS_GET_ID), and only to those who "
		      "may open the namespace"));
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

/* ip-link(8) shows the same number for an interface whose peer is there. */
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

static void add_children(const struct detail *detail, const struct ns *ns)
{
	const struct graph *graph = detail->context->graph;
	unsigned children = 0, most = detail_most(detail);
	struct line line;

	if (!ns_type_nests(ns->id.type))
		return;
	line = detail_field(detail, _("Children"));
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *child = graph->namespaces[i];

		if (child->parent != ns || child->id.type != ns->id.type || children++ >= most)
			continue;
		if (children > 1)
			line_adds(&line, STYLE_DIM, _(", "));
		detail_add_ns(detail, child, &line);
	}
	if (!children)
		line_adds(&line, STYLE_PLAIN, _("none"));
	if (children > most)
		line_addf(&line, STYLE_DIM,
		    ngettext(" and %u more", " and %u more", children - most), children - most);
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

/* --- A namespace: members and holders ----------------------------------------------------------- */

/* Why a namespace without a visible member exists. */
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

static void add_members(const struct detail *detail, const struct ns *ns)
{
	const char *state = pid_ns_state_text(pid_ns_state(detail->context->graph, ns));
	unsigned listed = 0, left = 0, kernel_threads = 0;
	struct line line;

	lines_add(detail->lines, detail->context->charset);
	detail_add(detail, 0, STYLE_TITLE,
	    ngettext("%u process is in it", "%u processes are in it", ns->member_count),
	    (unsigned)ns->member_count);
	if (!ns->member_count)
		add_nobody(detail, ns);
	else if (state)
		detail_text(detail, STYLE_STRONG, state);
	for (const struct process *process = ns->first_member; process;
	     process = process->next_member[ns->id.type]) {
		if (process->kernel_thread) {
			kernel_threads++; /* many, and all the same to a reader */
		} else if (listed < detail_most(detail)) {
			add_member(detail, process);
			listed++;
		} else {
			left++;
		}
	}
	detail_more(detail, MEMBER_COLS, left);
	if (kernel_threads) {
		line = detail_line(detail);
		line_pad(&line, MEMBER_COLS);
		line_addf(&line, STYLE_DIM,
		    ngettext("and %u thread of the kernel", "and %u threads of the kernel",
		        kernel_threads),
		    kernel_threads);
		detail_wrap(detail, &line, MEMBER_COLS);
	}
}

/* What may hold a namespace that nothing visible holds, until Linux 6.18.  Tried one by one in
 * tests/kernel/scanner/unseen_test.c; later kernels report a namespace with only such a holder as inactive. */
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

static void add_unseen(const struct detail *detail, const struct ns *ns)
{
	if (suspects[ns->id.type] && !kernel_is_since(detail->context->graph->kernel, "6.19"))
		detail_text(detail, STYLE_PLAIN, _(suspects[ns->id.type]));
	detail_text(detail, STYLE_PLAIN,
	    _("Perhaps a descriptor that was sent through a unix socket and not received yet, or "
	      "a bind mount in a tree of mounts that is mounted nowhere: open_tree(2)."));
}

/* What may hold a namespace beside its known holders. */
static void add_unknown_holders(const struct detail *detail, const struct ns *ns)
{
	unsigned denied = detail->context->graph->stats.fds_denied;

	if (ns->holder_count == 1 && ns->holders[0].kind == HOLDER_UNSEEN)
		add_unseen(detail, ns);
	if (!ns->holder_count && !ns->member_count)
		detail_text(detail, STYLE_WARN,
		    _("Nothing visible: perhaps a descriptor, a bind mount or an unreadable "
		      "process."));
	if (denied && !ns->member_count)
		detail_add(detail, 0, STYLE_WARN,
		    ngettext("The descriptors of %u process could not be read.",
		        "The descriptors of %u processes could not be read.", denied),
		    denied);
}

static void add_holders(const struct detail *detail, const struct ns *ns)
{
	unsigned listed = 0;
	struct holder_walk walk;
	struct holder holder;

	if (ns->life.ended_ms)
		return;
	detail_heading(detail, _("Held by"));
	if (ns->initial)
		detail_text(detail, STYLE_PLAIN, _("the kernel (permanent)"));
	if (ns->member_count)
		detail_add(detail, LIST_INDENT, STYLE_PLAIN,
		    ngettext("%u process in it", "%u processes in it", ns->member_count),
		    (unsigned)ns->member_count);
	holders_begin(&walk, ns, 0);
	for (; listed < detail_most(detail) && holders_next(&walk, &holder); listed++) {
		struct line line = detail_line(detail);

		holder_add(&holder, &line);
		detail_wrap(detail, &line, LIST_INDENT);
	}
	detail_more(detail, 0, ns->holder_count - listed);
	if (!ns->initial)
		add_unknown_holders(detail, ns);
}

/* --- Types -------------------------------------------------------------------------------------- */

static void add_lesson(const struct detail *detail, enum nstype type)
{
	const struct ns_type_info *info = &ns_types[type];

	detail_heading(detail, _("What it isolates"));
	detail_text(detail, STYLE_PLAIN, _(info->isolates));
	detail_heading(detail, _("Initial state"));
	detail_text(detail, STYLE_PLAIN, _(info->start));

	lines_add(detail->lines, detail->context->charset);
	detail_field_text(detail, _("Made with"), STYLE_CODE, info->flag_name);
	detail_fieldf(detail, _("Since"), STYLE_PLAIN, "Linux %s", info->since);
	detail_field_text(detail, _("Manual"), STYLE_CODE, info->man);
}

static void add_ns(const struct detail *detail, const struct ns *ns)
{
	struct line line = detail_line(detail);
	struct container container;

	detail_add_letter(detail, ns, &line);
	ns_id_add(&ns->id, STYLE_TITLE, &line);
	detail_wrap(detail, &line, 0);

	add_standing(detail, ns);
	if (ns->id.type == NS_UTS)
		detail_field_text(detail, _("Host name"), ns->hostname ? STYLE_STRONG : STYLE_WARN,
		    ns->hostname ? ns->hostname : _("it was not read"));
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
	add_holders(detail, ns);
	add_lesson(detail, ns->id.type);
}

/* Namespaces whose owner cannot be read. */
static void add_unknown(const struct detail *detail, enum read_status why)
{
	detail_text(detail, STYLE_TITLE, _("The owner of these namespaces is not known"));
	detail_text(detail, STYLE_WARN, edge_status_text(why));
	lines_add(detail->lines, detail->context->charset);
	detail_text(detail, STYLE_PLAIN,
	    _("Each namespace is owned by the user namespace that its creator was in, and each "
	      "user namespace by its parent. The kernel shows owners and parents only from the "
	      "reader's own user namespace downwards."));
}

static void add_type(const struct detail *detail, enum nstype type)
{
	const struct graph *graph = detail->context->graph;
	const struct ns *reference = graph->reference[type];
	unsigned namespaces = 0, members = 0, other = 0;
	struct line line;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		if (ns->id.type != type || ns->life.ended_ms)
			continue;
		namespaces++;
		members += ns->member_count;
		other += ns->reference ? 0 : ns->member_count;
	}
	detail_text(detail, STYLE_TITLE, ns_types[type].name);
	if (graph->stats.type_missing[type]) {
		detail_text(detail, STYLE_WARN, _("This kernel has no namespaces of this type."));
	} else {
		detail_fieldf(detail, _("Visible"), STYLE_PLAIN,
		    ngettext("%u namespace", "%u namespaces", namespaces), namespaces);
		line = detail_field(detail, _("In them"));
		line_addf(
		    &line, STYLE_PLAIN, ngettext("%u process", "%u processes", members), members);
		line_addf(&line, STYLE_PLAIN,
		    reference && reference->initial ? _(", %u of them not in the initial namespace")
		                                    : _(", %u of them outside of nsscope's own"),
		    other);
		detail_field_end(detail, &line);
		detail_field_text(detail, _("Nesting"), STYLE_PLAIN,
		    ns_type_nests(type) ? _("each has a parent, up to the initial namespace")
		                        : _("flat: none is inside another"));
	}
	add_lesson(detail, type);
}

/* --- A group: what its members share, and with which other processes ---------------------------- */

static void add_group_summary(const struct detail *detail, const struct ns_group *ns_group)
{
	struct line line = detail_field(detail, _("In it"));
	unsigned differ = 0;

	line_addf(&line, STYLE_STRONG, ngettext("%u process", "%u processes", ns_group->processes),
	    ns_group->processes);
	if (ns_group->threads)
		line_addf(&line, STYLE_STRONG,
		    ngettext(", %u thread that left its process",
		        ", %u threads that left their processes", ns_group->threads),
		    ns_group->threads);
	detail_field_end(detail, &line);

	line = detail_field(detail, _("Differs"));
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_group->ns[type];

		if (ns && !ns->reference)
			line_addf(
			    &line, STYLE_NS, "%s%s", differ++ ? _(", ") : "", ns_types[type].name);
	}
	if (!differ)
		line_adds(&line, STYLE_PLAIN, _("nothing: all eight are the usual ones"));
	detail_field_end(detail, &line);
}

/* The members of @ns that are not in @ns_group. */
static void add_others(const struct detail *detail, const struct ns_group *ns_group,
    const struct ns *ns, struct line *line)
{
	uint32_t others =
	    ns->member_count > ns_group->processes ? ns->member_count - ns_group->processes : 0;

	if (others)
		line_addf(line, STYLE_DIM,
		    ngettext("  and %u process of other groups",
		        "  and %u processes of other groups", others),
		    others);
	else
		line_addf(line, STYLE_PLAIN, "  %s",
		    detail->context->graph->stats.denied ? _("no other readable process is in it")
		                                         : _("in this group only"));
}

static void add_group_namespaces(const struct detail *detail, const struct ns_group *ns_group)
{
	detail_heading(detail, _("Its namespaces"));
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_group->ns[type];
		struct line line = detail_line(detail);

		line_adds(&line, STYLE_DIM, ns_types[type].name);
		line_pad(&line, TYPE_COLS);
		if (ns) {
			detail_add_ns(detail, ns, &line);
			add_others(detail, ns_group, ns, &line);
		} else {
			line_adds(&line, STYLE_DIM, _("this kernel has none"));
		}
		detail_wrap(detail, &line, LETTER_COLS);
	}
}

static void add_thread(const struct detail *detail, const struct thread *thread)
{
	struct line line = detail_line(detail);

	line_addf(&line, STYLE_PID, "%7d ", (int)thread->tid);
	line_addf(&line, STYLE_DIM, "%s ", _("thread"));
	line_adds(&line, thread->life.ended_ms ? STYLE_DEAD : STYLE_PLAIN, thread->comm);
	detail_wrap(detail, &line, MEMBER_COLS);
}

static void add_ns_group(const struct detail *detail, const struct ns_group *ns_group)
{
	struct container container;
	uint32_t listed = 0;

	detail_text(detail, STYLE_TITLE, _("A group: processes with the same eight namespaces"));
	add_group_summary(detail, ns_group);
	if (container_of_process(ns_group->first, &container))
		detail_container(detail, &container);
	add_group_namespaces(detail, ns_group);
	detail_heading(detail, _("Members"));
	for (; listed < ns_group->member_count && listed < detail_most(detail); listed++) {
		const struct ns_group_member *member = &ns_group->members[listed];

		if (member->thread)
			add_thread(detail, member->thread);
		else
			add_member(detail, member->process);
	}
	detail_more(detail, MEMBER_COLS, ns_group->member_count - listed);
}

/* --- Rows --------------------------------------------------------------------------------------- */

void detail_lines(const struct rowline_context *context, const struct row *row, struct lines *lines)
{
	const struct detail detail = {.context = context, .row = row, .lines = lines};

	switch (row->key.kind) {
	case ROW_PROCESS:
		detail_process(&detail, row->process);
		break;
	case ROW_THREAD:
		detail_thread(&detail, row->thread);
		break;
	case ROW_NS:
	case ROW_MEMBERS:
		add_ns(&detail, row->ns);
		break;
	case ROW_NS_GROUP:
		add_ns_group(&detail, row->ns_group);
		break;
	case ROW_UNKNOWN:
		add_unknown(&detail, row->key.why);
		break;
	case ROW_TYPE:
		add_type(&detail, row->key.type);
		break;
	case ROW_NOTE:
		detail_text(&detail, STYLE_TITLE, row->note ? row->note : "");
		if (row->key.why != READ_OK)
			detail_text(&detail, STYLE_PLAIN, read_status_text(row->key.why));
		break;
	}
}

void detail_title(const struct row *row, struct line *title)
{
	if (!row) {
		line_adds(title, STYLE_TITLE, _("Details"));
		return;
	}
	switch (row->key.kind) {
	case ROW_TYPE:
		line_addf(title, STYLE_TITLE, _("Type %s"), ns_types[row->key.type].name);
		break;
	case ROW_NS:
		line_addf(title, STYLE_TITLE, _("Namespace %s:%llu"),
		    ns_types[row->ns->id.type].name, (unsigned long long)row->ns->id.ino);
		break;
	case ROW_PROCESS:
		line_addf(title, STYLE_TITLE, _("Process %d"), (int)row->process->id.pid);
		line_adds(title, STYLE_PLAIN, " ");
		line_adds(title, STYLE_PLAIN, row->process->comm);
		break;
	case ROW_THREAD:
		line_addf(title, STYLE_TITLE, _("Thread %d"), (int)row->thread->tid);
		line_adds(title, STYLE_PLAIN, " ");
		line_adds(title, STYLE_PLAIN, row->thread->comm);
		break;
	case ROW_MEMBERS:
		line_addf(title, STYLE_TITLE, _("Members of %s:%llu"),
		    ns_types[row->ns->id.type].name, (unsigned long long)row->ns->id.ino);
		break;
	case ROW_NS_GROUP:
		line_addf(title, STYLE_TITLE, _("Group of %s"), row->ns_group->first->comm);
		break;
	case ROW_UNKNOWN:
		line_adds(title, STYLE_TITLE, _("Owner not known"));
		break;
	case ROW_NOTE:
		line_adds(title, STYLE_TITLE, _("Note"));
		break;
	}
}
