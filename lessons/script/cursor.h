/* Reading one line of a lesson from left to right.  What is read is copied; a copy of it, taken
 * before, says where an error is. */
#pragma once

#include "lessons/script/lesson_lines.h"

struct cursor {
	const char *start, *at, *end; /* borrowed, not NUL-terminated */
	int line;
	struct lesson_error *error;
};

struct cursor cursor_of(const struct lesson_line *line, struct lesson_error *error);

int cursor_column(const struct cursor *cursor); /* in bytes, from 1 */
bool cursor_ended(const struct cursor *cursor);
bool cursor_at(const struct cursor *cursor, char c);

void cursor_skip(struct cursor *cursor); /* blanks */
bool cursor_take(struct cursor *cursor, char c);

/* Takes letters, digits and underscores; "" for none.  To be freed. */
char *cursor_word(struct cursor *cursor);
/* Takes all up to one of @stops, without blanks at its end.  To be freed. */
char *cursor_until(struct cursor *cursor, const char *stops);
/* Takes a string in quotes, and gives it as written.  To be freed; NULL after an error. */
char *cursor_quoted(struct cursor *cursor);

/* Is @word a whole number?  @ret_value: may be NULL. */
bool cursor_number(const char *word, long *ret_value);

/* Fills the cursor's error, at the place where it is.  Returns -EBADMSG. */
int cursor_fail(const struct cursor *cursor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
