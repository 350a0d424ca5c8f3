/* The whole tree behind an outline: every possible row, before filter and folds.
 *
 * Private to outline*.c. A grouping adds nodes and links them to their parents; outline.c orders,
 * filters, folds and numbers them. Nodes refer to each other by number, since the array moves while it
 * grows. */
#pragma once

#include "model/view/outline.h"

struct tree_node {
	const struct ns *ns;             /* ROW_NS, ROW_MEMBERS; ROW_PROCESS by type and by owner */
	const struct process *process;   /* ROW_PROCESS, ROW_THREAD */
	const struct thread *thread;     /* ROW_THREAD */
	const struct ns_group *ns_group; /* ROW_NS_GROUP */
	const char *note;                /* ROW_NOTE */

	uint32_t parent, first_child, last_child, next; /* ROW_NONE for none */
	uint32_t span;                                  /* nodes of its subtree, itself included */
	uint32_t below;                                 /* nodes below it that the filter kept */
	uint32_t row;                                   /* its row number, once it has one */
	uint32_t last_actor; /* the last row shown below it while it is folded */

	uint8_t kind; /* enum row_kind */
	uint8_t type; /* enum nstype: ROW_TYPE, ROW_NOTE */
	uint8_t why;  /* enum read_status: ROW_NOTE, ROW_UNKNOWN */
	bool joined;
	bool matched;     /* by the search */
	bool kept;        /* by the filter */
	bool found;       /* it has the filter's text */
	bool kept_whole;  /* a matching namespace, group or type, or a descendant of one */
	bool found_below; /* a descendant has the filter's text */
	bool of_actor;    /* it or a descendant is an actor */
	bool actor_below;
	bool last_set; /* a later sibling is kept */
	bool last;
};

struct outline_tree {
	enum grouping grouping;
	struct tree_node *nodes;
	size_t count, capacity;
	uint32_t first_root, last_root;

	uint32_t *order; /* the nodes to show, each before what is below it */
	size_t order_count, order_capacity;

	struct ns_groups ns_groups; /* by group */

	char **notes; /* the text of the notes, owned */
	size_t note_count, note_capacity;
};

/* Appends @count nodes of @kind without a parent; returns the first one's number. */
uint32_t tree_add(struct outline_tree *tree, enum row_kind kind, size_t count);

/* Appends a row of @process, or of its @thread where that is not NULL, below @parent.  @ns: by type and by owner
 * the namespace whose member it is, else NULL. */
void tree_add_member(struct outline_tree *tree, uint32_t parent, const struct process *process,
    const struct thread *thread, const struct ns *ns);

/* Puts @node below @parent (ROW_NONE: at the top), as the last one. */
void tree_link(struct outline_tree *tree, uint32_t node, uint32_t parent);

/* Appends a note that is nowhere in the tree yet and returns its number.  @text: allocated, the tree's from now on. */
uint32_t tree_note_unlinked(
    struct outline_tree *tree, enum nstype type, enum read_status why, char *text);

/* The same below @parent. */
uint32_t tree_note(
    struct outline_tree *tree, uint32_t parent, enum nstype type, enum read_status why, char *text);

/* Adds the note about @count kernel threads that are left out; nothing for 0. */
void tree_note_kernel_threads(struct outline_tree *tree, uint32_t parent, uint32_t count);

/* The groupings.  @root_pid's process is node *@ret_root in the end, ROW_NONE where there is none. */
void tree_by_pid(struct outline_tree *tree, const struct graph *graph,
    const struct outline_options *options, uint32_t *ret_root);
void tree_by_type(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);
void tree_by_owner(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);
void tree_by_group(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);
