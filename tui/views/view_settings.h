/* The screen of the settings, a line for each one, and for each word of those that are several. */
#pragma once

#include "model/view/settings.h"
#include "tui/core/menu.h"

struct settings_view {
	struct view view;
	struct menu menu;
	enum charset charset;
	struct settings values;
	char *path; /* of their file, NULL where they can't be kept; owned */

	/* Called when the person has changed one. */
	void (*changed)(void *data, enum settings_key key);
	void *data;
};

/* @settings: as they are. */
void settings_view_init(
    struct settings_view *view, enum charset charset, const struct settings *settings);
void settings_view_done(struct settings_view *view);
