#include "tui/core/keys.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <curses.h>

#define FN(code)  (KEY_FUNCTION | (code))
#define CTRL(key) ((key)&0x1f)

enum {
	PLACE_PANES = PLACE_TREE | PLACE_TIMELINE | PLACE_DETAIL | PLACE_STAGED | PLACE_TEXT_VIEW,
	PLACE_ROWS = PLACE_TREE | PLACE_STAGED | PLACE_TEXT_VIEW,
	PLACE_LOOKING =
	    PLACE_TREE | PLACE_TIMELINE | PLACE_DETAIL | PLACE_TEXT_VIEW, /* no lesson runs */
	PLACE_SCREENS = PLACE_PANES | PLACE_LESSON | PLACE_LAB,
	PLACE_TEXT = PLACE_DETAIL | PLACE_HELP,
	PLACE_ALL = PLACE_SCREENS | PLACE_HELP | PLACE_LIST | PLACE_SETTINGS,
};

const struct key_binding key_table[] = {
    {ACTION_HELP, PLACE_ALL, {FN(KEY_F(1)), '?'}, "F1 ?", "F1", N_("Help"), N_("this help")},

    /* The lesson's own keys come before those of the tree, which they replace. */
    {ACTION_LESSON_PAGE, PLACE_LESSON | PLACE_STAGED, {' '}, N_("Space"), N_("Space"), N_("Next"),
        N_("scroll; at the end of the text, continue")},
    {ACTION_LESSON_NEXT, PLACE_LESSON, {'n'}, "n", NULL, NULL, N_("continue")},
    {ACTION_LESSON_TAKE, PLACE_LESSON, {'\r', '\n', FN(KEY_ENTER)}, N_("Enter"), NULL, NULL,
        N_("take the choice that is marked; else go on")},
    {ACTION_CHOOSE, PLACE_LESSON, {'1', '2', '3', '4', '5', '6', '7', '8', '9'}, "1-9", NULL, NULL,
        N_("answer the question")},
    {ACTION_PAGE_DOWN, PLACE_LESSON, {FN(KEY_NPAGE), CTRL('F')}, "PgDn Ctrl-F", NULL, NULL,
        N_("a page down; at a question, show the answer")},
    {ACTION_LESSON_HINT, PLACE_LESSON, {'h'}, "h", NULL, NULL,
        N_("in a task: the next hint; after the last one, the solution")},
    {ACTION_LESSON_SHELL, PLACE_LESSON, {'!'}, "!", "!", N_("Shell"),
        N_("a shell right here, or in tmux beside it: nsscope goes on watching")},
    {ACTION_LESSON_STEPS, PLACE_LESSON, {'s'}, "s", "s", N_("Steps"),
        N_("the list of the steps, to go to one of them")},
    {ACTION_LESSON_PERMIT, PLACE_LESSON, {'y'}, "y", NULL, NULL,
        N_("yes: let a lesson that is none of nsscope's own run lines of a shell")},
    {ACTION_LESSON_BACK, PLACE_LESSON, {'b', FN(KEY_BACKSPACE), 0x7f, '\b'}, N_("b Backspace"), "b",
        N_("Back"), N_("back to the step before; its calls are made again")},
    {ACTION_LESSON_RESET, PLACE_LESSON, {'R'}, "R", "R", N_("Reset"),
        N_("from the beginning, with a new stage")},
    {ACTION_PRESENT, PLACE_LESSON | PLACE_STAGED, {'P'}, "P", NULL, NULL,
        N_("presenter mode, on or off: wider spacing, and PageDown or a clicker continues")},
    {ACTION_AUTO, PLACE_LESSON | PLACE_STAGED, {'A'}, "A", NULL, NULL,
        N_("let the lesson go on by itself, or not")},
    {ACTION_AUTO_SLOWER, PLACE_LESSON, {'+', '='}, "+", NULL, NULL,
        N_("by itself: a second more for each part")},
    {ACTION_AUTO_FASTER, PLACE_LESSON, {'-'}, "-", NULL, NULL, N_("a second less")},
    {ACTION_SCROLL_UP, PLACE_LESSON | PLACE_STAGED, {'['}, "[", NULL, NULL,
        N_("scroll the text up")},
    {ACTION_SCROLL_DOWN, PLACE_LESSON | PLACE_STAGED, {']'}, "]", NULL, NULL,
        N_("scroll the text down")},

    /* The lab's. */
    {ACTION_LAB_DO, PLACE_LAB, {'\r', '\n', FN(KEY_ENTER)}, N_("Enter"), N_("Enter"), N_("Run"),
        N_("run what is chosen")},
    {ACTION_LAB_TOGGLE, PLACE_LAB, {' '}, N_("Space"), N_("Space"), N_("Pick"),
        N_("toggle what is under the cursor")},
    {ACTION_CHOOSE, PLACE_LAB, {'1', '2', '3', '4', '5', '6', '7', '8'}, "1-8", "1-8", N_("Type"),
        N_("toggle the type of namespace")},
    {ACTION_LAB_UNSHARE, PLACE_LAB, {'u'}, "u", NULL, NULL,
        N_("unshare: the actor leaves for new namespaces")},
    {ACTION_LAB_CLONE, PLACE_LAB, {'c'}, "c", NULL, NULL,
        N_("clone: the actor gets a child in new namespaces")},
    {ACTION_LAB_SETNS, PLACE_LAB, {'s'}, "s", NULL, NULL,
        N_("setns: the actor joins namespaces of the process that is selected in the tree")},
    {ACTION_LAB_ROOT, PLACE_LAB, {'r'}, "r", NULL, NULL,
        N_("the creator of a user namespace is root in it, or nobody")},
    {ACTION_LAB_ACTOR, PLACE_LAB, {'a'}, "a", "a", N_("Actor"), N_("the next actor does it")},
    {ACTION_LAB_SHELL, PLACE_LAB, {'!'}, "!", "!", N_("Shell"),
        N_("a shell in the namespaces of the actor; in tmux beside it")},
    {ACTION_LAB_END, PLACE_LAB, {'e'}, "e", "e", N_("End"), N_("the actor ends")},
    {ACTION_LAB_RESET, PLACE_LAB, {'X'}, "X", "X", N_("Clear"),
        N_("everything that was made is gone, and the lab begins anew")},
    {ACTION_UP, PLACE_LAB, {FN(KEY_LEFT), 'h'}, N_("Left h"), NULL, NULL, N_("the box before")},
    {ACTION_DOWN, PLACE_LAB, {FN(KEY_RIGHT), 'l'}, N_("Right l"), NULL, NULL, N_("the next box")},

    {ACTION_UP, PLACE_ALL, {FN(KEY_UP), 'k', CTRL('P')}, N_("Up k"), NULL, NULL, N_("up")},
    {ACTION_DOWN, PLACE_ALL, {FN(KEY_DOWN), 'j', CTRL('N')}, N_("Down j"), NULL, NULL, N_("down")},
    {ACTION_PAGE_UP, PLACE_ALL, {FN(KEY_PPAGE), CTRL('B')}, "PgUp Ctrl-B", NULL, NULL,
        N_("a page up")},
    {ACTION_PAGE_DOWN, PLACE_ALL, {FN(KEY_NPAGE), CTRL('F')}, "PgDn Ctrl-F", NULL, NULL,
        N_("a page down")},
    {ACTION_PAGE_DOWN, PLACE_TEXT, {' '}, N_("Space"), NULL, NULL, N_("text: a page down")},
    {ACTION_HALF_UP, PLACE_ALL, {CTRL('U')}, "Ctrl-U", NULL, NULL, N_("half a page up")},
    {ACTION_HALF_DOWN, PLACE_ALL, {CTRL('D')}, "Ctrl-D", NULL, NULL, N_("half a page down")},
    {ACTION_HOME, PLACE_ALL, {FN(KEY_HOME), 'g', FN(KEY_FIND)}, "Home g", NULL, NULL,
        N_("to the top")},
    {ACTION_END, PLACE_ALL, {FN(KEY_END), 'G', FN(KEY_SELECT)}, "End G", NULL, NULL,
        N_("to the end")},

    {ACTION_ENTER, PLACE_LIST, {'\r', '\n', FN(KEY_ENTER)}, N_("Enter"), N_("Enter"), N_("Open"),
        N_("open what is selected")},
    {ACTION_ENTER, PLACE_ROWS, {'\r', '\n', FN(KEY_ENTER)}, N_("Enter"), NULL, NULL,
        N_("fold or unfold the row; if nothing is below it, show its details")},
    {ACTION_ENTER, PLACE_TIMELINE, {'\r', '\n', FN(KEY_ENTER)}, N_("Enter"), N_("Enter"),
        N_("Go to"), N_("timeline: to what the line is of, going back in time where that is gone")},
    {ACTION_OPEN, PLACE_ROWS, {FN(KEY_RIGHT), 'l'}, N_("Right l"), NULL, NULL,
        N_("unfold the row, then go to the first row below it")},
    {ACTION_CLOSE, PLACE_ROWS, {FN(KEY_LEFT), 'h'}, N_("Left h"), NULL, NULL,
        N_("fold the row, or go to its parent")},
    {ACTION_UNFOLD, PLACE_TIMELINE, {'+', '='}, "+", "+ -", N_("Each"),
        N_("timeline: a line for each process")},
    {ACTION_FOLD, PLACE_TIMELINE, {'-'}, "-", NULL, NULL,
        N_("timeline: count processes that only start or exit")},
    {ACTION_UNFOLD, PLACE_ROWS, {'+', '='}, "+", NULL, NULL, N_("unfold the row")},
    {ACTION_FOLD, PLACE_ROWS, {'-'}, "-", NULL, NULL, N_("fold the row")},
    {ACTION_UNFOLD_BELOW, PLACE_ROWS, {'*'}, "*", NULL, NULL,
        N_("unfold all that is below the row")},

    {ACTION_SEARCH, PLACE_PANES, {'/', FN(KEY_F(3))}, "F3 /", "/", N_("Search"),
        N_("search, and highlight what is found")},
    {ACTION_NEXT_MATCH, PLACE_PANES, {'n'}, "n", NULL, NULL, N_("to the next one found")},
    {ACTION_PREVIOUS_MATCH, PLACE_PANES, {'N'}, "N", NULL, NULL, N_("to the one found before")},
    {ACTION_FILTER, PLACE_PANES, {FN(KEY_F(4)), 'f'}, "F4 f", "F4", N_("Filter"),
        N_("show only the rows with a text in them")},
    {ACTION_ESCAPE, PLACE_HELP | PLACE_LIST | PLACE_SETTINGS | PLACE_TEXT_VIEW | PLACE_TIMELINE,
        {0x1b}, "Esc", "Esc", N_("Back"),
        N_("clear search and filter; else back to where you came from")},
    {ACTION_ESCAPE, PLACE_ALL, {0x1b}, "Esc", NULL, NULL,
        N_("clear search and filter; else one level back")},

    {ACTION_GROUP_NEXT, PLACE_PANES, {FN(KEY_F(5)), 't'}, "F5 t", "F5", N_("Group"),
        N_("the next grouping")},
    {ACTION_GROUP_PID, PLACE_PANES, {'1'}, "1", NULL, NULL, N_("group by PID namespace")},
    {ACTION_GROUP_TYPE, PLACE_PANES, {'2'}, "2", NULL, NULL, N_("group by type and namespace")},
    {ACTION_GROUP_OWNER, PLACE_PANES, {'3'}, "3", NULL, NULL,
        N_("group by owner: user namespaces and what they own")},
    {ACTION_GROUP_NS_GROUP, PLACE_PANES, {'4'}, "4", NULL, NULL,
        N_("groups: processes with the same eight namespaces")},
    {ACTION_COMPARE, PLACE_PANES, {'5'}, "5", NULL, NULL,
        N_("compare the two processes that are marked")},
    {ACTION_INSPECTOR, PLACE_PANES, {'7'}, "7", "7", N_("Inspect"),
        N_("inspect: everything known about the selected row, what is inside, and what holds it")},
    {ACTION_MEMBERS, PLACE_PANES, {'i'}, "i", NULL, NULL,
        N_("the members of a namespace of the selected process: i n for net, i U for uts; ( goes "
           "back")},
    {ACTION_MARK, PLACE_TREE, {' '}, N_("Space"), NULL, NULL,
        N_("mark the process for a comparison (5), or unmark it")},
    {ACTION_LOOK_AGAIN, PLACE_TEXT_VIEW, {'r', CTRL('R')}, "r", "r", N_("Refresh"),
        N_("compare, inspect: read the namespaces again now")},
    {ACTION_ORDER_NEXT, PLACE_TREE | PLACE_DETAIL, {'>', FN(KEY_F(6))}, "F6 >", NULL, NULL,
        N_("groups: order by the next column")},
    {ACTION_ORDER_PREVIOUS, PLACE_TREE | PLACE_DETAIL, {'<'}, "<", NULL, NULL,
        N_("groups: order by the column before")},
    {ACTION_ORDER_INVERT, PLACE_TREE | PLACE_DETAIL, {'I'}, "I", NULL, NULL,
        N_("groups: reverse the order")},
    {ACTION_LESSONS, PLACE_LOOKING, {'L'}, "L", "L", N_("Lessons"), N_("the list of lessons")},
    {ACTION_LAB, PLACE_PANES, {'8'}, "8", "8", N_("Lab"),
        N_("the lab: make and join namespaces, and see what happens")},
    {ACTION_FREEZE, PLACE_SCREENS, {'p', 'Z'}, "p Z", "p", N_("Freeze"),
        N_("freeze the view, or continue")},
    {ACTION_DETAIL, PLACE_PANES, {'d'}, "d", "d", N_("Details"),
        N_("show or hide the detail pane")},
    {ACTION_COMMAND, PLACE_ALL, {':'}, ":", ":", N_("Command"),
        N_("all commands by name; a number goes to that PID or inode")},
    {ACTION_NAV_BACK, PLACE_PANES, {'(', CTRL('O')}, "( Ctrl-O", NULL, NULL,
        N_("back to where you were before a jump, a search or another grouping")},
    {ACTION_NAV_FORWARD, PLACE_PANES, {')'}, ")", NULL, NULL, N_("forward again")},
    {ACTION_COPY_ID, PLACE_PANES, {'y'}, "y", NULL, NULL,
        N_("copy the id of the selected process or namespace to the terminal's clipboard")},
    {ACTION_COPY_COMMAND, PLACE_PANES, {'Y'}, "Y", NULL, NULL,
        N_("copy the command line of the selected process")},
    {ACTION_JOIN, PLACE_PANES, {'!'}, "!", NULL, NULL,
        N_("a shell in the namespaces of the selected process; asks first, and ends with all that "
           "it started")},
    {ACTION_WRITE, PLACE_PANES, {'w'}, "w", NULL, NULL,
        N_("write a file: the screen (.txt, .svg) or all that is known (.json, .dot)")},
    {ACTION_PAGE, PLACE_PANES, {'M'}, "M", NULL, NULL,
        N_("the manual page of the selected type, as uts_namespaces(7)")},
    {ACTION_SETTING_NEXT, PLACE_SETTINGS, {'\r', '\n', FN(KEY_ENTER), ' ', FN(KEY_RIGHT), 'l'},
        N_("Enter Right l"), N_("Enter"), N_("Change"), N_("a setting: the next value")},
    {ACTION_SETTING_PREVIOUS, PLACE_SETTINGS, {FN(KEY_LEFT), 'h'}, N_("Left h"), N_("Left"),
        N_("Back"), N_("a setting: the value before")},
    {ACTION_SETTINGS, PLACE_PANES, {FN(KEY_F(2)), 'S'}, "F2 S", "F2", N_("Settings"),
        N_("the settings, which are saved")},
    {ACTION_TIMELINE, PLACE_LOOKING, {'6'}, "6", NULL, NULL,
        N_("the timeline: what happened, the newest first")},
    {ACTION_PAST_BACK, PLACE_LOOKING, {'['}, "[", "[ ]", N_("History"),
        N_("back in time, to the snapshot before: the last ten minutes, in at most 64 MB")},
    {ACTION_PAST_FORTH, PLACE_LOOKING, {']'}, "]", NULL, NULL,
        N_("forward in time, to the snapshot after")},
    {ACTION_PAST_MINUTE_BACK, PLACE_LOOKING, {'{'}, "{", NULL, NULL, N_("back by a minute")},
    {ACTION_PAST_MINUTE_FORTH, PLACE_LOOKING, {'}'}, "}", NULL, NULL, N_("forward by a minute")},
    {ACTION_NOW, PLACE_LOOKING, {'0'}, "0", NULL, NULL,
        N_("back to now; in a recording, to its end")},
    {ACTION_FOCUS_NEXT, PLACE_SCREENS, {'\t'}, "Tab", "Tab", N_("Pane"), N_("to the next pane")},
    {ACTION_FOCUS_PREVIOUS, PLACE_SCREENS, {FN(KEY_BTAB)}, N_("Shift-Tab"), NULL, NULL,
        N_("to the pane before")},
    {ACTION_KERNEL_THREADS, PLACE_PANES, {'K'}, "K", NULL, NULL,
        N_("show or hide the kernel's threads")},
    {ACTION_FOLLOW, PLACE_PANES, {'F'}, "F", NULL, NULL,
        N_("follow the selected process when it moves to another namespace")},
    {ACTION_MOUSE, PLACE_SCREENS | PLACE_HELP, {'m'}, "m", NULL, NULL,
        N_("mouse on or off; off, the terminal can select and copy")},
    {ACTION_REDRAW, PLACE_ALL, {CTRL('L')}, "Ctrl-L", NULL, NULL, N_("draw the screen anew")},
    {ACTION_BACK, PLACE_ALL, {FN(KEY_F(10)), 'q'}, "F10 q", "q", N_("Quit"),
        N_("one level back from help or a lesson; else quit (Ctrl-C: at once)")},
};
const size_t key_table_count = array_len(key_table);

int key_without_input_method(int key)
{
	enum { FULL_WIDTH_FIRST = 0xff01, FULL_WIDTH_LAST = 0xff5e, FULL_WIDTH_SPACE = 0x3000 };
	static const struct {
		int typed, meant;
	} others[] = {{FULL_WIDTH_SPACE, ' '}, {0x3001 /* 、 */, '/'}, {0x3002 /* 。 */, '.'},
	    {0x300a /* 《 */, '<'}, {0x300b /* 》 */, '>'}, {0x3010 /* 【 */, '['},
	    {0x3011 /* 】 */, ']'}, {0x300c /* 「 */, '{'}, {0x300d /* 」 */, '}'}};

	if (key >= FULL_WIDTH_FIRST && key <= FULL_WIDTH_LAST)
		return key - FULL_WIDTH_FIRST + '!';
	for (size_t i = 0; i < array_len(others); i++) {
		if (others[i].typed == key)
			return others[i].meant;
	}
	return key;
}

enum action key_action(enum key_place place, int key)
{
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		if (!(binding->places & place))
			continue;
		for (size_t c = 0; c < KEY_CODES && binding->codes[c] != 0; c++) {
			if (binding->codes[c] == key)
				return binding->action;
		}
	}
	return ACTION_NONE;
}

const struct key_binding *key_binding_of(enum action action, unsigned places)
{
	for (size_t i = 0; i < key_table_count; i++) {
		if (key_table[i].action == action && (key_table[i].places & places))
			return &key_table[i];
	}
	return NULL;
}

void keys_define(void)
{
	static const struct {
		const char *sequence;
		int code;
	} extra[] = {
	    {"\033[1~", KEY_HOME}, /* tmux, the Linux console; terminfo's xterm knows \EOH only */
	    {"\033[4~", KEY_END},
	    {"\033[7~", KEY_HOME}, /* rxvt */
	    {"\033[8~", KEY_END},
	    {"\033[H", KEY_HOME}, /* where keypad_xmit was not taken up */
	    {"\033[F", KEY_END},
	    {"\033OH", KEY_HOME},
	    {"\033OF", KEY_END},
	    {"\033[A", KEY_UP},
	    {"\033[B", KEY_DOWN},
	    {"\033[C", KEY_RIGHT},
	    {"\033[D", KEY_LEFT},
	    {"\033[5~", KEY_PPAGE},
	    {"\033[6~", KEY_NPAGE},
	    {"\033[Z", KEY_BTAB},
	};

	for (size_t i = 0; i < array_len(extra); i++) {
		/* 0: not known, and no part of a known one.  define_key(3x) */
		if (key_defined(extra[i].sequence) == 0)
			define_key(extra[i].sequence, extra[i].code);
	}
}
