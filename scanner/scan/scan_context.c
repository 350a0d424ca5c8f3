#include "scanner/scan/scan_context.h"

#include "model/base/util.h"
#include "scanner/helper/errand.h"
#include "scanner/helper/helper.h"
#include "scanner/helper/responder.h"

static uint64_t last_serial;

uint64_t scan_last_serial(void)
{
	return last_serial;
}

void sweep_count(void)
{
	last_serial++;
}

void context_reach(struct context *context, struct ns *ns, pid_t pid)
{
	struct ns_members *members = ns->id.type == NS_UTS   ? &context->uts
	                             : ns->id.type == NS_MNT ? &context->mnt
	                                                     : NULL;

	ns->seen_last = pid;
	if (ns->seen_by)
		return;
	ns->seen_by = pid;
	if (!members)
		return;
	array_reserve(members->items, members->capacity, members->count + 1);
	members->items[members->count++] = (struct ns_member){.ns = ns, .pid = pid};
}

bool context_leaves_out(const struct context *context, pid_t pid, pid_t session)
{
	return (context->left_out && (pid == context->left_out || session == context->left_out)) ||
	       responder_is(pid) || errand_is(pid) || helper_is_killed(pid) ||
	       helper_is_killed(session);
}

bool context_is_ours(const struct context *context, const struct process *process)
{
	if (process->id.pid == context->own_pid)
		return true;
	/* What fork(2) told of a helper is its PID in our namespace, its innermost. */
	return process->ppid == context->own_pid && process->pid_levels > 0 &&
	       helper_is_own(process->pids[process->pid_levels - 1]);
}

void context_want_cmdline(struct context *context, struct process *process)
{
	if (process->kernel_thread || process->state == 'Z' || process->exiting)
		return;
	array_reserve(context->cmdline_requests, context->cmdline_request_capacity,
	    context->cmdline_request_count + 1);
	context->cmdline_requests[context->cmdline_request_count++] = process;
}

void context_give_cmdline(
    struct context *context, struct process *process, const char *text, size_t len, bool cut)
{
	size_t kept = cmdline_kept(&context->cmdlines, len);

	if (len == 0)
		return;
	process->cmdline = graph_text_copy(context->builder, text, kept);
	process->cmdline_len = kept;
	process->cmdline_cut = cut || kept < len;
}
