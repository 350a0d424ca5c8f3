/* The lab's pane, beside the tree: a form for the request, the same as a command and in C, and the
 * result. setns joins the namespaces of the process selected in the tree. */
#pragma once

#include "lessons/play/lab.h"
#include "tui/core/pager.h"
#include "tui/views/scene.h"

/* The items of the form, in the order of the keys. */
enum lab_item {
	LAB_ITEM_ACTOR,
	LAB_ITEM_WAY,
	LAB_ITEM_TYPE = LAB_ITEM_WAY + LAB_WAY_COUNT,
	LAB_ITEM_ROOT = LAB_ITEM_TYPE + NS_TYPE_COUNT,
	LAB_ITEM_COUNT,
};

/* The position of an item: line of the text, first column, width. */
struct lab_place {
	size_t line, col, cols;
};

struct lab_view {
	struct view view;
	struct pager pager;
	struct lab *lab; /* NULL: it is not open */
	size_t item;     /* enum lab_item, where the keys are */
	struct lab_place places[LAB_ITEM_COUNT];
	enum action requested; /* done as soon as the lab is ready; ACTION_NONE */
	bool asked;            /* a scan for the lab is under way */
	bool moved;            /* the keys moved since the last paint: makes the item visible */
	bool at_results;       /* the text is at the result of the last call */
	size_t painted;        /* the number of calls painted */
	size_t results;        /* the first line of the last call's results */
	struct scene scene;
};

/* @ui_state, @tree: borrowed. */
void lab_view_init(struct lab_view *view, const struct ui_state *ui_state, struct view *tree);
/* Starts a stage; fine when it is open. */
void lab_view_open(struct lab_view *view);
/* Ends the stage with its actors; fine when it isn't open. */
void lab_view_close(struct lab_view *view);

/* As lesson_view_actors. */
const struct actor_ref *lab_view_actors(struct lab_view *view, size_t *ret_count);
/* As lesson_view_pump; also takes the target of setns from the tree. */
bool lab_view_pump(struct lab_view *view, uint64_t now_ms);
/* As lesson_view_scan_shown. */
void lab_view_scan_shown(struct lab_view *view);

/* Selects or deselects the type with this digit. */
void lab_view_choose(struct lab_view *view, size_t type);
/* The namespaces for a shell of the actor that would make the call.  Returns 0 or -errno. */
int lab_view_shell_place(const struct lab_view *view, struct shell_place *ret_place);
