/* The lab's pane, beside the tree: boxes for what is wished for, the same as a command and in C, and
 * what came of it.  Into whose namespaces setns leads is what is selected in the tree. */
#pragma once

#include "lessons/play/lab.h"
#include "tui/core/pager.h"
#include "tui/views/scene.h"

/* What can be picked, in the order in which the keys go through it. */
enum lab_item {
	LAB_ITEM_ACTOR,
	LAB_ITEM_WAY,
	LAB_ITEM_TYPE = LAB_ITEM_WAY + LAB_WAY_COUNT,
	LAB_ITEM_ROOT = LAB_ITEM_TYPE + NS_TYPE_COUNT,
	LAB_ITEM_COUNT,
};

/* Where it stands: in which line of the text, from which column on, how wide. */
struct lab_place {
	size_t line, col, cols;
};

struct lab_view {
	struct view view;
	struct pager pager;
	struct ui_state *ui_state;
	struct live *live; /* of the picture */
	struct tree_view *tree;
	struct lab *lab; /* NULL: it is not open */
	size_t item;     /* enum lab_item, where the keys are */
	struct lab_place places[LAB_ITEM_COUNT];
	enum action requested;      /* done as soon as the lab is ready; ACTION_NONE */
	bool asked;                 /* a scan for the lab is under way */
	bool arranged;              /* the tree's folds are the lab's */
	bool moved;                 /* the item was, since the last paint: it is to be in sight */
	bool led;                   /* the text stands at what came of the last deed */
	size_t told;                /* so many calls were painted */
	size_t results;             /* the line in which those of the last deed begin */
	struct cast_list cast;      /* as last asked for */
	struct folds *folds_before; /* the tree's, while the lab has its own */
};

/* @ui_state, @tree: borrowed. */
void lab_view_init(struct lab_view *view, struct ui_state *ui_state, struct tree_view *tree);
/* Begins with a stage; fine when it is open. */
void lab_view_open(struct lab_view *view);
/* Ends all that was made; fine when it isn't open. */
void lab_view_close(struct lab_view *view);
bool lab_view_running(const struct lab_view *view);

/* As lesson_view_cast. */
const struct cast_member *lab_view_cast(struct lab_view *view, size_t *ret_count);
/* As lesson_view_pump, and takes up what is selected in the tree. */
bool lab_view_pump(struct lab_view *view, uint64_t now_ms);
/* As lesson_view_scan_shown. */
void lab_view_scan_shown(struct lab_view *view);

/* Picks the type with this digit, or takes it back. */
void lab_view_choose(struct lab_view *view, size_t type);
/* Where the shell of the actor who would act stands.  Returns 0 or -errno. */
int lab_view_shell_place(const struct lab_view *view, struct shell_place *ret_place);
