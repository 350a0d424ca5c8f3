/* Threads that read processes, for reports: a scan spends most of its time in the kernel, which lets
 * several threads read at once (1.85 times as much with two processors).
 *
 * The threads only read, each its own batch.  They allocate memory for long texts only, and block all
 * signals.  The caller takes the batches in order, and reads one itself when it is not ready.  The
 * process must not fork between worker_pool_start and worker_pool_end.
 */
#pragma once

#include "scanner/proc/proc_read.h"

enum { WORKER_POOL_BATCH = 16 };

/* What was read of one process. */
struct worker_pool_task {
	pid_t pid;
	int dir, ns_dir; /* as for read_process; borrowed; dir -1 when it could not be opened */
	int error; /* of that, or of read_process, which took it for no zombie: see reading_of_zombie */
	struct reading reading;
};

struct worker_pool;

/* How many threads are worthwhile beside the caller's to read @pids processes; 0 for none. */
int worker_pool_hands(size_t pids);

/* @proc: a descriptor on /proc, @pids: the processes to read, @links: those of this kernel; all
 * borrowed until worker_pool_end.  When threads cannot be created there are fewer, or none.
 * Returns NULL when there are too few descriptors. */
struct worker_pool *worker_pool_start(
    int proc, const pid_t *pids, size_t count, const struct known_links *links);
/* The next batch, in the order of pids; borrowed until the next call.
 * Returns NULL when there is none. */
struct worker_pool_task *worker_pool_next(struct worker_pool *worker_pool, size_t *ret_count);
/* Ends the threads, and closes what is open; NULL is fine. */
void worker_pool_end(struct worker_pool *worker_pool);
