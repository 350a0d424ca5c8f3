/* The keys: one table gives the bar, the help screen and the action of a key.  What an action does is in the
 * view that takes it, or in the tables of tui/explorer_act.c.
 *
 * A key is an int: a Unicode code point as typed, control characters included; or one of curses'
 * KEY_ codes with KEY_FUNCTION added.  Without that a code would be taken for a letter: KEY_UP is
 * also U+0103.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { KEY_FUNCTION = 0x1000000 };

/* Where the focus is, so which keys work; a set of bits. */
enum key_place {
	PLACE_TREE = 1 << 0,
	PLACE_DETAIL = 1 << 1,
	PLACE_HELP = 1 << 2,
	PLACE_LESSON = 1 << 3,
	PLACE_LIST = 1 << 4,
	PLACE_STAGED = 1 << 5, /* the tree or the detail pane, while a lesson runs */
	PLACE_SETTINGS = 1 << 6,
	PLACE_LAB = 1 << 7,
	PLACE_TEXT_VIEW = 1 << 8, /* compare, inspector */
	PLACE_TIMELINE = 1 << 9,
};

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HALF_UP,
	ACTION_HALF_DOWN,
	ACTION_HOME,
	ACTION_END,
	ACTION_ENTER,
	ACTION_OPEN,
	ACTION_CLOSE,
	ACTION_UNFOLD,
	ACTION_FOLD,
	ACTION_UNFOLD_BELOW,
	ACTION_SEARCH,
	ACTION_NEXT_MATCH,
	ACTION_PREVIOUS_MATCH,
	ACTION_FILTER,
	ACTION_ESCAPE,
	ACTION_GROUP_PID,
	ACTION_GROUP_TYPE,
	ACTION_GROUP_OWNER,
	ACTION_GROUP_NS_GROUP,
	ACTION_MEMBERS, /* of a namespace of the selected process */
	ACTION_MARK,    /* for a comparison */
	ACTION_COMPARE,
	ACTION_INSPECTOR,
	ACTION_LOOK_AGAIN,
	ACTION_ORDER_NEXT, /* of groups: the next column */
	ACTION_ORDER_PREVIOUS,
	ACTION_ORDER_INVERT,
	ACTION_GROUP_NEXT,
	ACTION_FOCUS_NEXT,
	ACTION_FOCUS_PREVIOUS,
	ACTION_DETAIL,
	ACTION_KERNEL_THREADS,
	ACTION_FOLLOW,
	ACTION_FREEZE,
	ACTION_TIMELINE,
	ACTION_PAST_BACK,
	ACTION_PAST_FORTH,
	ACTION_PAST_MINUTE_BACK,
	ACTION_PAST_MINUTE_FORTH,
	ACTION_NOW,
	ACTION_MOUSE,
	ACTION_REDRAW,
	ACTION_LESSONS,
	ACTION_COMMAND,
	ACTION_GO, /* these two have no key */
	ACTION_SET,
	ACTION_NAV_BACK,
	ACTION_NAV_FORWARD,
	ACTION_JOIN,
	ACTION_WRITE,
	ACTION_COPY_ID,
	ACTION_COPY_COMMAND,
	ACTION_PAGE,
	ACTION_SETTINGS,
	ACTION_SETTING_NEXT,
	ACTION_SETTING_PREVIOUS,
	ACTION_HELP,
	ACTION_BACK,
	ACTION_LESSON_NEXT, /* always on */
	ACTION_LESSON_TAKE, /* takes the marked choice; else goes on */
	ACTION_LESSON_PAGE, /* reads on: the next page of the text, then on */
	ACTION_LESSON_HINT,
	ACTION_LESSON_SHELL,
	ACTION_PRESENT,
	ACTION_AUTO,
	ACTION_AUTO_SLOWER,
	ACTION_AUTO_FASTER,
	ACTION_LESSON_STEPS,
	ACTION_LESSON_PERMIT,
	ACTION_LESSON_BACK,
	ACTION_LESSON_RESET,
	ACTION_LAB,
	ACTION_LAB_TOGGLE, /* the item that the keys are on */
	ACTION_LAB_UNSHARE,
	ACTION_LAB_CLONE,
	ACTION_LAB_SETNS,
	ACTION_LAB_ROOT,
	ACTION_LAB_ACTOR,
	ACTION_LAB_DO,
	ACTION_LAB_END,
	ACTION_LAB_SHELL,
	ACTION_LAB_RESET,
	ACTION_SCROLL_UP,
	ACTION_SCROLL_DOWN,
	ACTION_CHOOSE, /* the digit says which one */
};

enum { KEY_CODES = 9 };

struct key_binding {
	enum action action;
	unsigned places;      /* enum key_place */
	int codes[KEY_CODES]; /* 0 ends them */
	const char *keys;     /* as they are shown: "F4 f" */
	const char *bar_key;  /* as the bar shows it, NULL: it is not in the bar */
	const char *label;    /* beside it in the bar, msgid */
	const char *help;     /* msgid */
};

/* The table, in the order in which help and bar show it. */
extern const struct key_binding key_table[];
extern const size_t key_table_count;

/* The key that was meant where a Chinese input method is on: the ASCII character of a full-width one (？ for ?), and
 * of the brackets and the comma on the same keys; any other key as it is.  For keys that act, not for text. */
int key_without_input_method(int key);

/* What @key does while @place has the focus; the first binding that fits. */
enum action key_action(enum key_place place, int key);

/* The first binding of @action in one of @places; NULL: it has no key there. */
const struct key_binding *key_binding_of(enum action action, unsigned places);

/* Defines the sequences that terminals send and terminfo lacks.  The screen must be open. */
void keys_define(void);
