/* What the parts of lesson_print.h share: lesson_print.c (blocks) and lesson_print_task.c (tasks). */
#pragma once

#include "cli/lesson_print.h"

/* Prints @line wrapped. */
void lesson_print_line(const struct lesson_print *print, const struct line *line, size_t indent);
void lesson_print_blank(const struct lesson_print *print);
/* A line that begins with @sign and then @text; what wraps stands under the text. */
void lesson_print_text(
    const struct lesson_print *print, size_t indent, const char *sign, const char *text);
void lesson_print_code(const struct lesson_print *print, size_t indent, const char *code);

/* @prose without its marks of emphasis, which mean nothing on a typewriter; code keeps its own.  To
 * be freed. */
char *lesson_print_prose(const char *prose);

/* A tick or a cross. */
void lesson_print_sign(struct line *line, bool good);

/* What became of a task; one that was never opened is only told. */
void lesson_print_turn(const struct lesson_print *print, const struct block_view *view);
void lesson_print_notes(const struct lesson_print *print, const char *notes);
