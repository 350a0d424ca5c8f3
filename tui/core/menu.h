/* A list of lines with a selected one; shared by the lists of lessons, steps, commands and
 * settings. */
#pragma once

#include "tui/core/pager.h"

struct menu {
	struct pager pager;
	size_t count, at; /* lines, and the selected one */
	size_t rows;      /* lines painted last */
};

/* What a menu shows. */
struct menu_text {
	enum charset charset;
	const char *title; /* translated */
	const char *empty; /* what it says when there are no lines, translated */
	/* Fills @line, which is empty, with line number @at. */
	void (*compose)(const void *data, size_t at, struct line *line);
	const void *data;
};

void menu_done(struct menu *menu);
void menu_paint(
    struct menu *menu, const struct menu_text *text, const struct area *area, bool focused);
/* Takes the actions that move; false for others. */
bool menu_act(struct menu *menu, enum action action);
/* A click in row @y of its area. */
void menu_click(struct menu *menu, int y);
void menu_cursor(const struct menu *menu, int *ret_y, int *ret_x);
