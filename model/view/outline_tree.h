/* The whole tree behind an outline: every row there could be, before filter and folds.
 *
 * Private to outline*.c.  A grouping adds nodes and says which one stands below which; outline.c
 * orders, filters, folds and numbers them.  Nodes refer to each other by number, since the array
 * moves while it grows.
 */
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
	uint32_t last_of_cast; /* the last row shown below it although it is folded */

	uint8_t kind; /* enum row_kind */
	uint8_t type; /* enum nstype: ROW_TYPE, ROW_NOTE */
	uint8_t why;  /* enum unread: ROW_NOTE, ROW_UNKNOWN */
	bool joined;
	bool matched;     /* by the search */
	bool kept;        /* by the filter */
	bool found;       /* the filter's text is in it */
	bool kept_whole;  /* a namespace or type that the filter found, or below one */
	bool found_below; /* the filter found something below it by itself */
	bool of_cast;     /* it, or something below it */
	bool cast_below;
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

	struct ns_groups ns_groups; /* by room */

	char **notes; /* the text of the notes, owned */
	size_t note_count, note_capacity;
};

/* Appends @count nodes of @kind that stand nowhere yet; returns the first one's number. */
uint32_t tree_add(struct outline_tree *tree, enum row_kind kind, size_t count);

/* Appends a node for @thread, below @parent.  @ns: by type and by owner, where it stands, else
 * NULL. */
void tree_add_thread(
    struct outline_tree *tree, uint32_t parent, const struct thread *thread, const struct ns *ns);

/* Puts @node below @parent (ROW_NONE: at the top), as the last one. */
void tree_link(struct outline_tree *tree, uint32_t node, uint32_t parent);

/* Appends a note below @parent and returns its number.  @text: allocated, the tree's from now on. */
uint32_t tree_note(
    struct outline_tree *tree, uint32_t parent, enum nstype type, enum read_status why, char *text);

/* The note that stands for @count kernel threads left out; nothing where there are none. */
void tree_note_kernel_threads(struct outline_tree *tree, uint32_t parent, uint32_t count);

/* What the row of @node is known by. */
struct row_key node_key(const struct tree_node *node);

/* Is what stands below @node hidden?  @folds: NULL for no.  @by_default: whatever kind it is. */
bool node_folded(const struct outline_tree *tree, const struct tree_node *node,
    const struct folds *folds, bool by_default);

/* Does @node, while it is folded, hide the cast too? */
bool node_hides_cast(const struct outline_tree *tree, const struct tree_node *node);
/* Finds the nodes of the cast, and those above them. */
void tree_mark_cast(struct outline_tree *tree, const struct outline_actors *cast);
/* @node's row is one of the cast's below a folded row, and the last of those so far. */
void tree_shines_through(
    struct outline_tree *tree, struct outline *outline, const struct tree_node *node);
/* Takes what is shown below folded rows from what they hide.  A row that hides nothing then is
 * open. */
void outline_count_hidden(struct outline *outline);

/* The groupings.  @root_pid's process is node *@ret_root in the end, ROW_NONE where there is none. */
void tree_by_pid(struct outline_tree *tree, const struct graph *graph,
    const struct outline_options *options, uint32_t *ret_root);
void tree_by_type(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);
void tree_by_owner(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);
void tree_by_group(
    struct outline_tree *tree, const struct graph *graph, const struct outline_options *options);

/* Is @type one of those to show?  See outline_options.type_shown. */
bool tree_type_wanted(const struct outline_options *options, enum nstype type);

/* Is @row folded against @by_default?  @folds must not be NULL. */
bool folds_get(const struct folds *folds, const struct row_key *key, bool by_default);

/* Is @needle in @string?  Case is ignored (ASCII); NULL holds nothing. */
bool string_holds(const char *string, const char *needle);
/* Is @needle in one of the texts of @process, @ns?  See row_holds. */
bool process_holds(const struct process *process, const char *needle);
bool thread_holds(const struct thread *thread, const char *needle);
bool ns_holds(const struct ns *ns, const char *needle);
