/* The help screen, made from the key table. */
#pragma once

#include "tui/core/keys.h"
#include "tui/core/pager.h"

struct help_view {
	struct view view;
	struct pager pager;
	enum charset charset;
	const char *const *about; /* the legend of the view below, see view.h; NULL: none */
	enum key_place place;     /* of that view: its keys come first */
	int made_for_cols;        /* the width that the text was wrapped to */
};

void help_view_init(struct help_view *help, enum charset charset);
/* Begins with @view and the keys that work in @place. */
void help_view_about(struct help_view *help, const struct view *view, enum key_place place);
void help_view_done(struct help_view *help);
