#include "tui/lesson_scene.h"

#include "tui/scene.h"

static struct scene scene_of(struct lesson_view *view)
{
	struct scene scene = {.live = view->live, .tree = view->tree, .arranged = view->arranged};

	for (size_t i = 0; i < view->lesson->type_count; i++) {
		enum ns_type type;

		if (ns_type_from_name(view->lesson->types[i], &type))
			scene.types |= 1u << type;
	}
	scene.cast = lesson_view_cast(view, &scene.cast_count);
	/* Behind the actors stands nsscope itself. */
	player_cast(view->player, &scene.actor_count);
	return scene;
}

void lesson_scene_arrange(struct lesson_view *view)
{
	struct scene scene = scene_of(view);

	scene_arrange(&scene);
	view->arranged = scene.arranged;
}

void lesson_scene_point(struct lesson_view *view)
{
	struct scene scene = scene_of(view);

	scene_point(&scene);
}

void lesson_scene_set(struct lesson_view *view)
{
	struct scene scene = scene_of(view);

	scene_set(&scene);
	view->arranged = scene.arranged;
}
