/* The lines above and below the panes: what machine this is and how it is watched; which keys do
 * what. */
#pragma once

#include "tui/core/ui_state.h"

/* One or two rows, as @area has. */
void bars_header(const struct ui_state *ui_state, bool following, const struct area *area);

/* The keys that are alive in @place, as many as fit. */
void bars_keys(enum key_place place, enum charset charset, const struct area *area);
