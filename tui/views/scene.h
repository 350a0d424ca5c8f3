/* The tree while actors work, in a lesson or in the lab: what is folded, and which row is selected. */
#pragma once

#include "tui/views/view_tree.h"

/* The processes that the tree marks: the actors, and nsscope. */
struct cast_list {
	struct cast_member *members;
	size_t count, capacity;
};

/* Fills @list with the @count of @cast and, where its PID is known, nsscope itself: "me". */
void cast_list_set(struct cast_list *list, const struct graph *graph,
    const struct cast_member *cast, size_t count);
void cast_list_done(struct cast_list *list);

struct scene {
	struct live *live;
	struct tree_view *tree;
	unsigned types;                 /* the scene's types: 1u << type; 0: not given */
	const struct cast_member *cast; /* processes that folds do not hide */
	size_t cast_count;
	size_t actor_count; /* how many of them, from the first, are actors */
	bool arranged;      /* the tree's folds are the scene's */
};

/* Folds the tree for the scene and selects the scene's first type; once, as soon as there is a
 * graph. */
void scene_set(struct scene *scene);
/* Keeps the present actors visible, and folds the namespaces of others. */
void scene_arrange(struct scene *scene);
/* Selects the process @pid, in the namespace of one of @types where given.  Returns false where it
 * has no row. */
bool scene_point_at(const struct scene *scene, pid_t pid, unsigned types);
/* Selects the actor that changed last, where that is known. */
void scene_point(const struct scene *scene);
