/* The lab: making and joining namespaces without a script.  Types are picked, a way to get them
 * (unshare, clone, setns), and an actor; the lab does it on a stage of its own and records the
 * outcome.
 *
 * As the player (player.h) it never waits: an event loop drives it.  All happens in actors of its
 * stage, which are in a user namespace that it made, after it gave up root where there was any; and
 * only namespaces of actors are joined.
 */
#pragma once

#include "lessons/play/shell.h"
#include "lessons/stage/calls.h"
#include "model/graph/graph.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* --- A request, and what it amounts to: the calls, the same in C, and the command line that does it in another
 * terminal.  Values only. */

enum lab_way { LAB_UNSHARE, LAB_CLONE, LAB_SETNS, LAB_WAY_COUNT };

extern const char *const lab_way_names[LAB_WAY_COUNT]; /* "unshare", … */

/* A process that the request concerns. */
struct lab_process {
	pid_t pid;          /* 0: none */
	const char *name;   /* of an actor; NULL: it is none */
	unsigned differing; /* 1u << type, … where its namespace is not nsscope's */
	bool home;          /* it is in the namespaces that the stage started it in */
};

struct lab_request {
	enum lab_way way;
	unsigned types; /* 1u << type, … */
	bool maps_root; /* the creator of a user namespace becomes root in it */
	struct lab_process actor, target;
	const char *child; /* the name of the next actor; NULL: there are as many as can be */
};

/* Why it can't be done, translated; NULL where it can. */
const char *lab_request_objection(const struct lab_request *request);

/* Is a user namespace to be made? */
bool lab_request_makes_user(const struct lab_request *request);

/* The command that does the same, where nsscope was started: to be freed.  NULL where there is none. */
char *lab_request_command(const struct lab_request *request);

enum { PLAN_CALLS_MAX = 4, PLAN_ARGUMENTS_MAX = 2 };

struct plan_call {
	char actor[ACTOR_NAME_MAX + 1];
	const char *name;
	char *arguments[PLAN_ARGUMENTS_MAX];
	size_t argument_count;
	const char *variable; /* gets the result; NULL for none */
};

/* The calls in order; where one fails the others are not made. */
struct lab_plan {
	struct plan_call calls[PLAN_CALLS_MAX];
	size_t count;
};

/* Fills @ret_plan where nothing is objected, else it is empty. */
void lab_request_plan(const struct lab_request *request, struct lab_plan *ret_plan);
void lab_plan_done(struct lab_plan *plan);

/* The calls in C, a line each, to be freed.  NULL for none. */
char *lab_request_code(const struct lab_request *request);

/* --- The lab ---------------------------------------------------------------------------------- */

enum lab_state {
	LAB_READY,
	LAB_ACTING,  /* waits for an actor */
	LAB_LOOKING, /* waits for a graph that was begun after the last call: lab_see */
	LAB_FAILED,  /* there is no stage: .problem says why */
};

/* A call that was made. */
struct lab_call {
	char actor[ACTOR_NAME_MAX + 1];
	char name[CALL_NAME_MAX + 1];
	char *source; /* "unshare(CLONE_NEWUTS)" */
	struct stage_answer answer;
};

struct lab {
	/* Callers change way, types and maps_root of the request, and read the next three. */
	struct lab_request request;
	enum lab_state state;
	const char *problem; /* of LAB_FAILED, translated */
	struct stage *stage; /* NULL with LAB_FAILED */

	char actor[ACTOR_NAME_MAX + 1]; /* request.actor.name; "" for none */
	char child[2];                  /* request.child: the next one that is made */
	char target[ACTOR_NAME_MAX + 1];

	/* Where the stage put its actors, as first seen. */
	struct ns_id home[NS_TYPE_COUNT];
	bool has_home;

	struct lab_plan plan; /* under way */
	size_t next;          /* the call of it that comes next */
	struct lab_call *calls;
	size_t count, capacity, last;
};

/* Begins with a stage and two actors on it, A and B. */
struct lab *lab_new(void);
void lab_free(struct lab *lab); /* NULL is fine; ends all */
/* Ends all, and begins again with a new stage; what is picked stays. */
void lab_reset(struct lab *lab);

/* Picks the actor before (@step -1) or after (1) the present one. */
void lab_step_actor(struct lab *lab, int step);
/* The present graph, and the selected process, whose namespaces setns joins.  NULL for none. */
void lab_aim(struct lab *lab, const struct graph *graph, const struct process *target);

/* Carries out the request, where it has no objection and the lab is ready.  Returns whether it was
 * begun. */
bool lab_do(struct lab *lab);
/* The same for the exit of the picked actor. */
bool lab_end_actor(struct lab *lab);

/* The calls that were made, oldest first; those from @ret_last on belong to what was done last. */
const struct lab_call *lab_calls(const struct lab *lab, size_t *ret_count, size_t *ret_last);

/* For the event loop. */
size_t lab_poll(const struct lab *lab, struct pollfd *fds, size_t capacity);
void lab_io(struct lab *lab);
/* Wants a graph: one whose scan begins now or later. */
bool lab_wants_graph(const struct lab *lab);
void lab_see(struct lab *lab, const struct graph *graph);

/* The actors, for the tree to mark.  Valid until the next call. */
const struct actor_ref *lab_actors(const struct lab *lab, size_t *ret_count);
/* The namespaces for a shell of @actor.  Returns 0, or -ESRCH where there is no such actor. */
int lab_shell_place(const struct lab *lab, const char *actor, struct shell_place *ret_place);
