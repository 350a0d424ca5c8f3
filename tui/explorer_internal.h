/* What the files of the explorer share: explorer.c (panes, focus, mouse, beginning and end), explorer_act.c
 * (actions, commands, the prompt), explorer_paint.c, explorer_lesson.c (lessons, lab, shells),
 * explorer_output.c (clipboard, files, manual pages) and explorer_settings.c. */
#pragma once

#include "tui/explorer.h"

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane);
/* The view that gets the keys. */
struct view *explorer_focused_view(struct explorer *explorer);
enum key_place explorer_place(const struct explorer *explorer);
/* Shows @message, copied, in the bottom line until the next key; NULL takes it away. */
void explorer_say(struct explorer *explorer, const char *message);

void explorer_focus_on(struct explorer *explorer, enum pane pane);
void explorer_set_overlay(struct explorer *explorer, enum overlay overlay);

/* The side pane: is there one, and its view. */
bool explorer_has_side(const struct explorer *explorer);
struct view *explorer_side_view(struct explorer *explorer);
/* The actors, which the views mark; valid until the next call to the lesson or the lab. */
const struct cast_member *explorer_actors(struct explorer *explorer, size_t *ret_count);
void explorer_open_lab(struct explorer *explorer);
void explorer_close_lab(struct explorer *explorer);
void explorer_open_lab_shell(struct explorer *explorer);
/* Continues the lesson or the lab.  @answered: a scan that was demanded is shown. */
void explorer_pump(struct explorer *explorer, bool answered);

/* Applies the options for teaching. */
void explorer_init_teaching(struct explorer *explorer, const struct tui_options *options);
/* Does @action belong to presenter mode, wherever the focus is? */
bool explorer_is_presenters(const struct explorer *explorer, enum action action);
/* Handles actions of presenter mode and autoplay; false for others. */
bool explorer_teach(struct explorer *explorer, enum action action);

/* Resumes the lesson at the saved step, and says so. */
void explorer_resume_lesson(struct explorer *explorer);
void explorer_open_shell_here(struct explorer *explorer);
/* Prints in the learner's shell that the task is done. */
void explorer_report_solved(struct explorer *explorer);
void explorer_leave_lesson(struct explorer *explorer);
/* Does a list cover the panes? Activates its selected line. */
bool explorer_has_list(const struct explorer *explorer);
void explorer_take_line(struct explorer *explorer);

/* A key while the prompt is open. */
void explorer_prompt_press(struct explorer *explorer, int key);

/* Makes the settings screen, and applies the settings that take effect at the start. */
void explorer_init_settings(struct explorer *explorer, const struct tui_options *options);

/* Copy the id and the command line of the selection; both show a message. */
void explorer_copy_id(struct explorer *explorer);
void explorer_copy_command(struct explorer *explorer);
/* Shows the manual page of @type; NULL: of the selection. */
void explorer_open_page(struct explorer *explorer, const char *type);

void explorer_press_key(struct explorer *explorer, int key);

void explorer_take_command(struct explorer *explorer);

/* Refuses, with a message, what needs the kernel while a snapshot or recording is shown.  Returns
 * whether it did. */
bool explorer_refuses(struct explorer *explorer);
/* Is a line of the timeline selected? Goes to its process or namespace. */
bool explorer_has_event(const struct explorer *explorer);
void explorer_take_event(struct explorer *explorer);

/* Writes the screen or the graph to @path, by its suffix; asks for the path where it is empty. */
void explorer_write(struct explorer *explorer, const char *path);
/* A key while that prompt is open. */
void explorer_write_press(struct explorer *explorer, int key);

/* Asks whether to open a shell in the namespaces of the selected process, or says why that is
 * impossible. */
void explorer_ask_join(struct explorer *explorer);
void explorer_join_press(struct explorer *explorer, int key);

/* Shows the welcome over the panes on the first start. */
void explorer_init_welcome(struct explorer *explorer, const struct tui_options *options);
