/* The explorer's way back. */
#include "model/base/i18n.h"
#include "tui/explorer_internal.h"

static struct trail_place present(const struct explorer *explorer)
{
	const struct row *row = picture_subject(&explorer->picture);
	struct trail_place place = {
	    .grouping = explorer->live->options.grouping,
	    .has_key = row != NULL,
	};

	while (explorer->mains[place.main] != explorer->picture.main)
		place.main++;
	if (row)
		place.key = row->key;
	return place;
}

void explorer_note_place(struct explorer *explorer)
{
	struct trail_place place = present(explorer);

	trail_note(&explorer->trail, &place);
}

void explorer_step_trail(struct explorer *explorer, int step)
{
	struct trail_place now = present(explorer), place;
	struct live *live = explorer->live;

	if (!trail_step(&explorer->trail, step, &now, &place)) {
		explorer_say(explorer,
		    step < 0 ? _("no further back: here you began") : _("no further forward"));
		return;
	}
	if (live->options.grouping != place.grouping) {
		live->options.grouping = place.grouping;
		live_rebuild(live);
	}
	explorer->picture.main = explorer->mains[place.main];
	explorer_focus_on(explorer, PANE_MAIN);
	if (place.has_key &&
	    !explorer->picture.main->ops->present(explorer->picture.main, &place.key, true))
		explorer_say(explorer, _("what was selected here is gone"));
}
