/* The help screen, made from the key table. */
#pragma once

#include "tui/core/keys.h"
#include "tui/core/pager.h"

struct help_view {
	struct view view;
	struct pager pager;
	enum charset charset;
	const char *const *about; /* of the view that it was opened over, see view.h; NULL: none */
	enum key_place place;     /* of that view: its keys stand first */
	int made_for_cols;        /* what the text is wrapped to */
};

void help_view_init(struct help_view *help, enum charset charset);
/* Tells of @view first, and of the keys that are alive in @place. */
void help_view_about(struct help_view *help, const struct view *view, enum key_place place);
void help_view_done(struct help_view *help);
