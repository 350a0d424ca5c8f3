#include "lessons/stage/actor_thread.h"
#include "model/base/util.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

struct actor_thread {
	pthread_t thread;
	int flags;
	int tid, error; /* set before answered is posted */
	sem_t answered, end;
};

static void await(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0 && errno == EINTR)
		;
}

static void *run(void *argument)
{
	struct actor_thread *thread = argument;

	thread->error = unshare(thread->flags) < 0 ? errno : 0;
	thread->tid = gettid();
	sem_post(&thread->answered);
	if (!thread->error)
		await(&thread->end);
	return NULL;
}

static void thread_free(struct actor_thread *thread)
{
	pthread_join(thread->thread, NULL);
	sem_destroy(&thread->answered);
	sem_destroy(&thread->end);
	free(thread);
}

int thread_begin(struct actor_thread **thread, int flags)
{
	struct actor_thread *new;
	int r;

	if (*thread)
		return -EBUSY;
	new = xcalloc(1, sizeof(*new));
	new->flags = flags;
	sem_init(&new->answered, 0, 0);
	sem_init(&new->end, 0, 0);
	r = pthread_create(&new->thread, NULL, run, new);
	if (r != 0) {
		free(new);
		return -r;
	}
	await(&new->answered);
	if (new->error) {
		r = -new->error;
		thread_free(new);
		return r;
	}
	*thread = new;
	return new->tid;
}

/* A thread is joined before the kernel has taken it out of its process: until then unshare(2) refuses what
 * only a process with one thread may do.  CLONE_THREAD asks for just that, and has no effect. */
static int await_alone(void)
{
	const struct timespec slice = {.tv_nsec = 1000 * 1000};

	for (int waited_ms = 0; unshare(CLONE_THREAD) < 0 && errno == EINVAL; waited_ms++) {
		if (waited_ms == THREAD_MS_MAX)
			return -ETIMEDOUT;
		nanosleep(&slice, NULL);
	}
	return 0;
}

int thread_end(struct actor_thread **thread)
{
	if (!*thread)
		return -ESRCH;
	sem_post(&(*thread)->end);
	thread_free(*thread);
	*thread = NULL;
	return await_alone();
}
