/* A process that changes what it is told to change, and waits. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

enum order {
	MOVE_UTS, /* unshare(2) */
	MOVE_MNT,
	MOVE_NET,
	MOVE_USER,
	MOVE_PID,        /* only its children */
	MOVE_TIME,       /* only its children, and itself with MOVE_EXEC */
	MOVE_TO,         /* into the uts namespace of another process */
	MOVE_ALL_TO,     /* into the uts and ipc namespaces of another, in one call */
	MOVE_EXEC,       /* becomes this program anew */
	MOVE_OPEN,       /* opens the uts namespace of another process, close-on-exec */
	MOVE_SOCKET,     /* opens a socket */
	MOVE_CHILD,      /* forks one that waits until the room ends */
	MOVE_NAME,       /* prctl(2) */
	MOVE_WRITE_ARGS, /* writes over its arguments */
	MOVE_SETUID,     /* to 65534 */
	MOVE_THREAD,     /* starts a thread, which leaves the uts namespace */
	MOVE_THREAD_IPC, /* that one leaves the ipc namespace */
	MOVE_THREAD_END, /* that one ends */
	MOVE_STOP,       /* stops, with SIGSTOP */
	MOVE_EXIT,       /* ends; nobody reaps it before mover_end */
};

struct mover {
	pid_t pid;
	int orders, answers;
};

/* To be called first in main; does not return in what MOVE_EXEC has started. */
void mover_main(int argc, char **argv);

/* Fails the test where that fails. */
struct mover mover_start(void);
/* Gives an order and waits until it is done.  @whom: for MOVE_TO and the like.  Fails the test where it fails. */
void mover_do(const struct mover *mover, enum order order, pid_t whom);
/* Ends and reaps it. */
void mover_end(struct mover *mover);

/* As pthread_join, which returns when the thread lets go of its memory, and then until it has let go
 * of its namespaces too.  @tid: its number, read when it has ended.  Returns 0 or an errno. */
int thread_join_wholly(pthread_t joined, const pid_t *tid);
