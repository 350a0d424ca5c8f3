#include "model/graph/pid_ns.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

static const char *const names[] = {
    [PID_NS_ALIVE] = "alive",
    [PID_NS_ENDING] = "ending",
    [PID_NS_DEAD] = "dead",
    [PID_NS_EMPTY] = "empty",
    [PID_NS_UNKNOWN] = NULL,
};

static const char *const shorts[] = {
    [PID_NS_ENDING] = N_("ending: its init exits"),
    [PID_NS_DEAD] = N_("dead: its init has ended"),
    [PID_NS_EMPTY] = N_("no init: not yet, or no longer"),
    [PID_NS_UNKNOWN] = NULL,
};

static const char *const texts[] = {
    [PID_NS_ENDING] =
        N_("Its init is exiting and waits for the other members to end. No process can be created "
           "in it or join it any more: fork(2) says ENOMEM."),
    [PID_NS_DEAD] =
        N_("It is dead: its init has ended. No process can be created in it or join it any more: "
           "fork(2) says ENOMEM."),
    [PID_NS_EMPTY] = N_(
        "It has no init. Either its first process is still to come, or its init has ended and it "
        "is dead: this kernel shows both alike."),
    [PID_NS_UNKNOWN] = NULL,
};

const char *pid_ns_state_name(enum pid_ns_state state)
{
	return names[state];
}

const char *pid_ns_state_short(enum pid_ns_state state)
{
	return shorts[state] ? _(shorts[state]) : NULL;
}

const char *pid_ns_state_text(enum pid_ns_state state)
{
	return texts[state] ? _(texts[state]) : NULL;
}

const struct process *pid_ns_init(const struct ns *ns)
{
	const struct process *process = ns->id.type == NS_PID ? ns->first_member : NULL;

	while (process && (process->life.ended_ms || process->pid_levels < 1 ||
	                      process->pids[process->pid_levels - 1] != 1))
		process = process->next_member[NS_PID];
	return process;
}

/* Would a member of @ns be in sight: is @ns below the PID namespace that the graph was read in? */
static bool would_be_seen(const struct graph *graph, const struct ns *ns)
{
	if (!graph->pid_members_known || !graph->reference[NS_PID])
		return false;
	while (ns && ns != graph->reference[NS_PID])
		ns = ns->parent;
	return ns;
}

/* Who has seen its init needs not see every process: it is dead when that one is gone, or a zombie without
 * threads whose links cannot be read any more. */
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
