/* All that is known of one row, as lines: for the detail pane, and for inspect. */
#pragma once

#include "model/view/rowline.h"

struct lines {
	struct line *items;
	size_t count, capacity;
};

/* Appends an empty line and returns it; valid until the next call. */
struct line *lines_add(struct lines *lines, enum charset charset);
void lines_done(struct lines *lines);

/* Appends what @row is about: "Process 40 sh"; NULL: "Details". */
void detail_title(const struct row *row, struct line *title);

/* Appends the lines for @row: a process (all ten links with inode, mark, what it means against the
 * baseline, PIDs at every level, user, command line, what could not be read and why), a namespace
 * (type, inode, id, parent, owner, members, host name, what the type isolates, since when, the man
 * page), or a type.  Long text wraps at @context->cols. */
void detail_lines(
    const struct rowline_context *context, const struct row *row, struct lines *lines);

/* Appends @text, wrapped between words at @cols (0: not wrapped), each line after the first
 * indented by @indent columns.  CJK text may break between any two characters.  At least one line
 * is appended, also for an empty text. */
void lines_wrap(struct lines *lines, enum charset charset, enum style style, const char *text,
    size_t indent, size_t cols);
/* The same in verbatim lines (line.h). */
void lines_wrap_verbatim(struct lines *lines, enum charset charset, enum style style,
    const char *text, size_t indent, size_t cols);

/* The same for a line that is composed already; its styles stay. */
void lines_wrap_line(struct lines *lines, const struct line *source, size_t indent, size_t cols);
