/* The source "proc": what libproc2 and /proc/PID/ns contain.
 *
 * Processes are taken in batches.  The directory of each is opened first, and only then does
 * libproc2 walk over it; since the directory is read last, and answers only while that process has
 * not been reaped, a PID that was used again in between can't mix two processes.
 */
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/proc/stat_walk.h"
#include "scanner/proc/want.h"
#include "scanner/scan/fds.h"
#include "scanner/scan/proc_add.h"
#include "scanner/scan/reuse.h"
#include "scanner/scan/source.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum {
	BATCH_MAX = 16, /* open at once; reading them takes about a millisecond */
};

struct handle {
	pid_t pid;
	int dir, ns_dir; /* ns_dir -1: not opened */
};

struct source {
	int proc;
	struct stat_walk *walk;
	struct reading reading;
	struct threads *threads;
	struct fds *fds;          /* NULL when they are not wanted */
	struct changes *changes;  /* NULL when they are not available, or not wanted */
	struct known_links links; /* of this kernel */
	bool links_known;

	/* The scan under way. */
	struct context *context;
	bool walking;          /* the walk is that of this scan */
	struct proc_pids pids; /* all of /proc */
	bool listed;           /* pids is complete */
	size_t pid_at;         /* the first that was in no batch yet */
	struct handle batch[BATCH_MAX];
	size_t batch_size;       /* open at a time: fewer when descriptors are few */
	size_t batch_count, at;  /* those before at are done, and closed */
	struct process *process; /* whose threads and descriptors are read now, or NULL */
};

static void handle_close(struct handle *handle)
{
	close_fd(&handle->ns_dir);
	close_fd(&handle->dir);
}

static void close_batch(struct source *source)
{
	while (source->at < source->batch_count)
		handle_close(&source->batch[source->at++]);
	source->at = source->batch_count = 0;
}

static void proc_close(struct source *source)
{
	close_batch(source);
	stat_walk_free(source->walk);
	close_fd(&source->proc);
	threads_free(source->threads);
	fds_free(source->fds);
	changes_free(source->changes);
	free(source->pids.items);
	free(source);
}

static int open_proc(struct source *source)
{
	struct statfs fs;

	source->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->proc < 0)
		return -errno;
	if (fstatfs(source->proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return -ENOENT;
	return stat_walk_new(&source->walk);
}

static int proc_open(const struct scan_options *options, struct source **ret_source)
{
	struct source *source = xcalloc(1, sizeof(*source));
	int r;

	source->proc = -1;
	source->threads = threads_new();
	if (options->fds)
		source->fds = fds_new(options->fds_budget_us);
	r = open_proc(source);
	/* Without kernel events everything is read. */
	if (r == 0 && options->perf_events)
		changes_new(&source->changes);
	if (r < 0) {
		proc_close(source);
		return r;
	}
	*ret_source = source;
	return 0;
}

static int proc_begin(struct source *source, struct context *context)
{
	char self[16];
	ssize_t len = readlinkat(source->proc, "self", self, sizeof(self) - 1);
	uint64_t pid = 0;

	for (ssize_t i = 0; i < len; i++)
		pid = pid * 10 + (uint64_t)(self[i] - '0');
	graph_stats(context->builder)->foreign_proc = pid != (uint64_t)getpid();
	context->own_pid = (pid_t)pid;
	context->proc = source->proc;
	if (context->incremental)
		return 0;
	close_batch(source);
	source->process = NULL;
	threads_stop(source->threads);
	if (source->fds)
		fds_begin(source->fds, context);
	lseek(source->proc, 0, SEEK_SET);
	source->context = context;
	source->listed = false;
	source->pids.count = source->pid_at = 0;
	source->walking = false;
	return 0;
}

/* --- Batches --------------------------------------------------------------------------------- */

static void begin_batches(struct source *source)
{
	autoclose int self = openat(source->proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t left = descriptors_left();

	source->batch_size = BATCH_MAX;
	if (left < DESCRIPTORS_LEAST + BATCH_MAX)
		source->batch_size = left > DESCRIPTORS_LEAST ? left - DESCRIPTORS_LEAST : 1;
	/* Other processes may refuse that (hidepid=1); the /proc of another PID namespace has no self. */
	if (!source->links_known)
		source->links_known = self >= 0 && read_known_links(self, &source->links) == 0;
}

/* Opens the directory of @pid.  Returns 0 or -errno. */
static int add_to_batch(struct source *source, pid_t pid)
{
	int dir = proc_dir_open(source->proc, pid);

	if (dir < 0)
		return dir;
	if (!source->links_known)
		source->links_known = read_known_links(dir, &source->links) == 0;
	source->batch[source->batch_count++] =
	    (struct handle){.pid = pid, .dir = dir, .ns_dir = -1};
	return 0;
}

/* Counts a process that could not be read because of @error: hidepid=1 shows that it exists, and no more.
 * Returns 0, or @error when we lack something (want.h). */
static int count_missing(struct source *source, int error)
{
	struct scan_stats *stats = graph_stats(source->context->builder);

	if (error_is_want(error))
		return error;
	if (error_is_refusal(error))
		stats->denied++;
	else
		stats->vanished++;
	return 0;
}

/* Opens the next batch.  Returns 0, or -errno when we lack something. */
static int fill_batch(struct source *source)
{
	int r = 0;

	close_batch(source);
	while (r == 0 && source->batch_count < source->batch_size &&
	       source->pid_at < source->pids.count) {
		r = add_to_batch(source, source->pids.items[source->pid_at++]);
		if (r < 0)
			r = count_missing(source, r);
	}
	stat_walk_handle(source->walk);
	return r;
}

/* Lists some more of /proc.  All of it is listed before the first process is read: a scan that lists while
 * it reads never catches up with the PIDs of a fork storm.  Returns 0 or -errno. */
static int list_some(struct source *source)
{
	int r = proc_pids_read(&source->pids, source->proc);

	source->listed = r == 0;
	if (source->listed)
		begin_batches(source);
	return r < 0 ? r : 0;
}

/* Events have PIDs of our PID namespace, which differ from those of a foreign /proc. */
static bool is_unchanged(const struct source *source, pid_t pid)
{
	const struct context *context = source->context;

	return source->changes && context->prev_serial &&
	       !graph_stats(context->builder)->foreign_proc &&
	       !changes_since(source->changes, pid, context->prev_serial);
}

/* Copies the process of @handle from the previous graph.  Returns NULL when it must be read. */
static struct process *take_unchanged(
    struct source *source, const struct handle *handle, const struct proc_stat *stat)
{
	const struct process_id id = {.pid = handle->pid, .start_ticks = stat->start_ticks};
	const struct process *before = graph_builder_process_before(source->context->builder, &id);

	return before ? reuse_process(source->context, before, stat, handle->dir) : NULL;
}

/* --- Processes ------------------------------------------------------------------------------- */

/* Begins to read threads and descriptors, of processes that need it.  Takes the directory for that. */
static void begin_more(
    struct source *source, struct handle *handle, struct process *process, bool unchanged)
{
	bool threads =
	    process->threads > 1 && !unchanged && process->read_status[NS_USER] != READ_DENIED;
	bool fds = source->fds && fds_wanted(source->fds, process);

	if (!threads && !fds)
		return;
	source->process = process;
	if (threads)
		threads_start(source->threads, source->context, handle->dir, process);
	if (fds) {
		fds_start(source->fds, handle->dir, process);
		handle->dir = -1;
	}
}

static void step_more(struct source *source)
{
	if (!threads_step(source->threads))
		return;
	if (!source->fds || fds_step(source->fds))
		source->process = NULL;
}

/* What libproc2 reads of @handle; it gives no reason for a failure.  Returns 0 or -errno. */
static int read_stat(struct source *source, const struct handle *handle, struct proc_stat *ret_stat)
{
	int r = stat_walk_read(source->walk, handle->pid, ret_stat);

	if (r == 0)
		return 0;
	r = read_refusal(handle->dir);
	return r < 0 ? r : stat_walk_ask(source->walk, handle->pid, ret_stat);
}

/* Reads the process of @handle, and adds it.  Returns 0 or -errno. */
static int read_and_add(struct source *source, struct handle *handle, const struct proc_stat *stat,
    struct process **ret_process)
{
	int r;

	handle->ns_dir = open_ns_dir(handle->dir);
	r = read_process(
	    handle->dir, handle->ns_dir, stat->state, &source->links, &source->reading);
	if (r == 0)
		*ret_process = proc_add(source->context,
		    &(struct proc_seen){handle->pid, handle->ns_dir, stat, &source->reading});
	return r;
}

/* Returns 0, or -errno when we lack something. */
static int read_one(struct source *source, struct handle *handle)
{
	struct process *process = NULL;
	struct proc_stat stat;
	int r = read_stat(source, handle, &stat);

	/* With hidepid=1 helpers are refused even to us. */
	if (context_leaves_out(source->context, handle->pid, r == 0 ? stat.session : 0))
		return 0;
	if (r == 0 && is_unchanged(source, handle->pid))
		process = take_unchanged(source, handle, &stat);
	if (process) {
		graph_stats(source->context->builder)->unchanged++;
		context_want_cmdline(source->context, process);
		begin_more(source, handle, process, true);
		return 0;
	}
	if (r == 0)
		r = read_and_add(source, handle, &stat, &process);
	if (!process)
		return count_missing(source, r);
	context_want_cmdline(source->context, process);
	begin_more(source, handle, process, false);
	return 0;
}

/* Returns 1 when all is done, or 0. */
static int end_reading(struct source *source)
{
	struct scan_stats *stats = graph_stats(source->context->builder);

	close_batch(source);
	source->context->fds_whole = source->fds && fds_whole(source->fds);
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		stats->type_missing[type] = !source->links.known[type];
	return stat_walk_end(source->walk);
}

/* Does the next small piece of work.  Returns 1 when all is done, 0, or -errno. */
static int do_next(struct source *source)
{
	struct handle *handle = &source->batch[source->at];
	int r;

	if (!source->walking) {
		r = stat_walk_begin(source->walk);
		source->walking = r == 1;
		return r < 0 ? r : 0;
	}
	if (!source->listed)
		return list_some(source);
	if (source->process) {
		step_more(source);
		return 0;
	}
	if (source->at == source->batch_count)
		return source->pid_at == source->pids.count ? end_reading(source)
		                                            : fill_batch(source);
	if (!stat_walk_towards(source->walk, handle->pid))
		return 0;
	source->at++;
	r = read_one(source, handle);
	handle_close(handle);
	return r;
}

static int proc_step(struct source *source, uint64_t until_us)
{
	int r;

	do
		r = do_next(source);
	while (r == 0 && clock_us() < until_us);
	return r;
}

static struct changes *proc_changes(const struct source *source)
{
	return source->changes;
}

const struct source_ops proc_source = {
    .name = "proc",
    .open = proc_open,
    .close = proc_close,
    .begin = proc_begin,
    .step = proc_step,
    .changes = proc_changes,
};
