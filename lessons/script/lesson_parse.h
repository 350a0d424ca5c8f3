/* The parser of lessons, for its own files: lesson_parse.c (document, fenced blocks, parts), lesson_prose.c (prose and
 * predictions), lesson_lines.c and lesson_checks.c (the lines of fenced blocks).
 *
 *     lesson    word: value                            name, kernel, types, group, actors,
 *                                                      needs, minutes
 *     view      word: value                            group, types, point
 *     do        ACTOR: call(argument, …) = expected -> variable
 *                                                      expected: 0, an errno name, a string, {A}
 *     check     sum RELATION sum                       sum: term, term + term - term, …
 *
 * Blank lines and lines that begin with # are skipped by the caller (lesson_line_blank).
 * A string is in double quotes, with escapes as in C (calls.h).
 *
 * All functions with an int return 0, or -EBADMSG with the error filled; what they return belongs to the lesson
 * and is freed with it, also after an error. */
#pragma once

#include "lessons/script/lesson.h"
#include "lessons/stage/variables.h"

struct cmark_node;

/* One line of the file. */
struct lesson_line {
	const char *text; /* borrowed, not NUL-terminated */
	size_t len;
	int number; /* from 1 */
};

/* --- Reading one line from left to right ------------------------------------------------------ */

/* What is read is copied; a copy of the cursor, taken before, says where an error is. */
struct cursor {
	const char *start, *at, *end; /* borrowed, not NUL-terminated */
	int line;
	struct lesson_error *error;
};

struct cursor cursor_of(const struct lesson_line *line, struct lesson_error *error);

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

/* Fills the cursor's error, at the place where it is.  Returns -EBADMSG. */
int cursor_fail(const struct cursor *cursor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same where @word is none of @words: names the nearest of them, or else all.
 * @what: translated, the text before the word: "there is no call". */
int cursor_fail_word(const struct cursor *cursor, const char *what, const char *word,
    const char *const *words, size_t count);

int lesson_fail_word(struct lesson_error *ret_error, int line, int column, const char *what,
    const char *word, const char *const *words, size_t count);

/* --- Lines ------------------------------------------------------------------------------------ */

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
int lesson_line_view(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_look *look, struct lesson_error *ret_error);
/* Adds the actor that the call brings in (fork) to @names. */
int lesson_line_call(const struct lesson_line *line, struct lesson_names *names,
    struct lesson_call *call, struct lesson_error *ret_error);
int lesson_line_check(const struct lesson_line *line, const struct lesson_names *names,
    struct lesson_check *check, struct lesson_error *ret_error);

/* "5.6"? */
bool lesson_is_version(const char *word);

void lesson_call_done(struct lesson_call *call);
void lesson_check_done(struct lesson_check *check);

/* --- Blocks ----------------------------------------------------------------------------------- */

/* An actor that only a part under a condition brings in. */
struct lesson_parted {
	const char *name;
	const struct lesson_condition *condition;
};

struct lesson_parse {
	struct lesson *lesson; /* what is built */
	struct lesson_names names;
	/* Of the part that is open; NULL outside of one. */
	const struct lesson_condition *condition;
	struct lesson_names outside; /* the valid names after it */
	struct lesson_parted parted[LESSON_ACTORS_MAX];
	size_t parted_count;
	struct lesson_line *lines; /* of the file */
	size_t line_count;
	struct lesson_error *error;
};

int lesson_fail_at(struct lesson_parse *parse, struct cmark_node *node, const char *message);

/* Paragraphs, lists, quotes, code without a language, comments; the rest is an error. */
int lesson_take_prose(struct lesson_parse *parse, struct cmark_node *node, int depth);

/* Is it a list with an item that begins with [ ] or [x]? */
bool lesson_is_prediction(struct cmark_node *list);
/* The paragraph before it becomes the question. */
int lesson_take_prediction(struct lesson_parse *parse, struct cmark_node *list);

/* The paragraphs from @node to the last one of its list item, as one text.  @what: the mistake that
 * it is when there is anything else, translated.  To be freed. */
int lesson_item_text(
    struct lesson_parse *parse, struct cmark_node *node, const char *what, char **ret_text);

/* The text of @node's inlines, with three kinds of markup left: lesson.h, prose.  To be freed. */
int lesson_inline_text(struct lesson_parse *parse, struct cmark_node *node, char **ret_text);

/* The last block of the last step where that is prose as @kind, and of the same part; else a new one.
 * Returns NULL, with the error filled, where the step has too many. */
struct lesson_block *lesson_block(struct lesson_parse *parse, enum block_kind kind, int line);
