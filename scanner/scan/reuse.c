#include "scanner/scan/reuse.h"

#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Were all the links read that there are, and are the namespaces behind them known? */
static bool is_whole(
    const struct ns *const before[NS_LINK_COUNT], const enum read_status read_status[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		if (read_status[link] == READ_UNSUPPORTED)
			continue;
		if (read_status[link] != READ_OK || !nsfs_settled(before[link]))
			return false;
	}
	return true;
}

/* Exited threads, and those in the namespaces of their process again, are not reported any more. */
static bool is_still_diverged(const struct thread *before)
{
	return !before->life.ended_ms && thread_diverged(before);
}

static bool are_whole(const struct process *before)
{
	bool whole = is_whole(before->ns, before->read_status);

	for (const struct thread *thread = before->first_thread; thread && whole;
	     thread = thread->next)
		whole = !is_still_diverged(thread) || is_whole(thread->ns, thread->read_status);
	return whole;
}

/* Carries the namespaces behind the links of the task @pid.  Returns whether that could be done. */
static bool carry_links(struct context *context, const struct ns *const before[NS_LINK_COUNT],
    const struct ns *ret_links[NS_LINK_COUNT], pid_t pid)
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		struct ns *ns = before[link] ? nsfs_carry(context->builder, before[link]) : NULL;

		if (before[link] && !ns)
			return false;
		ret_links[link] = ns;
		if (!ns)
			continue;
		context->nsfs_dev = ns->id.dev;
		if (link < NS_TYPE_COUNT)
			context_reach(context, ns, pid);
		else
			ns_notes(ns)->for_children = pid;
	}
	return true;
}

/* The kernel reports that a thread ends before it lets go of its namespaces, so the scan that read
 * it for that record may have found it still there. */
static bool has_ended(const struct context *context, int dir, const struct thread *thread)
{
	char of[16] = "", name[64], text[64];

	if (dir < 0)
		snprintf(of, sizeof(of), "%d/", (int)thread->process->id.pid);
	snprintf(
	    name, sizeof(name), "%stask/%d/ns/%s", of, (int)thread->tid, ns_link_names[NS_UTS]);
	return readlinkat(dir < 0 ? context->proc : dir, name, text, sizeof(text)) < 0 &&
	       (errno == ENOENT || errno == ESRCH);
}

/* @dir: of the process. */
static void carry_threads(
    struct context *context, const struct process *before, struct process *process, int dir)
{
	for (const struct thread *from = before->first_thread; from; from = from->next) {
		const struct ns *links[NS_LINK_COUNT];
		struct thread *thread;

		if (!is_still_diverged(from) || has_ended(context, dir, from) ||
		    !carry_links(context, from->ns, links, from->tid))
			continue;
		thread = graph_add_thread(context->builder, process, from->tid);
		thread->start_ticks = from->start_ticks;
		thread->comm = graph_text_copy(context->builder, from->comm, strlen(from->comm));
		memcpy(thread->ns, links, sizeof(thread->ns));
		memcpy(thread->read_status, from->read_status, sizeof(thread->read_status));
	}
}

struct process *reuse_process(
    struct context *context, const struct process *before, const struct proc_stat *stat, int dir)
{
	struct graph_builder *builder = context->builder;
	const struct ns *links[NS_LINK_COUNT];
	struct process *process;

	if (before->life.ended_ms || before->state == 'Z' || stat->state == 'Z' ||
	    stat->state == 'X' || stat->exiting || stat->kernel_worker || !are_whole(before) ||
	    !carry_links(context, before->ns, links, before->id.pid))
		return NULL;
	process = graph_add_process(builder, &before->id);
	process->ppid = stat->ppid;
	process->state = stat->state;
	process->threads = stat->threads;
	process->kernel_thread = stat->kernel_thread;
	process->uid = stat->euid;
	process->comm = graph_text_copy(builder, before->comm, strlen(before->comm));
	process->pids = graph_pids_copy(builder, before->pids, (size_t)before->pid_levels);
	process->pid_levels = before->pid_levels;
	process->pids_cut = before->pids_cut;
	memcpy(process->ns, links, sizeof(process->ns));
	memcpy(process->read_status, before->read_status, sizeof(process->read_status));
	carry_threads(context, before, process, dir);
	return process;
}
