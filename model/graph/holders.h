/* What keeps a namespace alive: every reason that is known, for reports, JSON and the detail pane.
 *
 * A namespace ends with its last reference, namespaces(7), "Namespace lifetime".  The graph holds
 * the reasons (struct keeper): its members stand in lists of their own, all others in ns->keepers,
 * ordered by kind.  What is dead keeps nothing.
 */
#pragma once

#include "model/base/line.h"
#include "model/graph/graph.h"

/* "process", "thread", "for_children", "fd", …: as JSON has it. */
extern const char *const keeper_kind_names[KEEPER_KIND_COUNT];

/* A walk over the reasons of one namespace. */
struct keeper_walk {
	const struct ns *ns;
	const struct process *member; /* the next one to look at */
	uint32_t members_left;
	uint32_t at; /* in ns->keepers */
};

/* Begins with @ns, borrowed.  Of its members at most @members_max are given, those with the lowest
 * pids; all other reasons are. */
void keepers_begin(struct keeper_walk *walk, const struct ns *ns, uint32_t members_max);
/* Returns false, and leaves @ret_keeper, when there are no more. */
bool keepers_next(struct keeper_walk *walk, struct keeper *ret_keeper);

/* Is @kind one that a descriptor of a process stands for? */
bool keeper_is_descriptor(enum keeper_kind kind);

/* Appends in words, translated, what @keeper is: "descriptor 3 of 40 sh". */
void keeper_add(const struct keeper *keeper, struct line *line);
