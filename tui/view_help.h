/* The help screen, made from the key table. */
#pragma once

#include "tui/pager.h"

struct help_view {
	struct view view;
	struct pager pager;
	enum charset charset;
	int made_for_cols; /* what the text is wrapped to */
};

void help_view_init(struct help_view *help, enum charset charset);
void help_view_done(struct help_view *help);
