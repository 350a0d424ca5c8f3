/* All that is known of one row, as lines: for the detail pane, and for inspect; and the pieces that other reports
 * are composed of. */
#pragma once

#include "model/graph/containers.h"
#include "model/view/rowline.h"

/* Appends the subject of @row: "Process 40 sh"; NULL: "Details". */
void detail_title(const struct row *row, struct line *title);

/* Appends the lines for @row: a process (all ten links with inode, letter, how they compare with the initial
 * namespaces, PIDs at every level, user, command line, and why something could not be read), a namespace (type,
 * inode, id, parent, owner, members, host name, what the type isolates, since when, the man page), or a type.
 * Long text wraps at @context->cols. */
void detail_lines(
    const struct rowline_context *context, const struct row *row, struct lines *lines);

/* --- Pieces --- */

struct detail {
	const struct rowline_context *context;
	const struct row *row;
	struct lines *lines;
};

/* An empty line to compose in; the caller ends it with line_done or detail_wrap. */
struct line detail_line(const struct detail *detail);
/* Appends @line, wrapped, what follows the first line indented; ends @line. */
void detail_wrap(const struct detail *detail, struct line *line, size_t indent);

/* Appends formatted text as a line. */
void detail_add(const struct detail *detail, size_t indent, enum style style, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/* The greatest number of items of a list. */
unsigned detail_most(const struct detail *detail);

/* A heading with an empty line above it. */
void detail_heading(const struct detail *detail, const char *text);
/* A paragraph. */
void detail_text(const struct detail *detail, enum style style, const char *text);

/* "label    value": begins the line; append the value, then detail_field_end. */
struct line detail_field(const struct detail *detail, const char *label);
void detail_field_end(const struct detail *detail, struct line *line);
/* Both at once. */
void detail_fieldf(const struct detail *detail, const char *label, enum style style,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void detail_field_text(
    const struct detail *detail, const char *label, enum style style, const char *text);

/* The columns of a letter and the blank behind it, alike for all types, so that what follows is aligned. */
size_t detail_letter_cols(const struct detail *detail);
/* Appends the letter of @ns, padded to that. */
void detail_add_letter(const struct detail *detail, const struct ns *ns, struct line *line);
/* Appends letter, "uts:4026531838", its name, "initial" and "gone". */
void detail_add_ns(const struct detail *detail, const struct ns *ns, struct line *line);

/* "Container docker 4f1c2ab3d4e5, by the path of its cgroup"; @container is NULL where it is unknown,
 * which is a line too. */
void detail_container(const struct detail *detail, const struct container *container);

/* "Appeared at …", "ended at …", where history saw it. */
void detail_life(const struct detail *detail, const struct life *life);

/* "and 12 more", behind @indent blanks; nothing for 0. */
void detail_more(const struct detail *detail, size_t indent, unsigned count);
/* Everything for a row of a process or a thread. */
void detail_process(const struct detail *detail, const struct process *process);
void detail_thread(const struct detail *detail, const struct thread *thread);
