/* Shared by the parts of the graph: graph.c, graph_link.c, graph_previous.c and the codec.
 *
 * A builder fills a graph_store; graph_freeze returns that store as a struct graph, which is its first
 * member. All records live in the store's arena, so pointers between them stay valid while the lists
 * grow. Both tables hold what ended, too: items with the same number (pid; type and inode) have the
 * same hash, and the look-up distinguishes them. */
#pragma once

#include "model/base/hash.h"
#include "model/base/util.h"
#include "model/graph/graph.h"

/* The last known links and command line of a process that has begun to exit. */
struct last_had {
	const struct ns
	    *ns[NS_LINK_COUNT]; /* NULL where the process still has it, or it was never read */
	const char *cmdline;    /* the same */
	size_t cmdline_len;
	bool cmdline_cut;
};

struct process_node {
	struct process process; /* first: a struct process of ours is one of these */
	struct process_notes notes;
	const struct process
	    *before; /* the same process in the previous graph; not used once frozen */
	struct thread *last_thread;  /* of first_thread's list */
	struct process_id parent_id; /* of a process that exited: its parent */
	bool has_parent_id;
	const struct last_had *had; /* of a process that exits; or NULL */
};

struct ns_node {
	struct ns ns;
	struct ns_notes notes;
	const struct ns *before;
};

/* The last generation of an inode that is not visible any more, so that its next user gets another. */
struct retired_ino {
	uint64_t dev, ino;
	enum nstype type;
	uint32_t generation;
};

/* A holder that a source found. */
struct seen_holder {
	struct ns *kept;
	struct holder holder;
};

struct graph_store {
	struct graph graph;
	uint32_t references;
	struct arena arena;
	struct process **processes;
	size_t process_capacity;
	struct ns **namespaces;
	size_t ns_capacity;
	struct hash by_pid;        /* of struct process */
	struct hash by_ino;        /* of struct ns, by type and inode */
	struct retired_ino *spent; /* sorted */
	size_t retired_count, retired_capacity;
	struct seen_holder *seen; /* until the graph is frozen */
	size_t seen_count, seen_capacity;
	uint32_t last_number; /* the highest ns.number of this graph and all previous ones */
};

struct graph_builder {
	struct graph_store *store;
	const struct graph *prev;
	/* The processes and namespaces of @prev in the new graph, by their index; NULL where they are
	 * not in it. Filled by graph_match_previous. */
	struct process **process_now;
	struct ns **ns_now;
	struct ns **ns_noted; /* noted by the source, the same way */
	bool matched;
};

static inline const struct graph_store *graph_store_of(const struct graph *graph)
{
	return (const struct graph_store *)graph;
}

static inline struct process_node *process_node_of(const struct process *process)
{
	return (struct process_node *)(uintptr_t)process;
}

static inline struct ns_node *ns_node_of(const struct ns *ns)
{
	return (struct ns_node *)(uintptr_t)ns;
}

static inline uint64_t hash_pid(pid_t pid)
{
	/* Mixed, though pids are spread well: in a long run of them, a look-up of a missing one would
	 * walk to the end of the run. */
	return hash_mix((uint64_t)pid);
}

static inline uint64_t hash_ino(enum nstype type, uint64_t ino)
{
	return hash_mix(ino * NS_TYPE_COUNT + (uint64_t)type);
}

/* Type, nsfs device and inode; two namespaces may have these in common. */
static inline bool same_ino(const struct ns_id *a, const struct ns_id *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->type == b->type;
}

/* graph.c */
/* Of those with the type, device and inode of @id the one that exists, else the one that was freed
 * last; NULL for none. */
struct ns *graph_latest_ns(const struct graph_store *store, const struct ns_id *id);
/* The highest generation that any namespace with the inode of @id had; -1 for none. */
int64_t graph_last_generation(const struct graph_store *store, const struct ns_id *id);

/* Orders struct retired_ino, for qsort and bsearch. */
int retired_ino_compare(const void *a, const void *b);

/* graph.c: add to lists and tables, without a look-up of an existing one. */
struct process *graph_insert_process(struct graph_store *store, const struct process_id *id);
struct ns *graph_insert_ns(struct graph_store *store, const struct ns_id *id);
struct thread *graph_insert_thread(struct graph_store *store, struct process *process, pid_t tid);

/* graph_link.c: sorts and links everything; only the two lists of the graph remain to be set. */
void graph_link_all(struct graph_store *store);

/* graph_previous.c: finds for everything in @builder its counterpart in the previous graph, and sets
 * the generations of namespaces. The second call does nothing. */
void graph_match_previous(struct graph_builder *builder);
/* Remembers the generations of namespaces that are in neither of the two graphs any more. */
void graph_note_retired(struct graph_builder *builder);
