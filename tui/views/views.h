/* The views, a file each, but for the lesson and the lab.  view_free frees them.
 * @ui_state: borrowed, with its live.  @view: of the function that made it.
 */
#pragma once

#include "model/view/settings.h"
#include "tui/core/view.h"

/* --- Main views ---------------------------------------------------------------------------------- */

/* The tree: the rows of the outline, one of them selected. */
struct view *tree_view_new(const struct ui_state *ui_state);
/* Selects row @at and makes its parent row visible, too, where both fit. */
void tree_view_present(struct view *view, uint32_t at);
/* Selects row @at and scrolls it to the top, with room for the rows below it. */
void tree_view_lead(struct view *view, uint32_t at);

/* The timeline: events, newest first, a line each. */
struct view *timeline_view_new(const struct ui_state *ui_state);
/* The selected entry, NULL for none.  Borrowed until the next scan or snapshot. */
const struct timeline_entry *timeline_view_event(const struct view *view);

/* Compare: the two marked processes, type by type, and what each of them can see of the other. */
struct view *compare_view_new(const struct ui_state *ui_state);

/* The inspector: all that is known of one process, group or namespace, what is inside, and what holds
 * it.  It stays on its subject while the machine changes. */
struct view *inspector_view_new(const struct ui_state *ui_state);

/* --- Beside them --------------------------------------------------------------------------------- */

/* The detail pane: all that is known of the selection of the main view. */
struct view *detail_view_new(const struct ui_state *ui_state);

/* --- Over all panes ------------------------------------------------------------------------------ */

/* The help screen, made from the key table. */
struct view *help_view_new(const struct ui_state *ui_state);
/* Begins with the legend of @about and the keys that work in @place.  Makes the text again: the language
 * may be another one. */
void help_view_about(struct view *view, const struct view *about, enum key_place place);

/* The list of the lessons.  @folder: of the user's own, see library.h; borrowed, may be NULL. */
struct view *list_view_new(const struct ui_state *ui_state, const char *folder);
/* Reads the lessons, in the language of the messages, and the saved progress. */
void list_view_load(struct view *view);
/* Takes the selected lesson; the caller frees it.  NULL where there is none. */
struct lesson *list_view_take(struct view *view);

/* The settings screen: a line for each setting, and for each word of a set.
 * @settings: the present ones; outlives the view, which changes them.
 * @changed: called with @data when the user has changed one. */
struct view *settings_view_new(const struct ui_state *ui_state, struct settings *settings,
    void (*changed)(void *data, enum settings_key key), void *data);
/* Saves the present value of @key in the user's file, where there is a place for one.
 * Returns 0 or -errno; *@ret_path: the file, NULL for none, borrowed. */
int settings_view_save(const struct view *view, enum settings_key key, const char **ret_path);
