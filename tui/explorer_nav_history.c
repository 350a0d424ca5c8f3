/* The explorer's way back. */
#include "model/base/i18n.h"
#include "tui/explorer_internal.h"

static struct nav_history_place present(const struct explorer *explorer)
{
	const struct row *row = ui_state_subject(&explorer->ui_state);
	struct nav_history_place place = {
	    .grouping = explorer->live->options.grouping,
	    .has_key = row != NULL,
	};

	while (explorer->mains[place.main] != explorer->ui_state.main)
		place.main++;
	if (row)
		place.key = row->key;
	return place;
}

void explorer_note_place(struct explorer *explorer)
{
	struct nav_history_place place = present(explorer);

	nav_history_note(&explorer->nav_history, &place);
}

void explorer_step_nav_history(struct explorer *explorer, int step)
{
	struct nav_history_place now = present(explorer), place;
	struct live *live = explorer->live;

	if (!nav_history_step(&explorer->nav_history, step, &now, &place)) {
		explorer_say(explorer,
		    step < 0 ? _("no further back: here you began") : _("no further forward"));
		return;
	}
	if (live->options.grouping != place.grouping) {
		live->options.grouping = place.grouping;
		live_rebuild(live);
	}
	explorer->ui_state.main = explorer->mains[place.main];
	explorer_focus_on(explorer, PANE_MAIN);
	if (place.has_key &&
	    !explorer->ui_state.main->ops->present(explorer->ui_state.main, &place.key, true))
		explorer_say(explorer, _("what was selected here is gone"));
}
