/* Which step of which lesson somebody is at, told to the speaker's second terminal: a small file,
 * which the explorer writes anew at each step, and which is followed there.
 *
 *     nsscope notes 1
 *     lesson uts
 *     step 3 10
 *     title UTS: copy, then diverge
 *     here A calls itself `ns1`
 *     next What `B` sees
 *
 *     Ask who has renamed a server.
 *
 * Behind the blank line stand the step's notes.  "over" in a line of its own says that the lesson is
 * played no more.  It is nsscope/notes in $XDG_RUNTIME_DIR or, without that, where the progress is
 * kept: for nobody else, and whole or not there, as xdg_file.h has it.  It is hostile input as any.
 */
#pragma once

#include "lessons/script/lesson.h"

struct presenter_notes {
	char *lesson;
	char *title, *here, *next; /* prose with its marks, raw; NULL for none */
	char *notes;               /* raw; "" for none */
	size_t step, last;         /* from 0, the introduction */
	bool over;
};

/* Tells that @lesson is at @step; @over: no more.  Where it can't be told nobody is held up by that.
 * Returns 0, -ENOENT (no place for it) or another -errno. */
int presenter_notes_note(const struct lesson *lesson, size_t step, bool over);

/* Reads what is told.  @ret_playing: to be ended with presenter_notes_done.
 * Returns 0, -ENOENT (nobody has played so far), -EBADMSG (it is no such file) or another -errno. */
int presenter_notes_read(struct presenter_notes *ret_playing);
void presenter_notes_done(struct presenter_notes *presenter_notes); /* leaves it empty */

/* The same of any text.  Returns 0 or -EBADMSG. */
int presenter_notes_parse(const char *text, size_t len, struct presenter_notes *ret_playing);

/* A descriptor that is readable when something else may be told than before, the caller's to close;
 * what is read from it means nothing.  Returns it, -ENOENT (no place) or another -errno. */
int presenter_notes_watch(void);
