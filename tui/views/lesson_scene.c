#include "tui/views/lesson_scene.h"

#include "tui/views/scene.h"

#include <string.h>

static void add_look(struct lesson_look *to, const struct lesson_block *block)
{
	const struct lesson_look *look = &block->look;

	if (block->kind != BLOCK_VIEW)
		return;
	if (look->group)
		to->group = look->group;
	if (look->types)
		to->types = look->types;
	if (look->point) {
		to->point = look->point;
		to->point_types = look->point_types;
	}
}

/* What holds here: the facts of the lesson, and then each view block up to here.  All is borrowed. */
static struct lesson_look look_of(struct lesson_view *view)
{
	const struct lesson *lesson = view->lesson;
	struct lesson_look look = {.group = lesson->group};
	size_t here = player_step(view->player), count;
	const struct block_view *blocks;

	for (size_t i = 0; i < lesson->type_count; i++) {
		enum nstype type;

		if (ns_type_from_name(lesson->types[i], &type))
			look.types |= 1u << type;
	}
	for (size_t i = 0; i < here && i < lesson->step_count; i++)
		for (size_t k = 0; k < lesson->steps[i].block_count; k++)
			add_look(&look, &lesson->steps[i].blocks[k]);
	/* Who is pointed at is so only within the step. */
	look.point = NULL;
	count = player_blocks(view->player, &blocks);
	for (size_t i = 0; i < count; i++)
		add_look(&look, blocks[i].block);
	return look;
}

static struct scene scene_of(struct lesson_view *view)
{
	struct scene scene = {.live = view->live, .tree = view->tree, .arranged = view->arranged};

	scene.types = view->look.types;
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

	for (size_t i = 0; view->look.point && i < scene.actor_count; i++) {
		if (strcmp(scene.cast[i].name, view->look.point) == 0 &&
		    scene_point_at(&scene, scene.cast[i].pid, view->look.point_types))
			return;
	}
	scene_point(&scene);
}

void lesson_scene_set(struct lesson_view *view)
{
	struct scene scene = scene_of(view);

	scene_set(&scene);
	view->arranged = scene.arranged;
}

void lesson_scene_look(struct lesson_view *view)
{
	struct lesson_look look = look_of(view), before = view->look;
	struct live *live = view->live;
	bool regroups = look.group && look.group != before.group;

	view->look = look;
	if (regroups)
		grouping_from_name(look.group, &live->options.grouping);
	if (regroups)
		live_rebuild(live);
	/* Other types are folded and unfolded as at the beginning. */
	if (regroups || look.types != before.types)
		view->arranged = false;
	lesson_scene_set(view);
	if (look.point && (regroups || look.point != before.point))
		lesson_scene_point(view);
}
