/* The explorer's lessons: begun, resumed, left; and the lists that lead to them. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

void explorer_leave_lesson(struct explorer *explorer)
{
	lesson_view_close(&explorer->lesson);
	explorer_focus_on(explorer, PANE_MAIN);
}

void explorer_resume_lesson(struct explorer *explorer)
{
	size_t step = lesson_view_resume(&explorer->lesson);
	autofree char *message = NULL;

	if (step == 0)
		return;
	message = xasprintf(_("goes on with step %zu, where you left; R begins anew"), step);
	explorer_say(explorer, message);
}

static void start_lesson(struct explorer *explorer)
{
	struct lesson *lesson = list_view_take(&explorer->list);

	if (!lesson)
		return;
	lab_view_close(&explorer->lab);
	lesson_view_open(&explorer->lesson, lesson, true);
	explorer_resume_lesson(explorer);
	/* A lesson points into the tree. */
	explorer->picture.main = explorer->mains[MAIN_TREE];
	explorer->cover = COVER_NONE;
	explorer_focus_on(explorer, PANE_LESSON);
}

void explorer_take_line(struct explorer *explorer)
{
	if (explorer->cover == COVER_LIST) {
		start_lesson(explorer);
		return;
	}
	if (explorer->cover == COVER_COMMANDS) {
		explorer_take_command(explorer);
		return;
	}
	steps_view_take(&explorer->steps);
	explorer_set_cover(explorer, COVER_NONE);
}

bool explorer_has_list(const struct explorer *explorer)
{
	return explorer->cover == COVER_LIST || explorer->cover == COVER_STEPS ||
	       explorer->cover == COVER_COMMANDS;
}
