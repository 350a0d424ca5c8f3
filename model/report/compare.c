#include "model/report/compare.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/ns.h"

#include <string.h>

enum lineage { LINE_NO, LINE_YES, LINE_UNKNOWN };

/* Is @above @ns itself, or above it? */
static enum lineage is_above(const struct ns *above, const struct ns *ns)
{
	const struct ns *top = ns;

	for (; ns; ns = ns->parent) {
		if (ns == above)
			return LINE_YES;
		top = ns;
	}
	return top->parent_status == READ_OK ? LINE_NO : LINE_UNKNOWN;
}

/* PIDs are told from the scanner's PID namespace inwards, so a process with one level only is a
 * member of that one, which is above all that the scanner sees. */
pid_t compare_pid_seen(const struct process *process, const struct process *of)
{
	const struct ns *theirs = of->ns[NS_PID], *own = process->ns[NS_PID];
	int level = of->pid_levels - 1;

	if (of->pids_cut)
		return -1;
	if (level == 0)
		return process->pids[0];
	if (process->pids_cut)
		return -1;
	if (level >= process->pid_levels)
		return 0;
	if (!theirs || !own)
		return -1;
	switch (is_above(theirs, own)) {
	case LINE_YES:
		return process->pids[level];
	case LINE_NO:
		return 0;
	default:
		/* Of one depth, and not the same one. */
		return level == process->pid_levels - 1 ? 0 : -1;
	}
}

/* --- What it means ---------------------------------------------------------------------------- */

struct pair {
	const struct process *a, *b, *viewer;
	const struct comparison *comparison;
};

static bool is_same(const struct pair *pair)
{
	return pair->comparison->sameness == SAME;
}

static char *cgroup_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(
		    _("The paths in /proc/PID/cgroup are relative to the same root for both."));
	return xstrdup(_("The paths in /proc/PID/cgroup are relative to different roots. That is "
	                 "only a view: limits come from the cgroups themselves."));
}

static char *ipc_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("A System V key or the name of a POSIX message queue finds the "
		                 "same object for both."));
	return xstrdup(_("The same System V key or queue name finds different objects, or none. "
	                 "Pipes, sockets and memory that they inherited work all the same."));
}

static char *mnt_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(
		    _("They have the same mounts: what one mounts, the other sees, unless "
		      "a chroot gave one of them another root."));
	return xstrdup(_("Each has mounts and a root of its own: what one mounts reaches the other "
	                 "only where propagation is shared."));
}

static char *net_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("They have the same interfaces and ports, and can talk over "
		                 "loopback and abstract sockets."));
	return xstrdup(_("Each has interfaces, ports and a loopback of its own: 127.0.0.1 of one "
	                 "is not that of the other. They need a link such as veth, or a socket "
	                 "in a file system that both see."));
}

static char *seen_pids(const struct pair *pair)
{
	pid_t a = compare_pid_seen(pair->a, pair->b);
	pid_t b = compare_pid_seen(pair->b, pair->a);

	if (a > 0 && b > 0)
		return xasprintf(_("They see each other: for both, A is PID %d and B is PID %d."),
		    (int)a, (int)b);
	if (b > 0)
		return xasprintf(_("A sees B, as PID %d; B doesn't see A."), (int)b);
	if (a > 0)
		return xasprintf(_("B sees A, as PID %d; A doesn't see B."), (int)a);
	if (a == 0 && b == 0)
		return xstrdup(_("Neither sees the other: no PID names it there."));
	return xstrdup(_("What is above their PID namespaces can't be seen from here, so it is not "
	                 "known whether one sees the other."));
}

/* Nobody can be born in a PID namespace whose init exits or has ended. */
static bool is_closed(const struct ns *ns)
{
	const struct process *init = ns ? pid_ns_init(ns) : NULL;

	return init && (init->exiting || (init->state == 'Z' && init->threads <= 1));
}

static char *pid_meaning(const struct pair *pair)
{
	autofree char *seen = seen_pids(pair);
	bool a = is_closed(pair->a->ns[NS_PID]), b = is_closed(pair->b->ns[NS_PID]);

	if (!a && !b)
		return xstrdup(seen);
	return xasprintf("%s%s", seen,
	    a && b ? _(" No process can be created in either PID namespace any more: its init has "
	               "ended or is "
	               "ending.")
	    : a ? _(" No process can be created in the PID namespace of A any more: its init has "
	            "ended or is "
	            "ending.")
	        : _(" No process can be created in the PID namespace of B any more: its init has "
	            "ended or is "
	            "ending."));
}

static char *time_meaning(const struct pair *pair)
{
	if (is_same(pair))
		return xstrdup(_("Their boot-time clocks show the same time."));
	return xstrdup(_("Their boot-time clocks may show different times, by a constant offset; "
	                 "the wall clock is the same."));
}

/* User ids are told in the viewer's user namespace, so they are what a process in it sees. */
static char *same_users(const struct pair *pair)
{
	const struct ns *ns = pair->comparison->ns[0];

	if (!pair->viewer || !ns || pair->viewer->ns[NS_USER] != ns)
		return xstrdup(_("A user id means the same user to both."));
	return xasprintf(
	    _("A user id means the same user to both: A has user id %u, B has user id %u."),
	    pair->a->uid, pair->b->uid);
}

static char *seen_users(const struct pair *pair)
{
	const struct ns *viewed = pair->viewer ? pair->viewer->ns[NS_USER] : NULL;

	if (viewed && viewed == pair->comparison->ns[1])
		return xasprintf(_(" B sees A with user id %u."), pair->a->uid);
	if (viewed && viewed == pair->comparison->ns[0])
		return xasprintf(_(" A sees B with user id %u."), pair->b->uid);
	return xstrdup("");
}

static char *user_meaning(const struct pair *pair)
{
	const struct ns *const *ns = pair->comparison->ns;
	autofree char *seen = NULL;

	if (is_same(pair))
		return same_users(pair);
	seen = seen_users(pair);
	if (is_above(ns[0], ns[1]) == LINE_YES)
		return xasprintf(
		    _("B's user ids are mapped into a namespace below A's: privilege in "
		      "A's reaches into B's, not the other way.%s"),
		    seen);
	if (is_above(ns[1], ns[0]) == LINE_YES)
		return xasprintf(
		    _("A's user ids are mapped into a namespace below B's: privilege in "
		      "B's reaches into A's, not the other way.%s"),
		    seen);
	return xasprintf(_("A user ID means a different user to each; privileges in one give none "
	                   "in the other.%s"),
	    seen);
}

static char *uts_meaning(const struct pair *pair)
{
	const struct ns *const *ns = pair->comparison->ns;
	const char *a = ns[0] ? ns[0]->hostname : NULL, *b = ns[1] ? ns[1]->hostname : NULL;

	if (is_same(pair)) {
		if (!a)
			return xstrdup(_("They share a host name, which could not be read."));
		return xasprintf(_("They share the host name \"%s\": both see it change."), a);
	}
	if (!a || !b)
		return xstrdup(_("Each has a host name of its own; not both could be read."));
	if (strcmp(a, b) == 0)
		return xasprintf(
		    _("Each has a host name of its own, though both are \"%s\" now."), a);
	return xasprintf(_("Each has a host name of its own: \"%s\" for A, \"%s\" for B."), a, b);
}

static char *(*const errno_meanings[NS_TYPE_COUNT])(const struct pair *pair) = {
    [NS_CGROUP] = cgroup_meaning,
    [NS_IPC] = ipc_meaning,
    [NS_MNT] = mnt_meaning,
    [NS_NET] = net_meaning,
    [NS_PID] = pid_meaning,
    [NS_TIME] = time_meaning,
    [NS_USER] = user_meaning,
    [NS_UTS] = uts_meaning,
};

static char *unknown_meaning(const struct comparison *comparison)
{
	const enum read_status *read_status = comparison->read_status;

	if (read_status[0] != READ_OK && read_status[1] != READ_OK)
		return xasprintf(_("Not known of either: %s"), read_status_text(read_status[0]));
	if (read_status[0] != READ_OK)
		return xasprintf(_("Not known of A: %s"), read_status_text(read_status[0]));
	return xasprintf(_("Not known of B: %s"), read_status_text(read_status[1]));
}

/* PIDs at every level are told also where the link is refused. */
static char *unknown_pid_meaning(const struct pair *pair)
{
	autofree char *unknown = unknown_meaning(pair->comparison), *known = NULL;

	if (compare_pid_seen(pair->a, pair->b) < 0 || compare_pid_seen(pair->b, pair->a) < 0)
		return xstrdup(unknown);
	known = pid_meaning(pair);
	return xasprintf("%s %s", unknown, known);
}

static char *errno_meaning(const struct pair *pair, enum nstype type)
{
	if (pair->comparison->sameness != SAMENESS_UNKNOWN)
		return errno_meanings[type](pair);
	return type == NS_PID ? unknown_pid_meaning(pair) : unknown_meaning(pair->comparison);
}

void compare_processes(const struct process *a, const struct process *b,
    const struct process *viewer, struct comparison ret[NS_TYPE_COUNT])
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		struct comparison *comparison = &ret[type];
		struct pair pair = {a, b, viewer, comparison};

		*comparison = (struct comparison){
		    .ns = {a->ns[type], b->ns[type]},
		    .read_status = {a->read_status[type], b->read_status[type]},
		};
		if (a == b)
			comparison->sameness = SAME;
		else if (!a->ns[type] || !b->ns[type])
			comparison->sameness = SAMENESS_UNKNOWN;
		else
			comparison->sameness = a->ns[type] == b->ns[type] ? SAME : DIFFERENT;
		comparison->meaning = errno_meaning(&pair, type);
	}
}

void comparisons_done(struct comparison comparisons[NS_TYPE_COUNT])
{
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		free(comparisons[type].meaning);
}
