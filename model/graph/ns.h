/* What is said of a namespace: its name, the state of a PID namespace, and what holds it. */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

/* Appends "uts:4026531838". */
void ns_id_add(const struct ns_id *id, enum style style, struct line *line);

/* --- The state of a PID namespace, pid_namespaces(7) ---
 *
 * It lasts as long as its init, the process with PID 1 in it. When init exits, the kernel kills all
 * other members, and no process can be created in the namespace or join it any more: fork(2) fails
 * with ENOMEM. What refers to it (a descriptor, a bind mount, the next child of a process) keeps the
 * dead namespace. */

enum pid_ns_state {
	PID_NS_ALIVE,   /* its init runs; or a namespace of another type */
	PID_NS_ENDING,  /* its init is exiting, and waits for the other members to end */
	PID_NS_DEAD,    /* its init has ended */
	PID_NS_EMPTY,   /* no process yet, or its init has ended: Linux 7.1 shows both alike */
	PID_NS_UNKNOWN, /* its members may not be visible */
};

enum pid_ns_state pid_ns_state(const struct graph *graph, const struct ns *ns);

/* "alive", "ending", "dead", "empty" for JSON; NULL for unknown. */
const char *pid_ns_state_name(enum pid_ns_state state);
/* A few words for a row; NULL where there is nothing to say.  Translated. */
const char *pid_ns_state_short(enum pid_ns_state state);
/* One or two sentences; NULL where there is nothing to say.  Translated. */
const char *pid_ns_state_text(enum pid_ns_state state);

/* The init of @ns, running, exiting or a zombie; NULL where it is not visible. */
const struct process *pid_ns_init(const struct ns *ns);

/* --- Holders, namespaces(7) "Namespace lifetime" ---
 *
 * A namespace is freed with its last reference.  The graph has every reference that is known: the members are
 * in lists of their own, all others in ns->holders, ordered by kind.  What is dead holds nothing. */

/* "process", "thread", "for_children", "fd", …: as JSON has it. */
extern const char *const holder_kind_names[HOLDER_KIND_COUNT];

/* A walk over the reasons of one namespace. */
struct holder_walk {
	const struct ns *ns;
	const struct process *member; /* the next one to look at */
	uint32_t members_left;
	uint32_t at; /* in ns->holders */
};

/* Begins with @ns, borrowed.  Of its members at most @members_max are given, those with the lowest
 * pids; all other reasons are. */
void holders_begin(struct holder_walk *walk, const struct ns *ns, uint32_t members_max);
/* Returns false, and leaves @ret_holder, when there are no more. */
bool holders_next(struct holder_walk *walk, struct holder *ret_holder);

/* Is @kind that of a descriptor of a process? */
bool holder_is_descriptor(enum holder_kind kind);

/* Appends in words, translated, what @holder is: "descriptor 3 of 40 sh". */
void holder_add(const struct holder *holder, struct line *line);
