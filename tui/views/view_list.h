/* The list of the lessons. */
#pragma once

#include "lessons/play/library.h"
#include "tui/core/menu.h"

struct list_view {
	struct view view;
	struct menu menu;
	enum charset charset;
	const char *folder;      /* the user's own lessons, NULL for none; borrowed */
	struct library *library; /* NULL before list_view_load */
	struct lesson **lessons; /* parallel to its entries; NULL for what can't be read */
	struct progress progress;
};

/* @folder: see library.h; borrowed, may be NULL. */
void list_view_init(struct list_view *list, enum charset charset, const char *folder);
void list_view_done(struct list_view *list);

/* Reads the lessons, in the language of the messages, and the saved progress. */
void list_view_load(struct list_view *list);

/* Takes the selected lesson; the caller frees it.  NULL where there is none. */
struct lesson *list_view_take(struct list_view *list);
