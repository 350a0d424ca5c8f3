/* The tree while actors work, in a lesson or in the lab: what is folded, and which row is selected. */
#pragma once

#include "tui/core/view.h"

struct scene {
	struct live *live;
	struct view *tree;
	unsigned types; /* the scene's types: 1u << type; 0: not given */
	/* The processes that the tree marks, and that folds do not hide: the actors, then nsscope itself,
	 * "me", where its PID is known. */
	struct actor_ref *members;
	size_t count, capacity;
	size_t actor_count;
	bool arranged;              /* the tree's folds are the scene's */
	struct folds *folds_before; /* the tree's */
};

/* Gives the tree folds of the scene's own, and gives it back those it had. */
void scene_begin(struct scene *scene);
void scene_end(struct scene *scene);

/* Takes the present actors, @count of @actors, copied. */
void scene_set_actors(struct scene *scene, const struct actor_ref *actors, size_t count);
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
