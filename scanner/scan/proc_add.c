#include "scanner/scan/proc_add.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

enum { KTHREADD = 2 }; /* the parent of all kernel threads */

/* Finds the device of nsfs: all namespaces are on one. */
static bool have_nsfs_dev(struct context *context, int ns_dir, enum ns_link link)
{
	struct stat st;

	if (!context->nsfs_dev && fstatat(ns_dir, ns_link_names[link], &st, 0) == 0)
		context->nsfs_dev = st.st_dev;
	return context->nsfs_dev != 0;
}

static void add_links(
    struct context *context, const struct proc_seen *seen, struct process *process)
{
	struct graph_builder *builder = context->builder;
	bool denied = false;

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		const struct link_reading *reading = &seen->reading->links[link];
		enum nstype type = ns_link_type(link);
		struct ns *ns;
		int r;

		process->read_status[link] = reading->read_status;
		denied = denied || reading->read_status == READ_DENIED;
		if (reading->read_status != READ_OK)
			continue;
		if (!have_nsfs_dev(context, seen->ns_dir, link)) {
			process->read_status[link] = READ_GONE;
			continue;
		}
		ns = nsfs_add(builder, type, context->nsfs_dev, reading->ino);
		r = nsfs_ask(builder, ns, seen->ns_dir, ns_link_names[link]);
		ns->seen_now = true;
		if (r == 0 && link < NS_TYPE_COUNT)
			context_reach(context, ns, seen->pid);
		else if (r == 0)
			ns->seen_children = seen->pid;
		/* Not every kernel fixes the inodes of the initial ones, but there too kthreadd
		 * is in all of them. */
		if (process->kernel_thread && process->id.pid == KTHREADD)
			ns->initial = true;
		process->ns[link] = ns;
		if (r < 0)
			context_doubt(context, r, &process->ns[link], &process->read_status[link]);
	}
	if (denied)
		graph_stats(builder)->denied++;
}

struct process *proc_add(struct context *context, const struct proc_seen *seen)
{
	struct graph_builder *builder = context->builder;
	const struct reading *reading = seen->reading;
	const struct proc_stat *stat = seen->stat;
	const struct process_id id = {.pid = seen->pid, .start_ticks = stat->start_ticks};
	struct process *process = graph_add_process(builder, &id);

	process->ppid = stat->ppid;
	process->state = stat->state;
	process->threads = stat->threads;
	process->kernel_thread = stat->kernel_thread;
	process->exiting = stat->exiting;
	process->comm = graph_text_copy(builder, reading->status.name, reading->status.name_len);
	process->uid = reading->status.euid;
	process->pid_levels = reading->status.pid_levels;
	process->pids =
	    graph_pids_copy(builder, reading->status.pids, (size_t)reading->status.pid_levels);
	process->pids_cut = reading->status.pids_cut;
	if (process->pid_levels == 0) { /* before 4.1 */
		process->pid_levels = 1;
		process->pids = graph_pids_copy(builder, &id.pid, 1);
	}
	add_links(context, seen, process);
	return process;
}

/* --- A single process ------------------------------------------------------------------------ */

int proc_one_init(struct proc_one *ret_one)
{
	return stat_walk_new(&ret_one->walk);
}

void proc_one_done(struct proc_one *one)
{
	stat_walk_free(one->walk);
}

/* What libproc2 does not give it does not give a reason for. */
static int ask_stat(struct proc_one *one, pid_t pid, int dir)
{
	int r = stat_walk_ask(one->walk, pid, &one->stat);

	if (r == 0)
		return 0;
	r = read_refusal(dir);
	return r < 0 ? r : stat_walk_ask(one->walk, pid, &one->stat);
}

/* The directory is read last, so nothing is mixed: see proc_read.h. */
static int add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, int dir, struct process **ret_process)
{
	int ns_dir = open_ns_dir(dir);
	int r = ask_stat(one, pid, dir);

	*ret_process = NULL;
	if (r == 0 && !context_leaves_out(context, pid, one->stat.session)) {
		r = read_process(dir, ns_dir, one->stat.state, known, &one->reading);
		if (r == 0)
			*ret_process = proc_add(
			    context, &(struct proc_seen){pid, ns_dir, &one->stat, &one->reading});
	}
	close_fd(&ns_dir);
	return r;
}

int proc_one_add(struct proc_one *one, struct context *context, pid_t pid,
    const struct known_links *known, struct process **ret_process, int *ret_dir)
{
	char name[16];
	int r;

	*ret_process = NULL;
	snprintf(name, sizeof(name), "%d", (int)pid);
	*ret_dir = openat(context->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_dir < 0)
		return -errno;
	r = add(one, context, pid, known, *ret_dir, ret_process);
	if (!*ret_process)
		close_fd(ret_dir);
	return r;
}
