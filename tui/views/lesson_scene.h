/* The tree while a lesson runs: what is folded, and where it looks. */
#pragma once

#include "tui/views/view_lesson.h"

/* Folds the tree for the lesson and begins at the type that it is about: once, as soon as there is
 * a graph. */
void lesson_scene_set(struct lesson_view *view);
/* Keeps the actors of now in sight, and folds the namespaces of others. */
void lesson_scene_arrange(struct lesson_view *view);
/* Takes up what the view blocks up to here say.  To be called when the player may have moved. */
void lesson_scene_look(struct lesson_view *view);
/* Selects the actor that the step points at, else the one that something happened to last, as far as can be told. */
void lesson_scene_point(struct lesson_view *view);
