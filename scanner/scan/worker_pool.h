/* Reading processes with several threads, for reports: a scan's time is nearly all the kernel's,
 * and that lets several read at once (1.85 times as much with two processors).
 *
 * The threads only read, each its own batch; they allocate no more than room for what is long, and take no
 * signals.  Who
 * started them goes on with the batches in their order, and reads one himself where that is not
 * ready.  No process is to be forked between worker_pool_start and worker_pool_end.
 */
#pragma once

#include "scanner/proc/proc_read.h"

enum { WORKER_POOL_BATCH = 16 };

/* What was read of one process. */
struct worker_pool_task {
	pid_t pid;
	int dir, ns_dir; /* as for read_process; borrowed; dir -1 where it could not be opened */
	int error; /* of that, or of read_process, which took it for no zombie: see reading_of_zombie */
	struct reading reading;
};

struct worker_pool;

/* How many threads would be of use beside the caller's to read @pids processes; 0 for none. */
int worker_pool_hands(size_t pids);

/* @proc: a descriptor on /proc, @pids: whom to read, @links: those of this kernel; all borrowed until
 * worker_pool_end.  Where threads can't be had there are less, or none.
 * Returns NULL where there are too few descriptors. */
struct worker_pool *worker_pool_start(
    int proc, const pid_t *pids, size_t count, const struct known_links *links);
/* The next batch, in the order of pids; borrowed until the next call.
 * Returns NULL when there is none. */
struct worker_pool_task *worker_pool_next(struct worker_pool *worker_pool, size_t *ret_count);
/* Ends the threads, and closes what is open; NULL is fine. */
void worker_pool_end(struct worker_pool *worker_pool);
