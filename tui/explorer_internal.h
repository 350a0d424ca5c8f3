/* What the parts of the explorer share: explorer.c (panes, focus, beginning and end), explorer_act.c
 * (keys), explorer_mouse.c, explorer_paint.c, and one file for each thing that it can do. */
#pragma once

#include "tui/explorer.h"

struct view *explorer_pane_view(struct explorer *explorer, enum pane pane);
/* The view that takes the keys. */
struct view *explorer_focused_view(struct explorer *explorer);
enum key_place explorer_place(const struct explorer *explorer);
/* Shows @message, copied, in the bottom line until the next key; NULL takes it away. */
void explorer_say(struct explorer *explorer, const char *message);

/* Shows @main; what was selected stays so where it is in there too. */
void explorer_set_main(struct explorer *explorer, enum main_view main);
/* Goes to the tree, to the row of what @key is about.  False where it has none. */
bool explorer_go_to(struct explorer *explorer, const struct row_key *key);

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
/* Presenter mode on or off. */
void explorer_present(struct explorer *explorer, bool presents);
/* Is it a key of the presenter's, wherever the focus is? */
bool explorer_is_presenters(const struct explorer *explorer, enum action action);
/* Goes on by itself every @seconds; 0: no longer. */
void explorer_set_pace(struct explorer *explorer, unsigned seconds);
/* Takes what belongs to teaching; false for others. */
bool explorer_teach(struct explorer *explorer, enum action action);

/* Where somebody left it the lesson goes on, and says so. */
void explorer_resume_lesson(struct explorer *explorer);
/* Opens a shell for the person: in the namespaces of an actor, or right here. */
void explorer_open_shell(struct explorer *explorer, const struct shell_place *place);
void explorer_open_shell_here(struct explorer *explorer);
/* Tells the person in a shell that the task is done. */
void explorer_tell_shell(struct explorer *explorer);
void explorer_leave_lesson(struct explorer *explorer);
/* Is there a list in the place of the panes, and takes its selected line. */
bool explorer_has_list(const struct explorer *explorer);
void explorer_take_line(struct explorer *explorer);

void explorer_open_prompt(struct explorer *explorer, enum asking asking);
/* A key while the prompt is open. */
void explorer_prompt_press(struct explorer *explorer, int key);
void explorer_next_match(struct explorer *explorer, enum search_step step);
/* Returns false where there was neither search nor filter. */
bool explorer_clear_texts(struct explorer *explorer);

/* Makes the screen of the settings, and takes up what counts from the start. */
void explorer_init_settings(struct explorer *explorer, const struct tui_options *options);
/* Does what the setting now says. */
void explorer_take_setting(struct explorer *explorer, enum settings_key key);

/* Marks what is selected for a comparison, or takes the mark away; says what became of it. */
void explorer_mark(struct explorer *explorer);

/* Copy the id and the command line of what is selected; both say what became of it. */
void explorer_copy_id(struct explorer *explorer);
void explorer_copy_command(struct explorer *explorer);
/* Shows the manual page of @type, NULL: of what is selected. */
void explorer_open_page(struct explorer *explorer, const char *type);

void explorer_press_key(struct explorer *explorer, int key);
void explorer_press_mouse(struct explorer *explorer, const struct press *press);

/* Does what @action says, as its key would where the focus is or in the main place. */
void explorer_do(struct explorer *explorer, enum action action);
/* Searches or filters for @text as if it had been typed; opens the prompt where it is empty. */
void explorer_ask(struct explorer *explorer, enum asking asking, const char *text);

/* The command line: opened, a key in it, and its selected line taken. */
void explorer_open_commands(struct explorer *explorer);
void explorer_command_press(struct explorer *explorer, int key);
void explorer_take_command(struct explorer *explorer);

/* To be called before something leads away from what is selected now. */
void explorer_note_place(struct explorer *explorer);
void explorer_step_nav_history(struct explorer *explorer, int step);

/* One step in time. */
void explorer_time_travel(struct explorer *explorer, enum time_travel_step step);
/* What needs the kernel is not done in the past nor in a recording: says so, and returns true there. */
bool explorer_refuses(struct explorer *explorer);
/* Back to now; false where it is now, or in a recording. */
bool explorer_leave_past(struct explorer *explorer);
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
void explorer_paint_welcome(const struct explorer *explorer);
