/* The processes of a scan, some at a time: the directory of each is opened before anything is read
 * of it. */
#pragma once

#include "scanner/scan/worker_pool.h"

enum { BATCH = WORKER_POOL_BATCH }; /* pinned at once; about a millisecond */

struct handle {
	pid_t pid;
	int dir, ns_dir;                /* ns_dir -1: not opened */
	struct worker_pool_task *ahead; /* what a crew has read of it, or NULL */
};

struct batch {
	struct handle items[BATCH];
	size_t most;      /* pinned at a time */
	size_t count, at; /* those before at are done with, and closed by whoever had them */

	int proc;
	const pid_t *pids; /* all, borrowed */
	size_t pid_count;
	size_t pids_at;                  /* the first that is in no batch yet */
	struct worker_pool *worker_pool; /* NULL where nobody reads ahead */
	struct known_links links;        /* of this kernel */
	bool links_known;                /* with the first process that was pinned */
};

/* Begins with @pids of @proc, a descriptor on /proc; borrowed until batch_drop.
 * @together: with more threads, where these are of use. */
void batch_begin(struct batch *batch, int proc, const pid_t *pids, size_t count, bool together);
/* Pins the next ones; counts in @stats who had ended or is refused.  Returns 0, or -errno where something
 * of ours is wanting (want.h). */
int batch_fill(struct batch *batch, struct scan_stats *stats);
/* Is there nothing left, in the batch and behind it? */
bool batch_ended(const struct batch *batch);
/* Closes all that is open, and ends the crew. */
void batch_drop(struct batch *batch);

/* Reads all of @handle, or takes what was read ahead.
 * @state: proc_pid_stat(5), read after it was pinned.
 * @spare: where to read to; @ret_reading: that, or what was read ahead.
 * Returns 0 or as read_process. */
int batch_read(const struct batch *batch, struct handle *handle, char state, struct reading *spare,
    struct reading **ret_reading);
void handle_close(struct handle *handle);
