/* Rooms: who lives in the same eight namespaces.
 *
 * namespaces(7): each thread is a member of one namespace of each type, so the eight together are
 * where it lives.  All who have all eight in common are one room; two rooms differ in at least one.
 * A thread that left its process lives in a room of its own (struct thread).  A type that the
 * kernel doesn't have parts nobody; where a link could not be read it is not known who shares it,
 * so those stand in no room.
 *
 * Worked out from one graph in one walk over its processes and one sort of the rooms.
 */
#pragma once

#include "model/graph/graph.h"

/* What rooms are ordered by: one column of the matrix. */
enum ns_groups_column {
	NS_GROUPS_BY_COUNT, /* the largest first */
	NS_GROUPS_BY_NAME,  /* of the first process */
	NS_GROUPS_BY_FIRST, /* the lowest PID first */
	NS_GROUPS_BY_TYPE, /* those with the same namespace of a type stand together: add the type */
	NS_GROUPS_COLUMN_COUNT = NS_GROUPS_BY_TYPE + NS_TYPE_COUNT,
};

struct ns_groups_order {
	unsigned column; /* enum ns_groups_column, and types behind it */
	bool inverted;
};

/* "processes", "command", "pid", "cgroup", …: as --sort takes them. */
const char *ns_groups_column_name(unsigned column);
/* False where @name is none of them. */
bool ns_groups_column_from_name(const char *name, unsigned *ret_column);
/* The type that rooms are grouped by, or NS_TYPE_COUNT for none. */
enum nstype ns_groups_order_type(const struct ns_groups_order *order);

/* Does the largest stand first, of that column? */
bool ns_groups_order_descends(const struct ns_groups_order *order);

struct ns_group_member {
	const struct process *process;
	const struct thread *thread; /* NULL: the process itself */
};

struct ns_group {
	const struct ns *ns[NS_TYPE_COUNT]; /* NULL: the kernel has no such type */
	uint64_t hash; /* of the eight identities: what it is known by over the change of graphs */
	const struct process *first; /* the living one with the lowest PID, or of its thread; where
	                              * all are dead, the first of them */
	uint32_t processes, threads; /* the living */
	const struct ns_group_member *members; /* by PID; the dead included */
	uint32_t member_count;
};

struct ns_groups {
	struct ns_group *groups; /* in the order asked for */
	size_t count;
	struct ns_group_member
	    *members; /* room after room, then those that stand in none, by reason */
	size_t member_count;
	uint32_t first_unplaced[READ_NEVER + 1]; /* in members */
	uint32_t unplaced[READ_NEVER + 1];       /* how many */
	uint32_t kernel_threads;                 /* the living that were left out */
};

/* @kernel_threads: with them.  The rooms point into @graph; end them with ns_groups_done. */
void ns_groups_build(struct ns_groups *ret_ns_groups, const struct graph *graph,
    bool kernel_threads, const struct ns_groups_order *order);
void ns_groups_done(struct ns_groups *ns_groups);

/* Does @process itself live in @ns_group? */
bool ns_group_has_process(const struct ns_group *ns_group, const struct process *process);
