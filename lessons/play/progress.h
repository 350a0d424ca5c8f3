/* The step that the learner has reached in each lesson, kept in a file of plain text:
 *
 *     uts 4 10            is at step 4 of 10
 *     pid 12 12 done      was played to its end
 *
 * It is $XDG_STATE_HOME/nsscope/progress, else ~/.local/state/nsscope/progress.  It is hostile input
 * as any file: what isn't understood is passed over, and lost when the file is written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct progress_entry {
	char *name;
	size_t step, last; /* from 0, the introduction */
	bool done;         /* was at its end at some time */
};

struct progress {
	struct progress_entry *entries;
	size_t count, capacity;
};

/* Where the file is; NULL where there is no place for it: no home, or one that is another user's
 * (root by way of sudo).  To be freed. */
char *progress_path(void);

/* Returns 0, also where there is no file so far, or -errno.  @ret_progress: to be ended with
 * progress_done; empty after an error. */
int progress_load(struct progress *ret_progress);
void progress_done(struct progress *progress);

/* NULL for a lesson that was never begun. */
const struct progress_entry *progress_find(const struct progress *progress, const char *name);
/* The step to go on with; 0 where it was never begun or is over, or is another lesson now: one of
 * other than @last steps. */
size_t progress_resume(const struct progress *progress, const char *name, size_t last);

/* Notes that @name is at @step, or at its end, in the file, which is written anew beside the old
 * one and then takes its place.  Returns 0, -ENOENT (no place for it) or another -errno. */
int progress_note(const char *name, size_t step, size_t last, bool done);
/* Forgets @name, or all where it is NULL.  Returns the same. */
int progress_forget(const char *name);
