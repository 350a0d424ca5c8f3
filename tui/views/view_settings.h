/* The settings screen: a line for each setting, and for each word of a set. */
#pragma once

#include "model/view/settings.h"
#include "tui/core/menu.h"

struct settings_view {
	struct view view;
	struct menu menu;
	enum charset charset;
	struct settings values;
	char *path; /* of their file, NULL where they can't be saved; owned */

	/* Called when the user has changed one. */
	void (*changed)(void *data, enum settings_key key);
	void *data;
};

/* @settings: the present ones, copied. */
void settings_view_init(
    struct settings_view *view, enum charset charset, const struct settings *settings);
void settings_view_done(struct settings_view *view);
