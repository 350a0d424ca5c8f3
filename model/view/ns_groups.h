/* Groups: the processes with the same eight namespaces.
 *
 * namespaces(7): each thread is a member of one namespace of each type. Processes that have all eight
 * in common are one group; two groups differ in at least one. A diverged thread is in another group
 * than its process (struct thread). A type that the kernel lacks makes no difference. A process with
 * an unreadable link is in no group.
 *
 * Computed from one graph, by one walk over its processes and one sort of the groups. */
#pragma once

#include "model/graph/graph.h"

/* The order of groups: one column of the matrix. */
enum ns_groups_column {
	NS_GROUPS_BY_COUNT, /* the largest first */
	NS_GROUPS_BY_NAME,  /* of the first process */
	NS_GROUPS_BY_FIRST, /* the lowest PID first */
	NS_GROUPS_BY_TYPE,  /* groups with the same namespace of a type together: add the type */
	NS_GROUPS_COLUMN_COUNT = NS_GROUPS_BY_TYPE + NS_TYPE_COUNT,
};

struct ns_groups_order {
	unsigned column; /* enum ns_groups_column, then the types */
	bool inverted;
};

/* "processes", "command", "pid", "cgroup", …: as --sort takes them. */
const char *ns_groups_column_name(unsigned column);
/* False where @name is none of them. */
bool ns_groups_column_from_name(const char *name, unsigned *ret_column);
/* The type that groups are ordered by, or NS_TYPE_COUNT for none. */
enum nstype ns_groups_order_type(const struct ns_groups_order *order);

/* Does the largest value of that column come first? */
bool ns_groups_order_descends(const struct ns_groups_order *order);

struct ns_group_member {
	const struct process *process;
	const struct thread *thread; /* NULL: the process itself */
};

struct ns_group {
	const struct ns *ns[NS_TYPE_COUNT]; /* NULL: the kernel has no such type */
	uint64_t hash; /* of the eight identities: its own identity in all graphs */
	const struct process *
	    first; /* the running process with the lowest PID, or that of the thread; where all have exited, the first of them */
	uint32_t processes, threads;           /* those that have not ended */
	const struct ns_group_member *members; /* by PID; with those that ended */
	uint32_t member_count;
};

struct ns_groups {
	struct ns_group *groups; /* in the order asked for */
	size_t count;
	struct ns_group_member
	    *members; /* group after group, then those without a group, by reason */
	size_t member_count;
	uint32_t first_unplaced[READ_NEVER + 1]; /* in members */
	uint32_t unplaced[READ_NEVER + 1];       /* how many */
	uint32_t kernel_threads;                 /* those that were left out and have not ended */
};

/* @kernel_threads: with them. The groups point into @graph; end them with ns_groups_done. */
void ns_groups_build(struct ns_groups *ret_ns_groups, const struct graph *graph,
    bool kernel_threads, const struct ns_groups_order *order);
void ns_groups_done(struct ns_groups *ns_groups);

/* Is @process itself in @ns_group? */
bool ns_group_has_process(const struct ns_group *ns_group, const struct process *process);
