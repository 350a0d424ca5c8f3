/* The tree of a view as rows: what, how deep, folded, matched, new, ended.
 *
 * An outline is rebuilt from a graph whenever something changes; what must survive that (folds, the
 * selection) is identified by row_key, never by row number or pointer. The plain-text report prints
 * the same rows as the screen. */
#pragma once

#include "model/graph/graph.h"
#include "model/graph/history.h"
#include "model/view/ns_groups.h"

enum grouping {
	GROUP_BY_PID,  /* nested PID namespaces, the process tree below each */
	GROUP_BY_TYPE, /* types → namespaces → members */
	GROUP_BY_OWNER, /* nested user namespaces, below each the namespaces that it owns → members */
	GROUP_BY_NS_GROUP, /* processes with the same eight namespaces → members; see ns_groups.h */
	GROUPING_COUNT,
};

/* "pid", "type", "owner", "group": as --by takes it, and a lesson's "group:". */
extern const char *const grouping_names[GROUPING_COUNT];
/* False where @name is none of them. */
bool grouping_from_name(const char *name, enum grouping *ret_grouping);

enum row_kind {
	ROW_TYPE,
	ROW_NS,
	ROW_PROCESS,
	ROW_THREAD, /* a diverged one, see struct thread; below its process, or by type and by owner in its own namespace */
	ROW_MEMBERS, /* by owner: the members of a user namespace, beside the namespaces that it owns */
	ROW_UNKNOWN,  /* by owner: the reason why the owner of its children is unknown */
	ROW_NS_GROUP, /* by group */
	ROW_NOTE, /* a line about its parent row: "14 processes could not be read"; by group it is the parent of these */
};

/* The identity of a row, in all graphs. */
struct row_key {
	enum row_kind kind;
	enum nstype type;     /* ROW_TYPE, ROW_NOTE */
	enum read_status why; /* ROW_UNKNOWN; ROW_NOTE: its subject; READ_OK: the kernel threads */
	struct ns_id
	    ns; /* ROW_NS, ROW_MEMBERS; with ROW_PROCESS and ROW_THREAD by type and by owner: the parent row */
	struct process_id
	    process;       /* ROW_PROCESS, ROW_THREAD; ROW_NS_GROUP: its first, which may change */
	pid_t tid;         /* ROW_THREAD */
	uint64_t ns_group; /* ROW_NS_GROUP: its hash */
};

bool row_key_equal(const struct row_key *a, const struct row_key *b);
/* Are both the same process, thread, namespace or type, in any place? */
bool row_key_same_subject(const struct row_key *a, const struct row_key *b);
uint64_t row_key_hash(const struct row_key *key);

struct row {
	struct row_key key;
	const struct ns *ns;             /* as in key; of the graph */
	const struct process *process;   /* ROW_PROCESS, ROW_THREAD; of the graph */
	const struct thread *thread;     /* ROW_THREAD; of the graph */
	const struct ns_group *ns_group; /* ROW_NS_GROUP; the outline's, until it is rebuilt */
	const char *note; /* ROW_NOTE: translated; the outline's, until it is rebuilt */
	uint32_t parent;  /* row number, or ROW_NONE */
	uint16_t depth;   /* 0 for the top */
	bool last;        /* the last child of its parent */
	bool has_children;
	bool folded;  /* has children, and shows at most those that lead to the actors */
	bool matched; /* it has the search text */
	bool
	    joined; /* by pid: a member, but not the init, whose parent is outside of this PID namespace */
	uint32_t hidden; /* rows below a folded one that are not shown */
};

#define ROW_NONE UINT32_MAX

/* The rows that are folded or unfolded against their default. */
struct folds;
struct folds *folds_new(void);
void folds_free(struct folds *folds);
void folds_set(struct folds *folds, const struct row_key *key, bool folded);
void folds_clear(struct folds *folds); /* back to the defaults */
/* @by_default: for a row that was never folded or unfolded. */
bool folds_get(const struct folds *folds, const struct row_key *key, bool by_default);

/* The actors, by their PIDs in the scanner's namespace. Folded namespaces and processes still show
 * actors that have not exited, and the rows above them. Folded types hide them, as do by owner the
 * folded reference namespaces, but for the user namespace. */
struct outline_actors {
	const pid_t *pids;
	size_t count;
};

struct outline_options {
	enum grouping grouping;
	const struct folds *folds; /* NULL: nothing is folded, not even by default */
	bool type_shown
	    [NS_TYPE_COUNT]; /* by type and by owner: all false means all; by owner user namespaces are always shown, without members */
	uint64_t only_ino;   /* by type: only the namespaces with this inode; 0 for all */
	const char *
	    filter; /* only rows with this text, and the rows above and below a matching namespace; NULL or "" for all */
	const char *search;               /* sets row.matched, hides nothing; NULL or "" for none */
	struct ns_groups_order ns_groups; /* by group: a type puts them below its namespaces */
	bool kernel_threads; /* show them; else they are left out and counted in a note */
	struct outline_actors actors;
	pid_t root_pid; /* by pid: only this process and its descendants; 0 for all */
};

struct outline {
	struct row *rows;
	size_t count, capacity;
	size_t matched;            /* rows that match the search, also in folds */
	struct outline_tree *tree; /* private: the whole tree, whose memory is reused */
};

/* Computes the rows. @outline must be zeroed or hold an earlier one, whose memory is reused; its rows
 * point into @graph. */
void outline_build(
    struct outline *outline, const struct graph *graph, const struct outline_options *options);
void outline_done(struct outline *outline);

/* The row with @key, or ROW_NONE. */
uint32_t outline_find(const struct outline *outline, const struct row_key *key);

/* The row of @after for a selection at row @at of @before: that with the same key, else the nearest
 * ancestor that still has a row, else the same place. */
uint32_t outline_follow(const struct outline *before, uint32_t at, const struct outline *after);

/* The next matched row after (@step 1) or before (@step -1) @at, around the end; ROW_NONE where
 * there is none. */
uint32_t outline_next_match(const struct outline *outline, uint32_t at, int step);

/* The same, also in folded rows: @folds is changed so that the match is visible. Returns false where
 * there is none, else its key, for outline_find once the outline is rebuilt. */
bool outline_open_match(const struct outline *outline, uint32_t at, int step, struct folds *folds,
    struct row_key *ret_key);

/* The same for the subject of @key: its row in this grouping; where it has several and none is @key's own, the
 * first. */
bool outline_open_subject(const struct outline *outline, const struct row_key *key,
    struct folds *folds, struct row_key *ret_key);
