#include "scanner/confirm.h"

#include "model/util.h"
#include "scanner/clock.h"
#include "scanner/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* What a task said of one of its links. */
struct claim {
	pid_t task; /* as in /proc */
	int link;
	const struct ns **ns;
	enum unread *unread;
};

static bool proves(const struct sweep *sweep, const struct ns *ns, pid_t task, int link)
{
	char name[48];
	int fd;

	snprintf(name, sizeof(name), "%d/ns/%s", (int)task, ns_link_names[link]);
	fd = openat(sweep->proc, name, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && nsfs_is_fd(ns, fd);
}

/* Calls @each for every claim on @ns, in the order of reading, until one gives true.  Returns
 * whether one did. */
static bool any_claim(struct confirm *confirm, const struct ns *ns,
    bool (*each)(struct confirm *confirm, const struct claim *claim))
{
	struct graph_builder *builder = confirm->sweep->builder;

	for (size_t i = 0; i < graph_builder_process_count(builder); i++) {
		struct process *process = graph_builder_process(builder, i);
		struct thread *thread = (struct thread *)process->first_thread;

		for (int link = 0; link < NS_LINK_COUNT; link++) {
			struct claim claim = {.task = process->id.pid,
			    .link = link,
			    .ns = &process->ns[link],
			    .unread = &process->unread[link]};

			if (*claim.ns == ns && each(confirm, &claim))
				return true;
		}
		for (; thread; thread = (struct thread *)thread->next) {
			for (int link = 0; link < NS_LINK_COUNT; link++) {
				struct claim claim = {.task = thread->tid,
				    .link = link,
				    .ns = &thread->ns[link],
				    .unread = &thread->unread[link]};

				if (*claim.ns == ns && each(confirm, &claim))
					return true;
			}
		}
	}
	return false;
}

static bool proven_by(struct confirm *confirm, const struct claim *claim)
{
	return proves(confirm->sweep, *claim->ns, claim->task, claim->link);
}

/* Takes back all claims but the first: that one was asked. */
static bool take_back(struct confirm *confirm, const struct claim *claim)
{
	if (confirm->past_first) {
		*claim->ns = NULL;
		*claim->unread = UNREAD_GONE;
	}
	confirm->past_first = true;
	return false;
}

static bool still_there(const struct sweep *sweep, const struct ns *ns)
{
	enum ns_link for_children =
	    ns->id.type == NS_PID ? LINK_PID_FOR_CHILDREN : LINK_TIME_FOR_CHILDREN;

	if (ns->seen_last && proves(sweep, ns, ns->seen_last, (int)ns->id.type))
		return true;
	return ns->seen_children && proves(sweep, ns, ns->seen_children, for_children);
}

static bool has_one_claim(const struct ns *ns)
{
	return !ns->carried && !ns->seen_children && ns->seen_by == ns->seen_last;
}

static void confirm_ns(struct confirm *confirm, const struct ns *ns)
{
	if (ns->initial || !ns->id.unique || !ns->seen_now || has_one_claim(ns) ||
	    still_there(confirm->sweep, ns))
		return;
	/* Of one that was carried nobody was asked. */
	confirm->past_first = ns->carried;
	if (!any_claim(confirm, ns, proven_by))
		any_claim(confirm, ns, take_back);
}

void sweep_doubt(struct sweep *sweep, int error, const struct ns **ns, enum unread *unread)
{
	if (error != -ENOENT && error != -ESRCH && error != -ESTALE)
		return;
	array_reserve(sweep->doubts, sweep->doubt_room, sweep->doubt_count + 1);
	sweep->doubts[sweep->doubt_count++] = (struct doubt){.ns = ns, .unread = unread};
}

/* Whom somebody else was asked for is not known to be the one that the first was in. */
static void settle_doubts(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->doubt_count; i++) {
		struct doubt *doubt = &sweep->doubts[i];

		if (!*doubt->ns || !(*doubt->ns)->id.unique)
			continue;
		*doubt->ns = NULL;
		*doubt->unread = UNREAD_GONE;
	}
	sweep->doubt_count = 0;
}

void confirm_begin(struct confirm *confirm, struct sweep *sweep)
{
	*confirm = (struct confirm){.sweep = sweep};
	settle_doubts(sweep);
}

bool confirm_step(struct confirm *confirm, uint64_t until_us)
{
	struct graph_builder *builder = confirm->sweep->builder;

	while (confirm->at < graph_builder_ns_count(builder)) {
		confirm_ns(confirm, graph_builder_ns(builder, confirm->at++));
		if (clock_us() >= until_us)
			break;
	}
	return confirm->at == graph_builder_ns_count(builder);
}
