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

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum { LIST_AT_ONCE = 256 };

/* --- Batches --------------------------------------------------------------------------------- */

/* A scan reads processes in batches: the directory of each process is opened before anything else of
 * it is read. */

enum { BATCH = 16 }; /* open at once; reading them takes about a millisecond */

struct handle {
	pid_t pid;
	int dir, ns_dir; /* ns_dir -1: not opened */
};

struct batch {
	struct handle items[BATCH];
	size_t most;      /* pinned at a time */
	size_t count, at; /* those before at are done, and closed by their user */

	int proc;
	const pid_t *pids; /* all, borrowed */
	size_t pid_count;
	size_t pids_at;           /* the first that is in no batch yet */
	struct known_links links; /* of this kernel */
	bool links_known;         /* with the first process whose directory was opened */
};

static void handle_close(struct handle *handle)
{
	close_fd(&handle->ns_dir);
	close_fd(&handle->dir);
}

static void drop_items(struct batch *batch)
{
	while (batch->at < batch->count)
		handle_close(&batch->items[batch->at++]);
	batch->at = batch->count = 0;
}

/* Closes all descriptors. */
static void batch_drop(struct batch *batch)
{
	drop_items(batch);
	batch->pids = NULL;
	batch->pid_count = batch->pids_at = 0;
}

/* Fewer at once where descriptors are few. */
static size_t batch_size(void)
{
	size_t left = descriptors_left();

	if (left >= DESCRIPTORS_LEAST + BATCH)
		return BATCH;
	return left > DESCRIPTORS_LEAST ? left - DESCRIPTORS_LEAST : 1;
}

/* Begins with @pids of @proc, a descriptor on /proc; borrowed until batch_drop. */
static void batch_begin(struct batch *batch, int proc, const pid_t *pids, size_t count)
{
	autoclose int self = openat(proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	batch_drop(batch);
	batch->proc = proc;
	batch->pids = pids;
	batch->pid_count = count;
	batch->most = batch_size();
	/* Others may refuse that (hidepid=1); in another PID namespace's /proc there is no self. */
	if (!batch->links_known)
		batch->links_known = self >= 0 && read_known_links(self, &batch->links) == 0;
}

/* Returns 0 or -errno. */
static int pin(struct batch *batch, pid_t pid)
{
	char name[16];
	int dir;

	snprintf(name, sizeof(name), "%d", pid);
	dir = openat(batch->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (!batch->links_known)
		batch->links_known = read_known_links(dir, &batch->links) == 0;
	batch->items[batch->count++] = (struct handle){.pid = pid, .dir = dir, .ns_dir = -1};
	return 0;
}

/* Counts why one is not there.  Returns 0, or @error where it is a want of ours. */
static int count_missing(struct scan_stats *stats, int error)
{
	if (error_is_want(error))
		return error;
	if (error_is_refusal(error))
		stats->denied++;
	else
		stats->vanished++;
	return 0;
}

/* Pins the next ones; counts in @stats who had ended or is refused.  Returns 0, or -errno where something
 * of ours is wanting (want.h). */
static int batch_fill(struct batch *batch, struct scan_stats *stats)
{
	int r = 0;

	drop_items(batch);
	while (r == 0 && batch->count < batch->most && batch->pids_at < batch->pid_count) {
		r = pin(batch, batch->pids[batch->pids_at++]);
		if (r < 0)
			r = count_missing(stats, r);
	}
	return r;
}

/* Is there nothing left, in the batch and behind it? */
static bool batch_ended(const struct batch *batch)
{
	return batch->at == batch->count && batch->pids_at == batch->pid_count;
}

/* --- The source ------------------------------------------------------------------------------ */

struct source {
	DIR *proc;
	struct stat_walk *walk;
	bool walking; /* it is that of this scan */
	struct reading reading;
	struct threads *threads;
	struct fds *fds;         /* NULL where they are not wanted */
	struct changes *changes; /* NULL when they are not available, or not wanted */

	/* The scan under way. */
	struct context *context;
	pid_t *pids; /* all of /proc */
	size_t pid_count, pid_capacity;
	bool listed; /* pids is whole */
	struct batch batch;
	struct process *process; /* whose threads and descriptors are looked through now, or NULL */
};

static void proc_close(struct source *source)
{
	batch_drop(&source->batch);
	stat_walk_free(source->walk);
	if (source->proc)
		closedir(source->proc);
	threads_free(source->threads);
	fds_free(source->fds);
	changes_free(source->changes);
	free(source->pids);
	free(source);
}

static int open_proc(struct source *source)
{
	struct statfs fs;

	source->proc = opendir("/proc"); /* O_CLOEXEC by itself */
	if (!source->proc)
		return -errno;
	if (fstatfs(dirfd(source->proc), &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return -ENOENT;
	return stat_walk_new(&source->walk);
}

static int proc_open(const struct scan_options *options, struct source **ret_source)
{
	struct source *source = xcalloc(1, sizeof(*source));
	int r;

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
	ssize_t len = readlinkat(dirfd(source->proc), "self", self, sizeof(self) - 1);
	uint64_t pid = 0;

	for (ssize_t i = 0; i < len; i++)
		pid = pid * 10 + (uint64_t)(self[i] - '0');
	graph_stats(context->builder)->foreign_proc = pid != (uint64_t)getpid();
	context->own_pid = (pid_t)pid;
	context->proc = dirfd(source->proc);
	if (context->incremental)
		return 0;
	batch_drop(&source->batch);
	source->process = NULL;
	threads_stop(source->threads);
	if (source->fds)
		fds_begin(source->fds, context);
	rewinddir(source->proc);
	source->context = context;
	source->listed = false;
	source->pid_count = 0;
	source->walking = false;
	return 0;
}

/* Lists some more of /proc; all of it before the first process is read, because a scan that lists
 * as it reads runs behind the PIDs of a fork storm and never ends.  Returns 0 or -errno. */
static int list_some(struct source *source)
{
	for (int i = 0; i < LIST_AT_ONCE && !source->listed; i++) {
		struct dirent *entry;
		pid_t pid;

		errno = 0;
		entry = readdir(source->proc);
		if (!entry && errno)
			return -errno;
		source->listed = !entry;
		pid = entry ? proc_pid_of(entry->d_name) : 0;
		if (pid > 0) {
			array_reserve(source->pids, source->pid_capacity, source->pid_count + 1);
			source->pids[source->pid_count++] = pid;
		}
	}
	if (source->listed)
		batch_begin(&source->batch, dirfd(source->proc), source->pids, source->pid_count);
	return 0;
}

/* Events have PIDs of our PID namespace, which differ from those of a foreign /proc. */
static bool is_unchanged(const struct source *source, pid_t pid)
{
	const struct context *context = source->context;

	return source->changes && context->prev_serial &&
	       !graph_stats(context->builder)->foreign_proc &&
	       !changes_since(source->changes, pid, context->prev_serial);
}

/* Takes what need not be read of @handle from the graph before.  Returns NULL where it must be. */
static struct process *take_unchanged(
    struct source *source, struct handle *handle, const struct proc_stat *stat)
{
	const struct process_id id = {.pid = handle->pid, .start_ticks = stat->start_ticks};
	const struct process *before = graph_builder_process_before(source->context->builder, &id);
	struct process *process = NULL;

	if (before)
		process = reuse_process(source->context, before, stat, handle->dir);
	if (!process)
		return NULL;
	return process;
}

/* Goes on with what only some processes need; it takes the pinned directory. */
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

/* What libproc2 says of @handle.  Where that is nothing it does not say why.  Returns 0 or -errno. */
static int read_stat(struct source *source, const struct handle *handle, struct proc_stat *ret_stat)
{
	int r = stat_walk_read(source->walk, handle->pid, ret_stat);

	if (r == 0)
		return 0;
	r = read_refusal(handle->dir);
	return r < 0 ? r : stat_walk_ask(source->walk, handle->pid, ret_stat);
}

/* Returns 0, or -errno where something of ours is wanting. */
static int read_one(struct source *source, struct handle *handle)
{
	struct scan_stats *stats = graph_stats(source->context->builder);
	struct process *process = NULL;
	struct proc_stat stat;
	bool unchanged;
	int r = read_stat(source, handle, &stat);

	/* By hidepid=1 helpers are refused even to us. */
	if (context_leaves_out(source->context, handle->pid, r == 0 ? stat.session : 0)) {
		handle_close(handle);
		return 0;
	}
	if (r == 0 && is_unchanged(source, handle->pid))
		process = take_unchanged(source, handle, &stat);
	unchanged = process != NULL;
	if (r == 0 && !process) {
		handle->ns_dir = open_ns_dir(handle->dir);
		r = read_process(handle->dir, handle->ns_dir, stat.state, &source->batch.links,
		    &source->reading);
	}
	if (r == 0 && !process)
		process = proc_add(source->context,
		    &(struct proc_seen){handle->pid, handle->ns_dir, &stat, &source->reading});
	if (process) {
		stats->unchanged += unchanged;
		context_want_cmdline(source->context, process);
		begin_more(source, handle, process, unchanged);
	} else if (error_is_refusal(r)) {
		stats->denied++; /* hidepid=1: it is listed, and that is all that is told */
	} else {
		stats->vanished++;
	}
	handle_close(handle);
	return error_is_want(r) ? r : 0;
}

/* Returns 1 when all is done, or 0. */
static int end_reading(struct source *source)
{
	batch_drop(&source->batch);
	source->context->fds_whole = source->fds && fds_whole(source->fds);
	return stat_walk_end(source->walk);
}

/* Does the next small piece of work.  Returns 1 when all is done, 0, or -errno. */
static int do_next(struct source *source)
{
	struct batch *batch = &source->batch;
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
	if (batch->at < batch->count) {
		struct handle *handle = &batch->items[batch->at];

		if (stat_walk_towards(source->walk, handle->pid)) {
			batch->at++;
			return read_one(source, handle);
		}
		return 0;
	}
	if (batch_ended(batch))
		return end_reading(source);
	r = batch_fill(batch, graph_stats(source->context->builder));
	stat_walk_handle(source->walk);
	return r;
}

static int proc_step(struct source *source, uint64_t until_us)
{
	struct scan_stats *stats = graph_stats(source->context->builder);
	int r;

	do
		r = do_next(source);
	while (r == 0 && clock_us() < until_us);
	if (r == 1) {
		for (int type = 0; type < NS_TYPE_COUNT; type++)
			stats->type_missing[type] = !source->batch.links.known[type];
	}
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
