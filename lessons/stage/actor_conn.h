/* The caller's side of the stage: a connection to each actor, with its socket and its pidfd. */
#pragma once

#include "lessons/stage/stage_process.h"
#include "lessons/stage/variables.h"
#include "lessons/stage/wire.h"

struct actor_conn {
	char name[ACTOR_NAME_MAX + 1];
	int socket;     /* -1 once the stage is broken */
	int pidfd;      /* -1 until the hello */
	pid_t pid;      /* as we see it; 0 until the hello */
	bool leaving;   /* answered its last call: gone when its pidfd says so */
	bool reaped;    /* its pidfd is closed */
	char nspid[64]; /* "NSpid: 4711 1" */
};

struct stage {
	pid_t process; /* the stage process, a child of ours; 0 when there is none */
	int process_pidfd;
	int control; /* -1 once the stage process is gone */
	struct stage_plan plan;
	uid_t uid; /* of the person, in our user namespace, as the stage runs */
	gid_t gid;
	struct actor_conn **actor_conns; /* in the order they started in */
	size_t count, capacity;
	/* Actors that exited, for calls that name them: their PIDs must never mean another process.
	 * Their pidfds stay open until they are reaped; after that a pidfd would only hold its PID
	 * namespaces. */
	struct actor_conn **gone;
	size_t gone_count, gone_capacity;
	struct variables variables;
	struct cast_member *cast; /* made by stage_cast */
	size_t cast_room;

	/* The running call; NULL for none. */
	const struct call *call;
	char caller[ACTOR_NAME_MAX + 1];
	char ending[ACTOR_NAME_MAX + 1];      /* actor that the call may end; "" for none */
	char variable[VARIABLE_NAME_MAX + 1]; /* that gets the result; "" for none */
	struct actor_conn *busy;              /* the actor that makes it; NULL when it exited */
	struct actor_conn *born;              /* the child of a fork whose hello is awaited */
	bool answered;
	struct stage_answer answer;
};

/* Makes a connection and the socket of its actor.
 * @ret_actor_end: to be passed on and closed.  Returns 0 or -errno. */
int actor_conn_new(
    struct stage *stage, const char *name, struct actor_conn **ret_actor_conn, int *ret_actor_end);
void actor_conn_remove(struct stage *stage, struct actor_conn *actor_conn);
struct actor_conn *actor_conn_find(const struct stage *stage, const char *name);
/* Also among the actors that exited. */
const struct actor_conn *actor_conn_remember(const struct stage *stage, const char *name);
/* A copy of the actor's pidfd, the caller's to close.  Returns 1, 0 where none is known, or -errno. */
int actor_conn_copy_pidfd(const struct actor_conn *actor_conn, int *ret_pidfd);
/* Forgets the actors that exited. */
void actor_conns_forget(struct stage *stage);

/* Takes what has arrived on all sockets.  Returns 0, or -EPIPE when the stage process is gone. */
int stage_receive(struct stage *stage);

/* Closes all sockets; every actor then exits by itself. */
void stage_hang_up(struct stage *stage);

/* Is the process behind @pidfd gone?  Waits for at most @limit_ms for that. */
bool pidfd_gone(int pidfd, int limit_ms);
