#include "scanner/scan/batch.h"

#include "model/base/util.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

void handle_close(struct handle *handle)
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

void batch_drop(struct batch *batch)
{
	drop_items(batch);
	worker_pool_end(batch->worker_pool);
	batch->worker_pool = NULL;
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

void batch_begin(struct batch *batch, int proc, const pid_t *pids, size_t count, bool together)
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
	if (!together || worker_pool_hands(count) == 0)
		return;
	if (batch->links_known)
		batch->worker_pool = worker_pool_start(proc, pids, count, &batch->links);
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

static int take_ahead(struct batch *batch, struct scan_stats *stats)
{
	size_t count = 0;
	int r = 0;
	struct worker_pool_task *tasks = worker_pool_next(batch->worker_pool, &count);

	for (size_t i = 0; i < count; i++) {
		struct worker_pool_task *task = &tasks[i];

		if (task->dir < 0) {
			int missing = count_missing(stats, task->error);

			r = r ? r : missing;
			continue;
		}
		batch->items[batch->count++] = (struct handle){
		    .pid = task->pid, .dir = task->dir, .ns_dir = task->ns_dir, .ahead = task};
		task->dir = task->ns_dir = -1;
	}
	batch->pids_at += count;
	return r;
}

int batch_fill(struct batch *batch, struct scan_stats *stats)
{
	int r = 0;

	drop_items(batch);
	if (batch->worker_pool)
		return take_ahead(batch, stats);
	while (r == 0 && batch->count < batch->most && batch->pids_at < batch->pid_count) {
		r = pin(batch, batch->pids[batch->pids_at++]);
		if (r < 0)
			r = count_missing(stats, r);
	}
	return r;
}

bool batch_ended(const struct batch *batch)
{
	return batch->at == batch->count && batch->pids_at == batch->pid_count;
}

int batch_read(const struct batch *batch, struct handle *handle, char state, struct reading *spare,
    struct reading **ret_reading)
{
	struct worker_pool_task *ahead = handle->ahead;

	*ret_reading = ahead ? &ahead->reading : spare;
	if (!ahead) {
		handle->ns_dir = open_ns_dir(handle->dir);
		return read_process(handle->dir, handle->ns_dir, state, &batch->links, spare);
	}
	if (state == 'Z')
		reading_of_zombie(*ret_reading);
	/* The rest was read before the state, so this is the last read: see proc_read.h. */
	if (ahead->error == 0 && faccessat(handle->dir, "stat", F_OK, 0) < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return ahead->error;
}
