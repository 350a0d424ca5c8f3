/* The second thread of an actor: it unshares and then waits until it is ended.  One at a time. */
#pragma once

enum { THREAD_MS_MAX = 2000 };

struct actor_thread;

/* Begins the thread, which calls unshare(2) with @flags.  @thread: where it is kept; NULL before.
 * Returns its number in the actor's PID namespace, -EBUSY where there is one already, or -errno of
 * pthread_create or unshare; then there is none. */
int thread_begin(struct actor_thread **thread, int flags);

/* Ends it and waits until the kernel, too, knows only one thread of the process.  Returns 0, -ESRCH where there
 * is none, or -ETIMEDOUT after THREAD_MS_MAX. */
int thread_end(struct actor_thread **thread);
