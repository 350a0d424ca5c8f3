/* The steps of the lesson that runs, to go to one of them. */
#pragma once

#include "tui/core/menu.h"
#include "tui/views/view_lesson.h"

struct steps_view {
	struct view view;
	struct menu menu;
	struct lesson_view *lesson;
};

/* @lesson: borrowed. */
void steps_view_init(struct steps_view *steps, struct lesson_view *lesson);
void steps_view_done(struct steps_view *steps);

/* Call it before it is shown, while a lesson runs: selects the present step. */
void steps_view_open(struct steps_view *steps);
/* Goes to the selected one. */
void steps_view_take(struct steps_view *steps);
