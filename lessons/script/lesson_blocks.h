/* The parts of the lesson parser: each takes one node of the Markdown tree and adds what it means
 * to the lesson's last step.  All return 0, or -EBADMSG with the error filled. */
#pragma once

#include "lessons/script/lesson_lines.h"

struct cmark_node;

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

/* Paragraphs, lists, quotes, code without a language, comments; the rest is an error. */
int lesson_take_prose(struct lesson_parse *parse, struct cmark_node *node, int depth);

/* Is it a list with an item that begins with [ ] or [x]? */
bool lesson_is_prediction(struct lesson_parse *parse, struct cmark_node *list);
/* The paragraph before it becomes the question. */
int lesson_take_prediction(struct lesson_parse *parse, struct cmark_node *list);

/* A block of lines that are each read by @add; at least one. */
int lesson_take_lines(struct lesson_parse *parse, struct cmark_node *node, enum block_kind kind,
    int (*add)(
        struct lesson_parse *parse, const struct lesson_line *line, struct lesson_block *block));

/* A when block of @lines: ends the part before, begins another. */
int lesson_take_when(struct lesson_parse *parse, struct cmark_node *node,
    const struct lesson_line *lines, size_t line_count);
/* Ends the part that is open, if there is one, as a step's end does. */
int lesson_end_part(struct lesson_parse *parse);
/* May @actor be brought in here, on line @line?  Not where a part, which may be played too, does it. */
int lesson_check_part(struct lesson_parse *parse, const char *actor, int line);

/* The lines of a view block. */
int lesson_take_view(struct lesson_parse *parse, struct cmark_node *node);

/* The paragraphs from @node to the last one of its list item, as one text.  @what: the mistake that
 * it is when there is anything else, translated.  To be freed. */
int lesson_item_text(
    struct lesson_parse *parse, struct cmark_node *node, const char *what, char **ret_text);

/* The text of @node's inlines, with three kinds of markup left: lesson.h, prose.  To be freed. */
int lesson_inline_text(struct lesson_parse *parse, struct cmark_node *node, char **ret_text);

/* The last block of the last step where that is prose as @kind, and of the same part; else a new one.
 * Returns NULL, with the error filled, where the step has too many. */
struct lesson_block *lesson_block(struct lesson_parse *parse, enum block_kind kind, int line);
/* Adds to a block of prose.  @text: taken, also after an error. */
int lesson_add_prose(
    struct lesson_parse *parse, enum prose_kind kind, int depth, char *text, int line);

int lesson_fail_at(struct lesson_parse *parse, struct cmark_node *node, const char *message);
