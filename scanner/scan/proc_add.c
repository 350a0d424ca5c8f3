#include "scanner/scan/proc_add.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/proc_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Finds the device of nsfs: all namespaces are on one. */
static bool have_nsfs_dev(struct context *context, int ns_dir, enum ns_link link)
{
	struct stat st;

	if (!context->nsfs_dev && fstatat(ns_dir, ns_link_names[link], &st, 0) == 0)
		context->nsfs_dev = st.st_dev;
	return context->nsfs_dev != 0;
}

/* Adds the namespaces behind @read, the links in @ns_dir of the task @pid.
 * @is_kthreadd: not every kernel fixes the inodes of the initial namespaces, but kthreadd is a member of all
 * of them. */
static void add_links(struct context *context, int ns_dir, pid_t pid, bool is_kthreadd,
    const struct link_reading read[NS_LINK_COUNT], const struct ns *links[NS_LINK_COUNT],
    enum read_status read_status[NS_LINK_COUNT])
{
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		struct ns *ns;
		int r;

		read_status[link] = read[link].read_status;
		if (read_status[link] != READ_OK)
			continue;
		if (!have_nsfs_dev(context, ns_dir, link)) {
			read_status[link] = READ_GONE;
			continue;
		}
		ns = nsfs_add(
		    context->builder, ns_link_type(link), context->nsfs_dev, read[link].ino);
		r = nsfs_ask(context->builder, ns, ns_dir, ns_link_names[link]);
		ns_notes(ns)->seen_now = true;
		if (r == 0 && link < NS_TYPE_COUNT)
			context_reach(context, ns, pid);
		else if (r == 0)
			ns_notes(ns)->for_children = pid;
		ns->initial = ns->initial || is_kthreadd;
		links[link] = ns;
		if (r < 0)
			context_doubt(context, r, &links[link], &read_status[link]);
	}
}

struct process *proc_add(struct context *context, const struct proc_seen *seen)
{
	struct graph_builder *builder = context->builder;
	const struct reading *reading = seen->reading;
	const struct proc_stat *stat = seen->stat;
	const struct process_id id = {.pid = seen->pid, .start_ticks = stat->start_ticks};
	struct process *process = graph_add_process(builder, &id);
	bool denied = false;

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
	add_links(context, seen->ns_dir, seen->pid,
	    process->kernel_thread && process->id.pid == KTHREADD, reading->links, process->ns,
	    process->read_status);
	for (int link = 0; link < NS_LINK_COUNT; link++)
		denied = denied || process->read_status[link] == READ_DENIED;
	if (denied)
		graph_stats(builder)->denied++;
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
	int dir = proc_dir_open(context->proc, pid);
	int r;

	*ret_process = NULL;
	*ret_dir = dir < 0 ? -1 : dir;
	if (dir < 0)
		return dir;
	r = add(one, context, pid, known, *ret_dir, ret_process);
	if (!*ret_process)
		close_fd(ret_dir);
	return r;
}

/* --- Threads ---------------------------------------------------------------------------------- */

enum { LIST_BYTES = 2048 }; /* about 80 threads at once */

struct threads {
	struct context *context;
	struct process *process;
	int task_dir; /* -1 where nothing is under way */
};

struct threads *threads_new(void)
{
	struct threads *threads = xcalloc(1, sizeof(*threads));

	threads->task_dir = -1;
	return threads;
}

void threads_stop(struct threads *threads)
{
	close_fd(&threads->task_dir);
}

void threads_free(struct threads *threads)
{
	if (!threads)
		return;
	threads_stop(threads);
	free(threads);
}

void threads_start(
    struct threads *threads, struct context *context, int dir, struct process *process)
{
	threads_stop(threads);
	threads->context = context;
	threads->process = process;
	threads->task_dir = openat(dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The first thread has ended, and the others have not. */
static bool is_headless(const struct process *process)
{
	return process->state == 'Z' && process->threads > 1;
}

/* Is @link the same for all threads of a process? */
static bool is_shared(int link)
{
	return link == NS_PID || link == NS_TIME || link == NS_USER;
}

static bool is_as_process(const struct process *process, int link, const struct link_reading *read)
{
	if (read->read_status != READ_OK || !process->ns[link])
		return read->read_status == process->read_status[link];
	return read->ino == process->ns[link]->id.ino;
}

/* Does @links, of which only those that are not shared were read, differ from its process's?
 * A thread that ends under us, or may not be read, is no thread that left. */
static bool diverges(const struct process *process, const struct link_reading links[NS_LINK_COUNT])
{
	bool differs = is_headless(process);

	if (links[NS_UTS].read_status != READ_OK && links[NS_UTS].read_status != READ_UNSUPPORTED)
		return false;
	for (int link = 0; link < NS_LINK_COUNT && !differs; link++)
		differs = !is_as_process(process, link, &links[link]);
	return differs;
}

/* A thread that is in the namespaces of its process again has not exited. */
bool thread_had_diverged(const struct context *context, const struct process *process, pid_t tid)
{
	const struct process *before = graph_builder_process_before(context->builder, &process->id);
	const struct thread *thread = before ? before->first_thread : NULL;

	for (; thread; thread = thread->next) {
		if (thread->tid == tid && !thread->life.ended_ms && thread_diverged(thread))
			return true;
	}
	return false;
}

static uint64_t read_start(const struct threads *threads, pid_t tid)
{
	uint64_t start_ticks;
	char name[32];

	snprintf(name, sizeof(name), "%d/stat", (int)tid);
	return read_start_ticks(threads->task_dir, name, &start_ticks) == 0 ? start_ticks : 0;
}

static void add_thread(
    const struct threads *threads, int ns_dir, pid_t tid, const struct link_reading *links)
{
	struct context *context = threads->context;
	struct process *process = threads->process;
	struct thread *thread = graph_add_thread(context->builder, process, tid);
	char comm[COMM_BYTES_MAX], name[32];
	ssize_t len;

	add_links(context, ns_dir, tid, false, links, thread->ns, thread->read_status);
	snprintf(name, sizeof(name), "%d/comm", (int)tid);
	len = read_comm(threads->task_dir, name, comm);
	if (len > 0)
		thread->comm = graph_text_copy(context->builder, comm, (size_t)len);
	thread->start_ticks = read_start(threads, tid);
}

static void read_thread(void *arg, const char *tid_name)
{
	const struct threads *threads = arg;
	const struct process *process = threads->process;
	struct link_reading links[NS_LINK_COUNT];
	bool wanted[NS_LINK_COUNT];
	pid_t tid = proc_pid_of(tid_name);
	char name[32];

	if (tid <= 0 || tid == process->id.pid || threads->context->nsfs_dev == 0)
		return;
	snprintf(name, sizeof(name), "%d/ns", (int)tid);
	autoclose int ns_dir = openat(threads->task_dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns_dir < 0)
		return;
	for (int link = 0; link < NS_LINK_COUNT; link++) {
		wanted[link] = process->read_status[link] != READ_UNSUPPORTED &&
		               (is_headless(process) || !is_shared(link));
		links[link] = (struct link_reading){.read_status = process->read_status[link]};
		if (process->ns[link])
			links[link].ino = process->ns[link]->id.ino;
	}
	read_some_links(ns_dir, wanted, links);
	if (diverges(process, links) || (links[NS_UTS].read_status == READ_OK &&
	                                    thread_had_diverged(threads->context, process, tid)))
		add_thread(threads, ns_dir, tid, links);
}

bool threads_step(struct threads *threads)
{
	bool more = threads->task_dir >= 0 &&
	            proc_entries_read(threads->task_dir, LIST_BYTES, read_thread, threads) > 0;

	if (!more)
		threads_stop(threads);
	return !more;
}
