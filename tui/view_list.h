/* The list of the lessons that are built in. */
#pragma once

#include "lessons/lesson.h"
#include "tui/pager.h"

struct list_view {
	struct view view;
	struct pager pager;
	enum charset charset;
	struct lesson *
	    *lessons; /* all that could be parsed, in order; NULL before list_view_load */
	size_t count, room;
	size_t at; /* the selected one */
};

void list_view_init(struct list_view *list, enum charset charset);
void list_view_done(struct list_view *list);

/* Parses the lessons, in the language of the messages. */
void list_view_load(struct list_view *list);

/* Takes the selected lesson out, to be freed by the caller; NULL where there is none. */
struct lesson *list_view_take(struct list_view *list);
