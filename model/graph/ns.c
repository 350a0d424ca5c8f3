#include "model/graph/ns.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

void ns_id_add(const struct ns_id *id, enum style style, struct line *line)
{
	line_addf(line, style, "%s:%llu", ns_types[id->type].name, (unsigned long long)id->ino);
}

/* --- PID namespaces ---------------------------------------------------------------------------- */

static const char *const state_names[] = {
    [PID_NS_ALIVE] = "alive",
    [PID_NS_ENDING] = "ending",
    [PID_NS_DEAD] = "dead",
    [PID_NS_EMPTY] = "empty",
    [PID_NS_UNKNOWN] = NULL,
};

static const char *const state_shorts[] = {
    [PID_NS_ENDING] = N_("ending: its init exits"),
    [PID_NS_DEAD] = N_("dead: its init has exited"),
    [PID_NS_EMPTY] = N_("no init: not yet, or no longer"),
    [PID_NS_UNKNOWN] = NULL,
};

static const char *const state_texts[] = {
    [PID_NS_ENDING] = N_("Its init is exiting and waits for the other members to exit. No process "
                         "can be created in it or join it any more: fork(2) fails with ENOMEM."),
    [PID_NS_DEAD] = N_("It is dead: its init has exited. No process can be created in it or join "
                       "it any more: fork(2) fails with ENOMEM."),
    [PID_NS_EMPTY] = N_("It has no init. Either its first process has not started yet, or its init "
                        "has exited and it is dead: this kernel shows both alike."),
    [PID_NS_UNKNOWN] = NULL,
};

const char *pid_ns_state_name(enum pid_ns_state state)
{
	return state_names[state];
}

const char *pid_ns_state_short(enum pid_ns_state state)
{
	return state_shorts[state] ? _(state_shorts[state]) : NULL;
}

const char *pid_ns_state_text(enum pid_ns_state state)
{
	return state_texts[state] ? _(state_texts[state]) : NULL;
}

const struct process *pid_ns_init(const struct ns *ns)
{
	const struct process *process = ns->id.type == NS_PID ? ns->first_member : NULL;

	while (process && (process->life.ended_ms || process->pid_levels < 1 ||
	                      process->pids[process->pid_levels - 1] != 1))
		process = process->next_member[NS_PID];
	return process;
}

/* Would a member of @ns be visible: is @ns a descendant of the PID namespace that the graph was read
 * in? */
static bool would_be_seen(const struct graph *graph, const struct ns *ns)
{
	if (!graph->pid_members_known || !graph->reference[NS_PID])
		return false;
	while (ns && ns != graph->reference[NS_PID])
		ns = ns->parent;
	return ns;
}

/* Where its init was seen, not every process needs to be visible: the namespace is dead when its init
 * is gone, or a zombie without threads whose links cannot be read any more. */
static bool init_has_ended(const struct graph *graph, const struct ns *ns)
{
	const struct process *init = graph_process(graph, &ns->had_init);

	if (!ns->had_init.pid || graph->stats.hidden)
		return false;
	return !init || init->life.ended_ms || (init->state == 'Z' && init->threads <= 1);
}

/* Since Linux 7.1 a PID namespace can be opened before it has its first process; before, one without a
 * process was one that had had its init. */
static bool shows_empty_ones(const struct graph *graph)
{
	return !graph->kernel || kernel_is_since(graph->kernel, "7.1");
}

enum pid_ns_state pid_ns_state(const struct graph *graph, const struct ns *ns)
{
	const struct process *init;

	if (ns->id.type != NS_PID || ns->initial || ns->life.ended_ms)
		return PID_NS_ALIVE;
	init = pid_ns_init(ns);
	if (init && init->state == 'Z' && init->threads <= 1)
		return PID_NS_DEAD;
	if (init)
		return init->exiting ? PID_NS_ENDING : PID_NS_ALIVE;
	if (!ns->member_count && init_has_ended(graph, ns))
		return PID_NS_DEAD;
	if (ns->member_count || !would_be_seen(graph, ns))
		return PID_NS_UNKNOWN;
	return shows_empty_ones(graph) && !ns->had_members ? PID_NS_EMPTY : PID_NS_DEAD;
}

/* --- Holders ------------------------------------------------------------------------------------ */

const char *const holder_kind_names[HOLDER_KIND_COUNT] = {
    [HOLDER_PROCESS] = "process",
    [HOLDER_THREAD] = "thread",
    [HOLDER_FOR_CHILDREN] = "for_children",
    [HOLDER_FD] = "fd",
    [HOLDER_SOCKET] = "socket",
    [HOLDER_MOUNT] = "mount",
    [HOLDER_CHILD] = "child",
    [HOLDER_OWNED] = "owned",
    [HOLDER_TUN] = "tun",
    [HOLDER_UNSEEN] = "unseen",
};

bool holder_is_descriptor(enum holder_kind kind)
{
	return kind == HOLDER_FD || kind == HOLDER_SOCKET || kind == HOLDER_TUN;
}

void holders_begin(struct holder_walk *walk, const struct ns *ns, uint32_t members_max)
{
	*walk = (struct holder_walk){
	    .ns = ns,
	    .member = ns->first_member,
	    .members_left = members_max,
	};
}

bool holders_next(struct holder_walk *walk, struct holder *ret_holder)
{
	while (walk->member && walk->members_left) {
		const struct process *member = walk->member;

		walk->member = member->next_member[walk->ns->id.type];
		if (member->life.ended_ms)
			continue;
		walk->members_left--;
		*ret_holder = (struct holder){.kind = HOLDER_PROCESS, .fd = -1, .process = member};
		return true;
	}
	if (walk->at >= walk->ns->holder_count)
		return false;
	*ret_holder = walk->ns->holders[walk->at++];
	return true;
}

static void add_process(const struct process *process, struct line *line)
{
	line_addf(line, STYLE_PID, "%d", (int)process->id.pid);
	line_addf(line, STYLE_PLAIN, " %s", process->comm);
}

static void add_owner(const struct holder *holder, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _(" of "));
	if (holder->tid)
		line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)holder->tid);
	add_process(holder->process, line);
}

static void add_ns(const struct ns *ns, struct line *line)
{
	ns_id_add(&ns->id, STYLE_NS, line);
	if (ns->name)
		line_addf(line, STYLE_NS, " \"%s\"", ns->name);
}

/* Is the mount where the reader would look for it? */
static bool is_elsewhere(const struct ns *mnt)
{
	return mnt && !mnt->reference;
}

static void add_mount(const struct holder *holder, struct line *line)
{
	line_adds(line, STYLE_PLAIN, _("a bind mount "));
	line_adds(line, STYLE_STRONG, holder->path);
	if (!is_elsewhere(holder->ns))
		return;
	line_adds(line, STYLE_PLAIN, _(" in "));
	add_ns(holder->ns, line);
}

void holder_add(const struct holder *holder, struct line *line)
{
	switch (holder->kind) {
	case HOLDER_PROCESS:
		line_adds(line, STYLE_PLAIN, _("process "));
		add_process(holder->process, line);
		break;
	case HOLDER_THREAD:
		line_addf(line, STYLE_PLAIN, _("thread %d"), (int)holder->thread->tid);
		add_owner(holder, line);
		break;
	case HOLDER_FOR_CHILDREN:
		if (holder->thread)
			line_addf(line, STYLE_PLAIN, _("thread %d of "), (int)holder->thread->tid);
		add_process(holder->process, line);
		line_adds(line, STYLE_PLAIN, _(", which has it for its next child"));
		break;
	case HOLDER_FD:
		line_addf(line, STYLE_PLAIN, _("descriptor %d"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_SOCKET:
		line_addf(line, STYLE_PLAIN, _("socket %d"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_TUN:
		line_addf(line, STYLE_PLAIN, _("descriptor %d (/dev/net/tun)"), holder->fd);
		add_owner(holder, line);
		break;
	case HOLDER_MOUNT:
		add_mount(holder, line);
		break;
	case HOLDER_CHILD:
		add_ns(holder->ns, line);
		line_adds(line, STYLE_PLAIN, _(", a child namespace"));
		break;
	case HOLDER_OWNED:
		add_ns(holder->ns, line);
		line_adds(line, STYLE_PLAIN, _(", which it owns"));
		break;
	case HOLDER_UNSEEN:
		line_adds(line, STYLE_PLAIN, _("something that cannot be seen"));
		break;
	case HOLDER_KIND_COUNT:
		break;
	}
}
