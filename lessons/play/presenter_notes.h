/* The present lesson and step, for the speaker's second terminal: a small file, which the explorer
 * writes anew at each step, and which that terminal watches.
 *
 *     nsscope notes 1
 *     lesson uts
 *     step 3 10
 *     began 1764436800 11
 *     title UTS: copy, then diverge
 *     here A calls itself `ns1`
 *     next What `B` sees
 *     question **Predict:** which host name does B find?
 *     answer 2 `ns1`, as A.
 *
 *     Ask who has renamed a server.
 *
 * "began" has the time, in seconds since 1970, and the minutes that the lesson takes (0: unknown).
 * Each question of the step is followed by the number and the text of the right choice.  After the
 * blank line come the step's notes.  "over" in a line of its own says that the lesson is
 * played no more.  It is nsscope/notes in $XDG_RUNTIME_DIR or, without that, where the progress is
 * kept: readable by its user only, and written atomically (xdg_file.h).  It is hostile input as any.
 */
#pragma once

#include "lessons/script/lesson.h"

#include <time.h>

/* Prose with its marks, raw. */
struct presenter_question {
	char *text;
	char *answer;  /* the right choice; NULL for none */
	size_t number; /* of that choice, from 1 */
};

struct presenter_notes {
	char *lesson;
	char *title, *here, *next;            /* prose with its marks, raw; NULL for none */
	char *notes;                          /* raw; "" for none */
	size_t step, last;                    /* from 0, the introduction */
	time_t began;                         /* 0 for unknown */
	int minutes;                          /* that the lesson takes, 0 for unknown */
	struct presenter_question *questions; /* of the step */
	size_t question_count;
	bool over;
};

/* Reports that @lesson is at @step; @over: it has ended.  The first report of a lesson starts its
 * clock.  A failure holds nothing up.
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
