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
	explorer->ui_state.main = explorer->mains[MAIN_TREE];
	explorer->overlay = OVERLAY_NONE;
	explorer_focus_on(explorer, PANE_LESSON);
}

void explorer_take_line(struct explorer *explorer)
{
	if (explorer->overlay == OVERLAY_LIST) {
		start_lesson(explorer);
		return;
	}
	if (explorer->overlay == OVERLAY_COMMANDS) {
		explorer_take_command(explorer);
		return;
	}
	steps_view_take(&explorer->steps);
	explorer_set_overlay(explorer, OVERLAY_NONE);
}

bool explorer_has_list(const struct explorer *explorer)
{
	return explorer->overlay == OVERLAY_LIST || explorer->overlay == OVERLAY_STEPS ||
	       explorer->overlay == OVERLAY_COMMANDS;
}
