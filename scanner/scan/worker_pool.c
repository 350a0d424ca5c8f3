#include "scanner/scan/worker_pool.h"

#include "model/base/util.h"
#include "scanner/proc/want.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>

enum {
	SLOTS = 8,       /* batches that are read ahead; each takes two descriptors for a process */
	SLOTS_MIN = 2,   /* with less the caller waits for the others */
	WORKERS_MAX = 3, /* beside the caller, which could not keep up with more */
	PIDS_MIN = 100,  /* less are read before a thread has begun */
};

struct slot {
	bool ready;
	size_t count; /* tasks whose descriptors are open */
	struct worker_pool_task tasks[WORKER_POOL_BATCH];
};

struct worker_pool {
	int proc;
	const pid_t *pids;
	size_t pid_count;
	const struct known_links *links;
	pthread_t workers[WORKERS_MAX];
	int worker_count;
	size_t batches;
	size_t slot_count; /* of slots: fewer where descriptors are */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	size_t claimed; /* batches that somebody reads or has read */
	size_t passed;  /* batches whose slot is free again */
	bool stop;
	struct slot slots[SLOTS];
	size_t at; /* the caller's: the next batch */
};

int worker_pool_hands(size_t pids)
{
	cpu_set_t cpus;
	int workers;

	if (pids < PIDS_MIN || sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 0;
	workers = CPU_COUNT(&cpus) - 1;
	return workers < WORKERS_MAX ? workers : WORKERS_MAX;
}

static void read_task(
    const struct worker_pool *worker_pool, struct worker_pool_task *task, pid_t pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	task->pid = pid;
	task->ns_dir = -1;
	task->dir = openat(worker_pool->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	task->error = task->dir < 0 ? -errno : 0;
	if (task->dir < 0)
		return;
	task->ns_dir = open_ns_dir(task->dir);
	task->error =
	    read_process(task->dir, task->ns_dir, 'S', worker_pool->links, &task->reading);
}

static void read_batch(struct worker_pool *worker_pool, size_t batch)
{
	struct slot *slot = &worker_pool->slots[batch % worker_pool->slot_count];
	size_t from = batch * WORKER_POOL_BATCH;

	slot->count = 0;
	while (slot->count < WORKER_POOL_BATCH && from + slot->count < worker_pool->pid_count) {
		read_task(
		    worker_pool, &slot->tasks[slot->count], worker_pool->pids[from + slot->count]);
		slot->count++;
	}
}

static void close_batch(struct slot *slot)
{
	for (size_t i = 0; i < slot->count; i++) {
		close_fd(&slot->tasks[i].ns_dir);
		close_fd(&slot->tasks[i].dir);
	}
	slot->count = 0;
}

/* With the lock held, which is let go meanwhile: reads a batch that nobody has claimed.  Returns
 * whether there was one, and a slot for it. */
static bool read_one_ahead(struct worker_pool *worker_pool)
{
	size_t batch = worker_pool->claimed;

	if (batch == worker_pool->batches || batch == worker_pool->passed + worker_pool->slot_count)
		return false;
	worker_pool->claimed++;
	pthread_mutex_unlock(&worker_pool->lock);
	read_batch(worker_pool, batch);
	pthread_mutex_lock(&worker_pool->lock);
	worker_pool->slots[batch % worker_pool->slot_count].ready = true;
	pthread_cond_broadcast(&worker_pool->changed);
	return true;
}

static void *be_hand(void *data)
{
	struct worker_pool *worker_pool = data;

	pthread_mutex_lock(&worker_pool->lock);
	while (!worker_pool->stop && worker_pool->claimed < worker_pool->batches) {
		if (!read_one_ahead(worker_pool))
			pthread_cond_wait(&worker_pool->changed, &worker_pool->lock);
	}
	pthread_mutex_unlock(&worker_pool->lock);
	return NULL;
}

/* How many batches may be open at a time, beside what the caller opens. */
static size_t worker_pool_slots(void)
{
	size_t left = descriptors_left();
	size_t slots = left > 2 * DESCRIPTORS_LEAST
	                   ? (left - 2 * DESCRIPTORS_LEAST) / (2 * WORKER_POOL_BATCH)
	                   : 0;

	return slots < SLOTS ? slots : SLOTS;
}

struct worker_pool *worker_pool_start(
    int proc, const pid_t *pids, size_t count, const struct known_links *links)
{
	struct worker_pool *worker_pool;
	int wanted = worker_pool_hands(count);
	size_t slots = worker_pool_slots();
	sigset_t all, before;

	if (slots < SLOTS_MIN)
		return NULL;
	worker_pool = xcalloc(1, sizeof(*worker_pool));
	worker_pool->slot_count = slots;

	worker_pool->proc = proc;
	worker_pool->pids = pids;
	worker_pool->pid_count = count;
	worker_pool->links = links;
	worker_pool->batches = (count + WORKER_POOL_BATCH - 1) / WORKER_POOL_BATCH;
	pthread_mutex_init(&worker_pool->lock, NULL);
	pthread_cond_init(&worker_pool->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (worker_pool->worker_count < wanted &&
	       pthread_create(&worker_pool->workers[worker_pool->worker_count], NULL, be_hand,
	           worker_pool) == 0)
		worker_pool->worker_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return worker_pool;
}

struct worker_pool_task *worker_pool_next(struct worker_pool *worker_pool, size_t *ret_count)
{
	struct slot *slot;

	if (worker_pool->at > 0)
		close_batch(&worker_pool->slots[(worker_pool->at - 1) % worker_pool->slot_count]);
	pthread_mutex_lock(&worker_pool->lock);
	if (worker_pool->at > 0) {
		worker_pool->slots[(worker_pool->at - 1) % worker_pool->slot_count].ready = false;
		worker_pool->passed = worker_pool->at;
		pthread_cond_broadcast(&worker_pool->changed);
	}
	if (worker_pool->at == worker_pool->batches) {
		pthread_mutex_unlock(&worker_pool->lock);
		return NULL;
	}
	slot = &worker_pool->slots[worker_pool->at++ % worker_pool->slot_count];
	while (!slot->ready) {
		if (!read_one_ahead(worker_pool))
			pthread_cond_wait(&worker_pool->changed, &worker_pool->lock);
	}
	pthread_mutex_unlock(&worker_pool->lock);
	*ret_count = slot->count;
	return slot->tasks;
}

void worker_pool_end(struct worker_pool *worker_pool)
{
	if (!worker_pool)
		return;
	pthread_mutex_lock(&worker_pool->lock);
	worker_pool->stop = true;
	pthread_cond_broadcast(&worker_pool->changed);
	pthread_mutex_unlock(&worker_pool->lock);
	for (int i = 0; i < worker_pool->worker_count; i++)
		pthread_join(worker_pool->workers[i], NULL);
	for (size_t i = 0; i < SLOTS; i++)
		close_batch(&worker_pool->slots[i]);
	pthread_cond_destroy(&worker_pool->changed);
	pthread_mutex_destroy(&worker_pool->lock);
	free(worker_pool);
}
