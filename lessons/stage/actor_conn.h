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
	struct actor_conn **actor_conns; /* in order of birth */
	size_t count, room;
	/* Those who left, for calls that name them, so that their numbers are never taken for somebody
	 * else's.  Their pidfds are kept until they are reaped: from then on these would do nothing but keep
	 * the PID namespaces that they were in. */
	struct actor_conn **gone;
	size_t gone_count, gone_room;
	struct variables variables;
	struct cast_member *cast; /* made by stage_cast */
	size_t cast_room;

	/* The running call; NULL for none. */
	const struct call *call;
	char caller[ACTOR_NAME_MAX + 1];
	char ending[ACTOR_NAME_MAX + 1];      /* who may be gone when it is over; "" for nobody */
	char variable[VARIABLE_NAME_MAX + 1]; /* that gets the result; "" for none */
	struct actor_conn *busy;              /* who makes it; NULL when it died */
	struct actor_conn *born;              /* the child of a fork whose hello is awaited */
	bool answered;
	struct stage_answer answer;
};

/* Makes a seat and the socket of its actor.
 * @ret_actor_end: to be passed on and closed.  Returns 0 or -errno. */
int actor_conn_new(
    struct stage *stage, const char *name, struct actor_conn **ret_actor_conn, int *ret_actor_end);
void actor_conn_remove(struct stage *stage, struct actor_conn *actor_conn);
struct actor_conn *actor_conn_find(const struct stage *stage, const char *name);
/* Also among those who left. */
const struct actor_conn *actor_conn_remember(const struct stage *stage, const char *name);
/* A pidfd of the actor's own process, for somebody else.  Returns 1, 0 where none is known, or -errno. */
int actor_conn_copy_pidfd(const struct actor_conn *actor_conn, int *ret_pidfd);
/* Forgets those who left. */
void actor_conns_forget(struct stage *stage);

/* Takes what has arrived on all sockets.  Returns 0, or -EPIPE when the stage process is gone. */
int stage_receive(struct stage *stage);

/* Hangs up on everybody; every actor then ends by itself. */
void stage_hang_up(struct stage *stage);

/* Is the process behind @pidfd gone?  Waits for at most @limit_ms for that. */
bool pidfd_gone(int pidfd, int limit_ms);
