#include "scanner/scan/threads.h"

#include "model/base/util.h"
#include "scanner/nsfs/nsfs.h"
#include "scanner/proc/proc_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

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

/* Did @tid stand apart in the graph before?  One that is with its process again has not ended. */
static bool had_diverged(const struct threads *threads, pid_t tid)
{
	const struct process *before =
	    graph_builder_process_before(threads->context->builder, &threads->process->id);
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

	for (int link = 0; link < NS_LINK_COUNT; link++) {
		struct ns *ns;
		int r;

		thread->read_status[link] = links[link].read_status;
		if (links[link].read_status != READ_OK)
			continue;
		ns = nsfs_add(
		    context->builder, ns_link_type(link), context->nsfs_dev, links[link].ino);
		r = nsfs_ask(context->builder, ns, ns_dir, ns_link_names[link]);
		ns->seen_now = true;
		if (r == 0 && link < NS_TYPE_COUNT)
			context_reach(context, ns, tid);
		else if (r == 0)
			ns->seen_children = tid;
		thread->ns[link] = ns;
		if (r < 0)
			context_doubt(context, r, &thread->ns[link], &thread->read_status[link]);
	}
	snprintf(name, sizeof(name), "%d/comm", (int)tid);
	len = read_comm(threads->task_dir, name, comm);
	if (len > 0)
		thread->comm = graph_text_copy(context->builder, comm, (size_t)len);
	thread->start_ticks = read_start(threads, tid);
}

static void read_thread(const struct threads *threads, const char *tid_name)
{
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
	if (diverges(process, links) ||
	    (links[NS_UTS].read_status == READ_OK && had_diverged(threads, tid)))
		add_thread(threads, ns_dir, tid, links);
}

bool threads_step(struct threads *threads)
{
	_Alignas(struct dirent64) char list[LIST_BYTES];
	ssize_t bytes = -1;

	if (threads->task_dir >= 0)
		bytes = getdents64(threads->task_dir, list, sizeof(list));
	for (ssize_t at = 0; at < bytes;) {
		const struct dirent64 *entry = (const struct dirent64 *)(list + at);

		read_thread(threads, entry->d_name);
		at += entry->d_reclen;
	}
	if (bytes <= 0)
		threads_stop(threads);
	return bytes <= 0;
}
