/* The explorer's side pane: the lab, or the lesson that runs.  Where both do, the lab stands before
 * the lesson, which waits until it is closed. */
#include "tui/explorer_internal.h"

#include "model/base/i18n.h"

#include <string.h>

bool explorer_has_side(const struct explorer *explorer)
{
	return lab_view_running(&explorer->lab) || lesson_view_running(&explorer->lesson);
}

struct view *explorer_side_view(struct explorer *explorer)
{
	return lab_view_running(&explorer->lab) ? &explorer->lab.view : &explorer->lesson.view;
}

void explorer_open_lab(struct explorer *explorer)
{
	lab_view_open(&explorer->lab);
	/* What is done is seen in the tree, and selected there. */
	explorer->ui_state.main = explorer->mains[MAIN_TREE];
	explorer->overlay = OVERLAY_NONE;
	explorer_focus_on(explorer, PANE_LESSON);
}

void explorer_close_lab(struct explorer *explorer)
{
	lab_view_close(&explorer->lab);
	lesson_view_wake(&explorer->lesson);
	explorer_focus_on(
	    explorer, lesson_view_running(&explorer->lesson) ? PANE_LESSON : PANE_MAIN);
}

const struct cast_member *explorer_cast(struct explorer *explorer, size_t *ret_count)
{
	*ret_count = 0;
	if (lab_view_running(&explorer->lab))
		return lab_view_cast(&explorer->lab, ret_count);
	if (lesson_view_running(&explorer->lesson))
		return lesson_view_cast(&explorer->lesson, ret_count);
	return NULL;
}

void explorer_open_lab_shell(struct explorer *explorer)
{
	struct shell_place place;

	if (lab_view_shell_place(&explorer->lab, &place) < 0)
		explorer_say(explorer, _("there is no actor whose shell it could be"));
	else
		explorer_open_shell(explorer, &place);
}

size_t explorer_poll_actors(const struct explorer *explorer, struct pollfd *fds, size_t room)
{
	if (lab_view_running(&explorer->lab))
		return lab_poll(explorer->lab.lab, fds, room);
	return lesson_view_running(&explorer->lesson)
	           ? player_poll(explorer->lesson.player, fds, room)
	           : 0;
}

void explorer_take_actors(struct explorer *explorer)
{
	if (lab_view_running(&explorer->lab))
		lab_io(explorer->lab.lab);
	else if (lesson_view_running(&explorer->lesson))
		player_io(explorer->lesson.player);
	explorer_update(explorer);
}

/* A scan that was wished for is shown, or somebody may wish for one. */
void explorer_pump(struct explorer *explorer, bool answered)
{
	bool lab = lab_view_running(&explorer->lab), thawed;

	if (answered && lab)
		lab_view_swept(&explorer->lab);
	else if (answered)
		lesson_view_swept(&explorer->lesson);
	thawed = lab ? lab_view_pump(&explorer->lab, explorer->now_ms)
	             : lesson_view_pump(&explorer->lesson, explorer->now_ms);
	if (thawed)
		explorer_say(
		    explorer, lab ? _("no longer frozen: the lab looks at the machine")
		                  : _("no longer frozen: the lesson looks at the machine"));
}
