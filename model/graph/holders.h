/* What keeps a namespace alive: every reason that is known, for reports, JSON and the detail pane.
 *
 * A namespace ends with its last reference, namespaces(7), "Namespace lifetime".  The graph holds
 * the reasons (struct holder): its members stand in lists of their own, all others in ns->holders,
 * ordered by kind.  What is dead keeps nothing.
 */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

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

/* Is @kind one that a descriptor of a process stands for? */
bool holder_is_descriptor(enum holder_kind kind);

/* Appends in words, translated, what @holder is: "descriptor 3 of 40 sh". */
void holder_add(const struct holder *holder, struct line *line);
