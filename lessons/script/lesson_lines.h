/* The little languages of a lesson's fenced blocks, a line each:
 *
 *     lesson    word: value                            name, kernel, types, group, actors,
 *                                                      needs, minutes
 *     do        ACTOR: call(argument, …) = expected -> variable
 *                                                      expected: 0, an errno name, a string, {A}
 *     check     sum RELATION sum                       sum: term, term + term - term, …
 *
 * Blank lines and lines that begin with # are skipped by the caller (lesson_line_blank).
 * A string is in double quotes, with escapes as in C (calls.h).
 *
 * All of these return 0, or -EBADMSG with the error filled; what they return belongs to the lesson
 * and is freed with it, also after an error.
 */
#pragma once

#include "lessons/script/lesson.h"
#include "lessons/stage/variables.h"

#include <stdbool.h>

enum {
	LESSON_BYTES_MAX = 1024 * 1024,
	LESSON_LINE_BYTES_MAX = 4000,
	LESSON_PARAGRAPH_BYTES_MAX = 16 * 1024,
	LESSON_STEPS_MAX = 200,
	LESSON_BLOCKS_MAX = 100,  /* in a step */
	LESSON_LINES_MAX = 100,   /* in a do or check block */
	LESSON_ACTORS_MAX = 64,   /* those that fork brings in included */
	LESSON_CHOICES_MAX = 9,   /* a digit key for each */
	LESSON_ARGUMENTS_MAX = 8, /* of a call or a term */
	LESSON_DEPTH_MAX = 4,     /* of lists and quotes */
	LESSON_TERM_DEPTH_MAX = 6,
	LESSON_SUM_MAX = 8, /* terms in it */
	LESSON_HINTS_LEAST = 2,
	LESSON_HINTS_MAX = 9,
	LESSON_NEEDS_MAX = 16,
	LESSON_MINUTES_MAX = 600,
};

/* One line of the file. */
struct lesson_line {
	const char *text; /* borrowed, not NUL-terminated */
	size_t len;
	int number; /* from 1 */
};

/* The names that are valid: the actors that the stage starts, then those that earlier calls started.
 * The names are borrowed from the lesson. */
struct lesson_names {
	const char *names[LESSON_ACTORS_MAX];
	size_t count;
	size_t started; /* the number of them that the stage starts */
	/* Set by earlier calls; only the kind counts. */
	struct variables variables;
	size_t you; /* how many of "you", "you2" are valid */
};

/* Is there nothing on it, or only a comment? */
bool lesson_line_blank(const struct lesson_line *line);

int lesson_line_fact(
    const struct lesson_line *line, struct lesson *lesson, struct lesson_error *ret_error);
/* Adds the actor that the call brings in (fork) to @names. */
int lesson_line_call(const struct lesson_line *line, struct lesson_names *names,
    struct lesson_call *call, struct lesson_error *ret_error);
int lesson_line_check(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_check *check, struct lesson_error *ret_error);

/* Fills @ret_error.  Returns -EBADMSG. */
int lesson_fail(struct lesson_error *ret_error, int line, int column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same where @word is none of @words: names the nearest of them, or else all.
 * @what: translated, the text before the word: "there is no call". */
int lesson_fail_word(struct lesson_error *ret_error, int line, int column, const char *what,
    const char *word, const char *const *words, size_t count);

/* A capital letter, then letters and digits, at most 12. */
bool lesson_is_actor(const char *word);

/* "5.6"? */
bool lesson_is_version(const char *word);

void lesson_block_done(struct lesson_block *block);
void lesson_step_done(struct lesson_step *step);
void lesson_call_done(struct lesson_call *call);
void lesson_check_done(struct lesson_check *check);

/* The number of the errno called @name ("EPERM"), 0 for none. */
int lesson_errno(const char *name);
