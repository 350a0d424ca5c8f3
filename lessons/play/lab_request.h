/* A request of the lab, and what it amounts to: the calls, the same in C, and the command
 * line that does it in another terminal.  Values only: lab.h does it. */
#pragma once

#include "lessons/stage/calls.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum lab_way { LAB_UNSHARE, LAB_CLONE, LAB_SETNS, LAB_WAY_COUNT };

extern const char *const lab_way_names[LAB_WAY_COUNT]; /* "unshare", … */

/* A process that the request concerns. */
struct lab_process {
	pid_t pid;        /* 0: none */
	const char *name; /* of an actor; NULL: it is none */
	unsigned apart;   /* 1u << type, … where its namespace is not nsscope's */
	bool home;        /* it is in the namespaces that the stage started it in */
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

/* A call as it is written in a lesson, "fork(B)"; to be freed. */
char *plan_call_source(const struct plan_call *call);
/* The calls in C, a line each, to be freed.  NULL for none. */
char *lab_request_code(const struct lab_request *request);
