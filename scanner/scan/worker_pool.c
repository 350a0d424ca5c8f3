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
	SLOTS = 8,      /* batches that are read ahead; each takes two descriptors for a process */
	SLOTS_MIN = 2,  /* with less the caller waits for the others */
	HANDS_MAX = 3,  /* beside the caller, who could not keep pace with more */
	PIDS_MIN = 100, /* less are read before a thread has begun */
};

struct slot {
	bool ready;
	size_t count; /* tasks whose descriptors are open */
	struct crew_task tasks[CREW_BATCH];
};

struct crew {
	int proc;
	const pid_t *pids;
	size_t pid_count;
	const struct known_links *links;
	pthread_t hands[HANDS_MAX];
	int hand_count;
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

int crew_hands(size_t pids)
{
	cpu_set_t cpus;
	int hands;

	if (pids < PIDS_MIN || sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return 0;
	hands = CPU_COUNT(&cpus) - 1;
	return hands < HANDS_MAX ? hands : HANDS_MAX;
}

static void read_task(const struct crew *crew, struct crew_task *task, pid_t pid)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", (int)pid);
	task->pid = pid;
	task->ns_dir = -1;
	task->dir = openat(crew->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	task->error = task->dir < 0 ? -errno : 0;
	if (task->dir < 0)
		return;
	task->ns_dir = open_ns_dir(task->dir);
	task->error = read_process(task->dir, task->ns_dir, 'S', crew->links, &task->reading);
}

static void read_batch(struct crew *crew, size_t batch)
{
	struct slot *slot = &crew->slots[batch % crew->slot_count];
	size_t from = batch * CREW_BATCH;

	slot->count = 0;
	while (slot->count < CREW_BATCH && from + slot->count < crew->pid_count) {
		read_task(crew, &slot->tasks[slot->count], crew->pids[from + slot->count]);
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
static bool read_one_ahead(struct crew *crew)
{
	size_t batch = crew->claimed;

	if (batch == crew->batches || batch == crew->passed + crew->slot_count)
		return false;
	crew->claimed++;
	pthread_mutex_unlock(&crew->lock);
	read_batch(crew, batch);
	pthread_mutex_lock(&crew->lock);
	crew->slots[batch % crew->slot_count].ready = true;
	pthread_cond_broadcast(&crew->changed);
	return true;
}

static void *be_hand(void *data)
{
	struct crew *crew = data;

	pthread_mutex_lock(&crew->lock);
	while (!crew->stop && crew->claimed < crew->batches) {
		if (!read_one_ahead(crew))
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

/* How many batches may be open at a time, beside what the caller opens. */
static size_t crew_slots(void)
{
	size_t left = descriptors_left();
	size_t slots =
	    left > 2 * DESCRIPTORS_LEAST ? (left - 2 * DESCRIPTORS_LEAST) / (2 * CREW_BATCH) : 0;

	return slots < SLOTS ? slots : SLOTS;
}

struct crew *crew_start(int proc, const pid_t *pids, size_t count, const struct known_links *links)
{
	struct crew *crew;
	int wanted = crew_hands(count);
	size_t slots = crew_slots();
	sigset_t all, before;

	if (slots < SLOTS_MIN)
		return NULL;
	crew = xcalloc(1, sizeof(*crew));
	crew->slot_count = slots;

	crew->proc = proc;
	crew->pids = pids;
	crew->pid_count = count;
	crew->links = links;
	crew->batches = (count + CREW_BATCH - 1) / CREW_BATCH;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (crew->hand_count < wanted &&
	       pthread_create(&crew->hands[crew->hand_count], NULL, be_hand, crew) == 0)
		crew->hand_count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return crew;
}

struct crew_task *crew_next(struct crew *crew, size_t *ret_count)
{
	struct slot *slot;

	if (crew->at > 0)
		close_batch(&crew->slots[(crew->at - 1) % crew->slot_count]);
	pthread_mutex_lock(&crew->lock);
	if (crew->at > 0) {
		crew->slots[(crew->at - 1) % crew->slot_count].ready = false;
		crew->passed = crew->at;
		pthread_cond_broadcast(&crew->changed);
	}
	if (crew->at == crew->batches) {
		pthread_mutex_unlock(&crew->lock);
		return NULL;
	}
	slot = &crew->slots[crew->at++ % crew->slot_count];
	while (!slot->ready) {
		if (!read_one_ahead(crew))
			pthread_cond_wait(&crew->changed, &crew->lock);
	}
	pthread_mutex_unlock(&crew->lock);
	*ret_count = slot->count;
	return slot->tasks;
}

void crew_end(struct crew *crew)
{
	if (!crew)
		return;
	pthread_mutex_lock(&crew->lock);
	crew->stop = true;
	pthread_cond_broadcast(&crew->changed);
	pthread_mutex_unlock(&crew->lock);
	for (int i = 0; i < crew->hand_count; i++)
		pthread_join(crew->hands[i], NULL);
	for (size_t i = 0; i < SLOTS; i++)
		close_batch(&crew->slots[i]);
	pthread_cond_destroy(&crew->changed);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}
