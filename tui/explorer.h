/* The explorer: the panes, the focus, and what keys do to all of them.
 *
 * It reads no descriptor and no clock: loop.c does, and calls it.  Its files are explorer.c (panes, focus,
 * mouse, beginning and end), explorer_act.c (actions, settings, the command line, search),
 * explorer_paint.c, explorer_lesson.c (lessons, lab, shells) and explorer_output.c (clipboard, files,
 * manual pages).
 */
#pragma once

#include "tui/core/layout.h"
#include "tui/core/prompt.h"
#include "tui/core/screen.h"
#include "tui/subshell.h"
#include "tui/tui.h"
#include "tui/views/inspect_pane.h"
#include "tui/views/view_lab.h"
#include "tui/views/view_lesson.h"
#include "tui/views/views.h"

/* --- Panes: explorer.c --------------------------------------------------------------------------- */

/* A screen over all panes. */
enum overlay {
	OVERLAY_NONE,
	OVERLAY_HELP,
	OVERLAY_LIST,
	OVERLAY_STEPS,
	OVERLAY_SETTINGS,
	OVERLAY_COMMANDS,
	OVERLAY_COUNT
};

/* The views that the first pane can show.  One search and one filter hold for all of them
 * (live->options). */
enum main_view { MAIN_TREE, MAIN_TIMELINE, MAIN_COMPARE, MAIN_INSPECTOR, MAIN_COUNT };

struct panes {
	struct view *mains[MAIN_COUNT]; /* ui_state.main is one of them */
	struct view *detail;
	struct view *overlays[OVERLAY_COUNT]; /* NULL for OVERLAY_NONE */
	struct layout layout;
	enum overlay overlay;
	enum pane focus;
	bool detail_wanted;
};

struct mouse {
	bool on;
	uint64_t click_ms; /* time and place of the last click, to detect a double click */
	int click_y, click_x;
};

/* --- Actions: explorer_act.c --------------------------------------------------------------------- */

/* Places visited, to go back and forward again, as in a browser. */
enum { NAV_HISTORY_MAX = 64 };

struct nav_place {
	enum main_view main;
	enum grouping grouping;
	struct row_key key;
	bool has_key; /* something was selected */
};

struct nav_history {
	struct nav_place places[NAV_HISTORY_MAX + 1];
	size_t at;  /* the index of the present place */
	size_t end; /* the last place that forward leads to */
};

/* Saves @present before leaving it.  Drops the places ahead, and the oldest where there are too
 * many.  Saves the same place only once in a row. */
void nav_history_note(struct nav_history *nav_history, const struct nav_place *present);
/* Goes one back (@step -1) or forward (1).  Returns false where there is none. */
bool nav_history_step(struct nav_history *nav_history, int step, const struct nav_place *present,
    struct nav_place *ret_place);

/* Of all main views; live->options borrows them.  NULL for none. */
struct search {
	char *search, *filter;
	bool filters; /* the prompt asks for the filter */
};

/* The command line, while its prompt is open. */
struct command_line {
	enum overlay overlay; /* before the list of commands */
	unsigned places;      /* enum key_place: the place that the list was opened in */
	bool empty;           /* before the present key */
};

/* --- All of it ----------------------------------------------------------------------------------- */

/* What a prompt asks about. */
struct question {
	struct process_id process; /* to join the namespaces of; explorer_lesson.c */
	char *text;                /* of the prompt; NULL: it is static */
	char *path;                /* of a file to write; explorer_output.c */
};

struct explorer {
	const struct tui_options *options; /* borrowed */
	struct live *live;
	struct ui_state ui_state;
	struct inspect_pane inside; /* ui_state borrows it */
	struct panes panes;
	struct mouse mouse;
	struct lesson_view lesson;
	struct lab_view lab;
	struct subshell subshell;
	struct nav_history nav_history;
	struct search search;
	struct command_line command_line;
	struct settings settings;
	struct prompt prompt;
	struct question question;
	char *message; /* until the next key; NULL for none */
	bool welcome;  /* is shown until the first key */
	int tour;      /* the step of the tour (tour.h), 0 for none */
	bool quit;
	bool dirty; /* the screen has to be painted */
};

/* @live, @options: borrowed.  The screen must be open. */
void explorer_init(struct explorer *explorer, struct live *live, const struct tui_options *options);
void explorer_done(struct explorer *explorer);

/* --- For the loop --- */

/* Handles a key or mouse event. */
void explorer_press(struct explorer *explorer, const struct press *press);
/* Call it after the screen's size has changed. */
void explorer_resize(struct explorer *explorer);
/* Call it when live_step has changed something, and after reading the lesson's descriptors. */
void explorer_update(struct explorer *explorer);
void explorer_paint(struct explorer *explorer);

/* The actors' descriptors; and what to call when one of them is readable. */
size_t explorer_poll_actors(const struct explorer *explorer, struct pollfd *fds, size_t max);
void explorer_take_actors(struct explorer *explorer);
/* Call it when subshell_fd is readable. */
void explorer_take_shell(struct explorer *explorer);

/* Continues a lesson in autoplay when it is time. */
void explorer_tick(struct explorer *explorer);
/* Milliseconds until then, -1 for never. */
int explorer_tick_timeout(const struct explorer *explorer);

/* Inspects the namespaces on the screen, when that is due. */
void explorer_inspect(struct explorer *explorer);

/* --- For one another --- */

/* Shows @message, copied, in the bottom line until the next key; NULL takes it away. */
void explorer_say(struct explorer *explorer, const char *message);
void explorer_sayf(struct explorer *explorer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Is what was typed a yes? */
bool explorer_agreed(const struct explorer *explorer);

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane);
/* The view that gets the keys. */
struct view *explorer_focused_view(struct explorer *explorer);
enum key_place explorer_place(const struct explorer *explorer);
void explorer_focus_on(struct explorer *explorer, enum pane pane);
void explorer_set_overlay(struct explorer *explorer, enum overlay overlay);

void explorer_press_key(struct explorer *explorer, int typed);
/* Refuses, with a message, what needs the kernel while a snapshot or recording is shown.  Returns
 * whether it did. */
bool explorer_refuses(struct explorer *explorer);
/* Does a double click or Enter on the selected line: of a list that covers the panes, of the timeline.
 * Returns false where there is none. */
bool explorer_take_line(struct explorer *explorer);
struct view *explorer_new_settings(struct explorer *explorer);
/* Applies the settings that take effect at the start. */
void explorer_init_settings(struct explorer *explorer);

/* Is there a lesson or a lab at the side? */
bool explorer_has_side(const struct explorer *explorer);
/* The actors, which the views mark; valid until the next call to the lesson or the lab. */
const struct actor_ref *explorer_actors(struct explorer *explorer, size_t *ret_count);
/* Continues the lesson or the lab.  @answered: a scan that was demanded is shown. */
void explorer_pump(struct explorer *explorer, bool answered);
/* Open what the options ask for: a lesson; presenter mode, autoplay, the lab. */
void explorer_init_lesson(struct explorer *explorer);
void explorer_init_teaching(struct explorer *explorer);
void explorer_start_lesson(struct explorer *explorer); /* the one selected in the list */
void explorer_leave_lesson(struct explorer *explorer);
/* Which keys a question or a task waits for. */
void explorer_say_what_waits(struct explorer *explorer);
void explorer_open_lab(struct explorer *explorer);
void explorer_close_lab(struct explorer *explorer);
void explorer_toggle_presenter_mode(struct explorer *explorer);
void explorer_toggle_autoplay(struct explorer *explorer);
void explorer_change_pace(struct explorer *explorer, int step); /* seconds more or fewer */

/* Opens a shell in nsscope's own namespaces; in those of the lab's actor; asks whether to open one in
 * those of the selected process, or says why that is impossible. */
void explorer_open_shell_here(struct explorer *explorer);
void explorer_open_lab_shell(struct explorer *explorer);
void explorer_ask_join(struct explorer *explorer);
/* Prints in the learner's shell that the task is done. */
void explorer_report_solved(struct explorer *explorer);

/* Copy the id and the command line of the selection; both show a message. */
void explorer_copy_id(struct explorer *explorer);
void explorer_copy_command(struct explorer *explorer);
/* Shows the manual page of @type; NULL: of the selection. */
void explorer_open_page(struct explorer *explorer, const char *type);
/* Writes the screen or the graph to @path, by its suffix; asks for the path where it is empty. */
void explorer_write(struct explorer *explorer, const char *path);

/* Shows the welcome over the panes on the first start. */
void explorer_init_welcome(struct explorer *explorer);
