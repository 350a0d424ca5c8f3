/* A lesson in front of others: presenter mode, which a clicker can drive, and autoplay. */
#pragma once

#include "tui/views/view_lesson.h"

enum {
	TEACH_PACE_LEAST_S = 1,
	TEACH_PACE_MAX_S = 600,
	TEACH_PACE_USUAL_S = 8,
};

/* Goes on whatever stands next: reads on, reveals the right answer, leaves a task undone.  Never runs
 * a shell for a lesson that asks for it. */
void lesson_teach_go_on(struct lesson_view *view);
/* A page up, and at the top of the text a step back. */
void lesson_teach_go_back(struct lesson_view *view);

/* Goes on by itself every @seconds from now on; 0: no longer. */
void lesson_teach_set_pace(struct lesson_view *view, unsigned seconds, uint64_t now_ms);
/* The person did something, or has no eye for the lesson: the time begins anew. */
void lesson_teach_wait(struct lesson_view *view, uint64_t now_ms);
/* Goes on when it is time.  Returns true where it did. */
bool lesson_teach_step(struct lesson_view *view, uint64_t now_ms);
/* Milliseconds until then, -1 for never. */
int lesson_teach_timeout(const struct lesson_view *view, uint64_t now_ms);
