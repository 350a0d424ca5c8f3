/* The command line behind ":": everything that a key does, and what has no key, by name; and the list
 * above it of what may be typed.
 *
 * The commands follow from the table of keys: an action without a name of its own is found by its help.
 * Names are not translated, helps are; a search looks through both. */
#pragma once

#include "model/graph/graph.h"
#include "model/view/outline.h"
#include "tui/core/view.h"

/* A candidate: a line of the list above the command line. */
struct candidate {
	enum action action;
	char *text;           /* the complete command line; NULL: the action has no name */
	bool wants;           /* it is incomplete without an argument */
	bool takes;           /* it may have one */
	const char *keys;     /* msgid; NULL for none */
	const char *help;     /* msgid; NULL: see @what */
	char *what;           /* the destination, raw text */
	struct row_key where; /* ACTION_GO */
	int score;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

/* Lists the matches of @text, the best first; all commands where it is empty.
 * @places: enum key_place, where it was opened.  @graph: for numbers, or NULL. */
void candidates_make(
    struct candidates *candidates, const char *text, unsigned places, const struct graph *graph);
void candidates_done(struct candidates *candidates);

/* The argument in @text, behind the first blank; "" where there is none. */
const char *command_argument(const char *text);

/* --- The view --- */

struct view *commands_view_new(const struct ui_state *ui_state);
/* Lists the matches, see candidates_make; selects the first one. */
void commands_view_list(struct view *view, const char *text, unsigned places);
/* The selected one, NULL for none; valid until the next list. */
const struct candidate *commands_view_selected(const struct view *view);
