/* The help screen, made from the key table. */
#pragma once

#include "tui/pager.h"

struct help_view {
	struct view view;
	struct pager pager;
	enum charset charset;
	const char *const *about; /* of the view that it was opened over, see view.h; NULL: none */
	int made_for_cols;        /* what the text is wrapped to */
};

void help_view_init(struct help_view *help, enum charset charset);
/* Tells of @view, whose text stands first. */
void help_view_about(struct help_view *help, const struct view *view);
void help_view_done(struct help_view *help);
