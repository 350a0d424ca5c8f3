/* The present lesson and step, for the speaker's second terminal: a small file, which the explorer
 * writes anew at each step, and which that terminal watches.
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
 * After the blank line come the step's notes.  "over" in a line of its own says that the lesson is
 * played no more.  It is nsscope/notes in $XDG_RUNTIME_DIR or, without that, where the progress is
 * kept: readable by its user only, and written atomically (xdg_file.h).  It is hostile input as any.
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

/* Reports that @lesson is at @step; @over: it has ended.  A failure holds nothing up.
 * Returns 0, -ENOENT (no place for it) or another -errno. */
int presenter_notes_note(const struct lesson *lesson, size_t step, bool over);

/* Reads the report.  @ret_playing: to be ended with presenter_notes_done.
 * Returns 0, -ENOENT (no lesson was played so far), -EBADMSG (it is no such file) or another -errno. */
int presenter_notes_read(struct presenter_notes *ret_playing);
void presenter_notes_done(struct presenter_notes *presenter_notes); /* leaves it empty */

/* The same of any text.  Returns 0 or -EBADMSG. */
int presenter_notes_parse(const char *text, size_t len, struct presenter_notes *ret_playing);

/* A descriptor that is readable when the report may have changed, the caller's to close;
 * what is read from it means nothing.  Returns it, -ENOENT (no place) or another -errno. */
int presenter_notes_watch(void);
