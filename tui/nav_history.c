#include "tui/nav_history.h"

#include <string.h>

static bool is_same(const struct trail_place *a, const struct trail_place *b)
{
	return a->main == b->main && a->grouping == b->grouping && a->has_key == b->has_key &&
	       (!a->has_key || row_key_equal(&a->key, &b->key));
}

void trail_note(struct trail *trail, const struct trail_place *present)
{
	if (trail->at > 0 && is_same(&trail->places[trail->at - 1], present)) {
		trail->end = trail->at;
		return;
	}
	if (trail->at == TRAIL_MOST) {
		memmove(
		    trail->places, trail->places + 1, (TRAIL_MOST - 1) * sizeof(trail->places[0]));
		trail->at--;
	}
	trail->places[trail->at++] = *present;
	trail->end = trail->at;
}

bool trail_step(
    struct trail *trail, int step, const struct trail_place *present, struct trail_place *ret_place)
{
	if (step < 0 ? trail->at == 0 : trail->at >= trail->end)
		return false;
	trail->places[trail->at] = *present;
	trail->at = step < 0 ? trail->at - 1 : trail->at + 1;
	*ret_place = trail->places[trail->at];
	return true;
}
