/* The explorer: the panes, the focus, and what keys do to all of them.
 *
 * It reads no descriptor and no clock: loop.c does, and calls it.
 */
#pragma once

#include "tui/core/layout.h"
#include "tui/core/prompt.h"
#include "tui/core/screen.h"
#include "tui/nav_history.h"
#include "tui/subshell.h"
#include "tui/tui.h"
#include "tui/views/view_commands.h"
#include "tui/views/view_compare.h"
#include "tui/views/view_detail.h"
#include "tui/views/view_help.h"
#include "tui/views/view_inspector.h"
#include "tui/views/view_lab.h"
#include "tui/views/view_lesson.h"
#include "tui/views/view_list.h"
#include "tui/views/view_settings.h"
#include "tui/views/view_steps.h"
#include "tui/views/view_timeline.h"
#include "tui/views/view_tree.h"

/* A screen over all panes. */
enum overlay {
	OVERLAY_NONE,
	OVERLAY_HELP,
	OVERLAY_LIST,
	OVERLAY_STEPS,
	OVERLAY_SETTINGS,
	OVERLAY_COMMANDS
};

/* The views that the first pane can show; struct explorer.mains has each.  One search and one
 * filter hold for all of them (live->options). */
enum main_view { MAIN_TREE, MAIN_TIMELINE, MAIN_COMPARE, MAIN_INSPECTOR, MAIN_COUNT };

/* What the prompt is open for. */
enum asking {
	ASKING_SEARCH,
	ASKING_FILTER,
	ASKING_COMMAND,
	ASKING_WRITE,
	ASKING_REPLACE,
	ASKING_JOIN
};

struct explorer {
	enum charset charset;
	struct live *live;
	struct ui_state ui_state;
	struct view *mains[MAIN_COUNT]; /* ui_state.main is one of them */
	struct tree_view tree;
	struct timeline_view timeline;
	struct compare_view compare;
	struct inspector_view inspector;
	struct detail_view detail;
	struct lesson_view lesson;
	struct lab_view lab;
	struct help_view help;
	struct list_view list;
	struct steps_view steps;
	struct settings_view settings;
	struct commands_view commands;
	enum overlay command_overlay; /* the overlay before the list of commands */
	unsigned command_places;      /* enum key_place: the place that the list was opened in */
	struct nav_history nav_history;
	struct process_id join; /* for ASKING_JOIN: the process and the question; NULL for none */
	char *join_question;
	char *write_path; /* for ASKING_REPLACE: the file; NULL for none */
	bool (*write_graph)(const struct graph *graph, const char *format, FILE *out);
	struct subshell subshell;
	struct layout layout;
	enum overlay overlay;
	enum pane focus;
	bool detail_wanted;
	bool mouse;
	bool no_color;
	void (*speak)(const char *language); /* see struct tui_options */
	bool welcome;                        /* is shown until the first key */
	bool quit;
	bool dirty;      /* the screen has to be painted */
	uint64_t now_ms; /* of the present turn of the loop */

	struct prompt prompt;
	enum asking asking;
	char *search, *filter; /* NULL for none */
	char *message;         /* until the next key; NULL for none */

	uint64_t click_ms; /* time and place of the last click, to detect a double click */
	int click_y, click_x;
};

/* @live: borrowed.  The screen must be open. */
void explorer_init(struct explorer *explorer, struct live *live, const struct tui_options *options);
void explorer_done(struct explorer *explorer);

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

/* Inspects the namespaces that the details show, when that is due. */
void explorer_inspect(struct explorer *explorer);
/* Milliseconds until then, -1 for never. */
int explorer_inspect_timeout(const struct explorer *explorer);
