/* The picture of the lesson pane: its title, the text of the step, and what it waits for. */
#pragma once

#include "tui/views/view_lesson.h"

/* @base: of a lesson view that has a player. */
void lesson_view_paint(struct view *base, bool focused);
