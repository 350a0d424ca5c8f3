/* Is a PID namespace alive?  pid_namespaces(7)
 *
 * It lives as long as its init, the process with PID 1 in it.  When init ends, the kernel kills all other
 * members, and no process can be created in the namespace or join it any more: fork(2) says ENOMEM.  What
 * refers to it (a descriptor, a bind mount, the next child of a process) keeps the dead namespace in sight.
 */
#pragma once

#include "model/graph/graph.h"

enum pid_ns_state {
	PID_NS_ALIVE,   /* its init runs; or a namespace of another type */
	PID_NS_ENDING,  /* its init is exiting, and waits for the other members to end */
	PID_NS_DEAD,    /* its init has ended */
	PID_NS_EMPTY,   /* no process yet, or its init has ended: Linux 7.1 shows both alike */
	PID_NS_UNKNOWN, /* its members may not be in sight */
};

enum pid_ns_state pid_ns_state(const struct graph *graph, const struct ns *ns);

/* "alive", "ending", "dead", "empty" for JSON; NULL for unknown. */
const char *pid_ns_state_name(enum pid_ns_state state);
/* A few words for a row; NULL where there is nothing to say.  Translated. */
const char *pid_ns_state_short(enum pid_ns_state state);
/* One or two sentences; NULL where there is nothing to say.  Translated. */
const char *pid_ns_state_text(enum pid_ns_state state);

/* The init of @ns, alive, exiting or a zombie; NULL where it is not in sight. */
const struct process *pid_ns_init(const struct ns *ns);
