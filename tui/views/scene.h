/* The tree while a cast plays, in a lesson or in the lab: what is folded, and where it looks. */
#pragma once

#include "tui/views/view_tree.h"

/* Whom the tree marks. */
struct cast_list {
	struct cast_member *members;
	size_t count, room;
};

/* Fills @list with the @count of @cast and, where that can be told, nsscope itself: "me". */
void cast_list_set(struct cast_list *list, const struct graph *graph,
    const struct cast_member *cast, size_t count);
void cast_list_done(struct cast_list *list);

struct scene {
	struct live *live;
	struct tree_view *tree;
	unsigned types;                 /* it is about: 1u << type; 0 where that isn't told */
	const struct cast_member *cast; /* whom folds leave in sight */
	size_t cast_count;
	size_t actor_count; /* the first so many of them are actors */
	bool arranged;      /* the tree's folds are the scene's */
};

/* Folds the tree for the scene and begins at the type that it is about: once, as soon as there is a
 * graph. */
void scene_set(struct scene *scene);
/* Keeps the cast of now in sight, and folds the namespaces of others. */
void scene_arrange(struct scene *scene);
/* Selects the process @pid, in the namespace of one of @types where that is told.  Returns false where
 * it has no row. */
bool scene_point_at(const struct scene *scene, pid_t pid, unsigned types);
/* Selects the actor that something happened to last, as far as can be told. */
void scene_point(const struct scene *scene);
