/* What the files of the explorer share: explorer.c (panes, focus, mouse, beginning and end), explorer_act.c
 * (actions, commands, the prompt), explorer_paint.c, explorer_lesson.c (lessons, lab, shells),
 * explorer_output.c (clipboard, files, manual pages) and explorer_settings.c. */
#pragma once

#include "tui/explorer.h"

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane);
/* The view that takes the keys. */
struct view *explorer_focused_view(struct explorer *explorer);
enum key_place explorer_place(const struct explorer *explorer);
/* Shows @message, copied, in the bottom line until the next key; NULL takes it away. */
void explorer_say(struct explorer *explorer, const char *message);

void explorer_focus_on(struct explorer *explorer, enum pane pane);
void explorer_set_overlay(struct explorer *explorer, enum overlay overlay);

/* The pane beside the main place: is there one, and whose it is. */
bool explorer_has_side(const struct explorer *explorer);
struct view *explorer_side_view(struct explorer *explorer);
/* Whom the views mark; valid until the lesson or the lab is told something. */
const struct cast_member *explorer_cast(struct explorer *explorer, size_t *ret_count);
void explorer_open_lab(struct explorer *explorer);
void explorer_close_lab(struct explorer *explorer);
void explorer_open_lab_shell(struct explorer *explorer);
/* Goes on with the lesson or the lab.  @answered: a scan that was demanded is shown. */
void explorer_pump(struct explorer *explorer, bool answered);

/* What the options say of teaching. */
void explorer_init_teaching(struct explorer *explorer, const struct tui_options *options);
/* Is it a key of the presenter's, wherever the focus is? */
bool explorer_is_presenters(const struct explorer *explorer, enum action action);
/* Takes what belongs to teaching; false for others. */
bool explorer_teach(struct explorer *explorer, enum action action);

/* Where somebody left it the lesson goes on, and says so. */
void explorer_resume_lesson(struct explorer *explorer);
void explorer_open_shell_here(struct explorer *explorer);
/* Tells the person in a shell that the task is done. */
void explorer_tell_shell(struct explorer *explorer);
void explorer_leave_lesson(struct explorer *explorer);
/* Is there a list in the place of the panes, and takes its selected line. */
bool explorer_has_list(const struct explorer *explorer);
void explorer_take_line(struct explorer *explorer);

/* A key while the prompt is open. */
void explorer_prompt_press(struct explorer *explorer, int key);

/* Makes the screen of the settings, and takes up what counts from the start. */
void explorer_init_settings(struct explorer *explorer, const struct tui_options *options);

/* Copy the id and the command line of what is selected; both say what became of it. */
void explorer_copy_id(struct explorer *explorer);
void explorer_copy_command(struct explorer *explorer);
/* Shows the manual page of @type, NULL: of what is selected. */
void explorer_open_page(struct explorer *explorer, const char *type);

void explorer_press_key(struct explorer *explorer, int key);

void explorer_take_command(struct explorer *explorer);

/* What needs the kernel is not done in the past nor in a recording: says so, and returns true there. */
bool explorer_refuses(struct explorer *explorer);
/* Is a line of the timeline selected, and goes to what it is of. */
bool explorer_has_event(const struct explorer *explorer);
void explorer_take_event(struct explorer *explorer);

/* Writes what is shown to @path, by its ending; asks for the path where it is empty. */
void explorer_write(struct explorer *explorer, const char *path);
/* A key while the prompt asks for that. */
void explorer_write_press(struct explorer *explorer, int key);

/* Asks whether a shell shall join the namespaces of the selected process, or says why it can't. */
void explorer_ask_join(struct explorer *explorer);
void explorer_join_press(struct explorer *explorer, int key);

/* Welcomes who is here for the first time, over the panes. */
void explorer_init_welcome(struct explorer *explorer, const struct tui_options *options);
