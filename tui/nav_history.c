#include "tui/nav_history.h"

#include <string.h>

static bool is_same(const struct nav_history_place *a, const struct nav_history_place *b)
{
	return a->main == b->main && a->grouping == b->grouping && a->has_key == b->has_key &&
	       (!a->has_key || row_key_equal(&a->key, &b->key));
}

void nav_history_note(struct nav_history *nav_history, const struct nav_history_place *present)
{
	if (nav_history->at > 0 && is_same(&nav_history->places[nav_history->at - 1], present)) {
		nav_history->end = nav_history->at;
		return;
	}
	if (nav_history->at == NAV_HISTORY_MAX) {
		memmove(nav_history->places, nav_history->places + 1,
		    (NAV_HISTORY_MAX - 1) * sizeof(nav_history->places[0]));
		nav_history->at--;
	}
	nav_history->places[nav_history->at++] = *present;
	nav_history->end = nav_history->at;
}

bool nav_history_step(struct nav_history *nav_history, int step,
    const struct nav_history_place *present, struct nav_history_place *ret_place)
{
	if (step < 0 ? nav_history->at == 0 : nav_history->at >= nav_history->end)
		return false;
	nav_history->places[nav_history->at] = *present;
	nav_history->at = step < 0 ? nav_history->at - 1 : nav_history->at + 1;
	*ret_place = nav_history->places[nav_history->at];
	return true;
}
