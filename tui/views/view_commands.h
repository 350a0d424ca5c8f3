/* The list above the command line: what may be taken. */
#pragma once

#include "tui/core/menu.h"
#include "tui/views/commands.h"

struct commands_view {
	struct view view;
	struct menu menu;
	enum charset charset;
	struct candidates candidates;
};

void commands_view_init(struct commands_view *view, enum charset charset);
void commands_view_done(struct commands_view *view);

/* Lists what fits, see candidates_make; the first one is selected. */
void commands_view_list(
    struct commands_view *view, const char *text, unsigned places, const struct graph *graph);
/* The selected one, NULL for none; valid until the next list. */
const struct candidate *commands_view_selected(const struct commands_view *view);
