#include "scanner/scan/scan_context.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/responder.h"

static uint64_t last_serial;

uint64_t sweep_last_serial(void)
{
	return last_serial;
}

void sweep_count(void)
{
	last_serial++;
}

void sweep_reach(struct sweep *sweep, struct ns *ns, pid_t pid)
{
	struct ns_members *members = ns->id.type == NS_UTS   ? &sweep->uts
	                             : ns->id.type == NS_MNT ? &sweep->mnt
	                                                     : NULL;

	ns->seen_last = pid;
	if (ns->seen_by)
		return;
	ns->seen_by = pid;
	if (!members)
		return;
	array_reserve(members->items, members->room, members->count + 1);
	members->items[members->count++] = (struct ns_member){.ns = ns, .pid = pid};
}

bool sweep_leaves_out(const struct sweep *sweep, pid_t pid, pid_t session)
{
	return (sweep->left_out && (pid == sweep->left_out || session == sweep->left_out)) ||
	       responder_is(pid) || errand_is(pid) || helper_is_killed(pid) ||
	       helper_is_killed(session);
}

bool sweep_is_ours(const struct sweep *sweep, const struct process *process)
{
	if (process->id.pid == sweep->own_pid)
		return true;
	/* What fork(2) told of a helper is its PID in our namespace, its innermost. */
	return process->ppid == sweep->own_pid && process->pid_levels > 0 &&
	       helper_is_own(process->pids[process->pid_levels - 1]);
}

void sweep_want_cmdline(struct sweep *sweep, struct process *process)
{
	if (process->kernel_thread || process->state == 'Z' || process->exiting)
		return;
	array_reserve(sweep->unread, sweep->unread_room, sweep->unread_count + 1);
	sweep->unread[sweep->unread_count++] = process;
}

void sweep_give_cmdline(
    struct sweep *sweep, struct process *process, const char *text, size_t len, bool cut)
{
	size_t kept = cmdline_kept(&sweep->cmdlines, len);

	if (len == 0)
		return;
	process->cmdline = graph_text_copy(sweep->builder, text, kept);
	process->cmdline_len = kept;
	process->cmdline_cut = cut || kept < len;
}
