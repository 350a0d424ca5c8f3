/* All lessons that there are: those that are built in, and files of one's own.
 *
 * A folder of lessons is laid out like lessons/: NAME.md in any language, LANGUAGE/NAME.md in one.
 * Looked through are, the later over the earlier: the built-in lessons, nsscope/lessons in each
 * folder of XDG_DATA_DIRS, in XDG_DATA_HOME (XDG Base Directory Specification), and the folder that
 * was asked for.  A file with the name of another lesson takes its place; others come behind it.
 */
#pragma once

#include "lessons/play/progress.h"
#include "lessons/script/lesson.h"

struct library_entry {
	char *name;
	char *path;                         /* of its file; NULL: it is built in */
	const struct lesson_source *source; /* that; NULL where there is a path */
};

struct library {
	char *language;
	struct library_entry *entries; /* in the order in which they are taught */
	size_t count, capacity;
	char *
	    late; /* a folder whose file system does not answer, so its lessons are missing; NULL for none */
};

/* @language: the one that is preferred, "zh".  @folder: one more, the first of all; NULL for none.
 * Reads no lesson yet. */
struct library *library_new(const char *language, const char *folder);
void library_free(struct library *library); /* NULL is fine */

/* NULL where there is no such lesson. */
const struct library_entry *library_find(const struct library *library, const char *name);

/* Reads and parses a lesson, and leaves out what is not for this kernel (lesson_fit).  What is not built in
 * is foreign (lesson.h).
 * Returns 0, -EBADMSG with @ret_error filled, or another -errno where the file can't be read. */
int library_load(const struct library *library, const struct library_entry *entry,
    struct lesson **ret_lesson, struct lesson_error *ret_error);

/* The same for any file, whatever it is called. */
int library_load_file(const char *path, const char *language, struct lesson **ret_lesson,
    struct lesson_error *ret_error);

/* Where its text is: its path, or "lessons/en/uts.md".  To be freed. */
char *library_place(const struct library_entry *entry);

/* Appends @entry to @line, for lists, in columns: "✔ uts          11 min  UTS: copy, then diverge"; after the title the
 * step that was reached, and the path of a file of one's own.
 * @lesson: of the entry, NULL where it can't be read; @progress: NULL for none. */
void library_add_entry(struct line *line, const struct library_entry *entry,
    const struct lesson *lesson, const struct progress_entry *progress);
