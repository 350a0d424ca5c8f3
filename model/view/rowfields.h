/* The fields of a row (PIDs, user, strip), and how many columns each gets.  Private to rowline.c. */
#pragma once

#include "model/view/rowline.h"

/* Columns of each field, 0 where it is not shown; one blank parts it from its neighbors. */
struct row_layout {
	size_t tree, pid, inside, user, strip;
	size_t gap;         /* of the strip */
	size_t tree_begin;  /* the column of the tree; 0 but for reports */
	size_t level_cols;  /* of one guide */
	size_t most_levels; /* guides shown */
	bool matrix;        /* the strip has the types' whole names */
};

/* Decides which fields fit @context->cols. */
void rowfields_layout(const struct rowline_context *context, struct row_layout *ret_layout);

/* Append the fields, with the blanks that part them from the tree. */
void rowfields_heading(
    const struct rowline_context *context, const struct row_layout *layout, struct line *line);
/* @strip: with the strip; else its place stays blank. */
void rowfields_process(const struct rowline_context *context, const struct row_layout *layout,
    const struct row *row, bool strip, struct line *line);
/* Of a room: those of its first process. */
void rowfields_ns_group(const struct rowline_context *context, const struct row_layout *layout,
    const struct row *row, struct line *line);

/* The sign of the order where rooms are ordered by @column, else "". */
const char *rowfields_order_sign(const struct rowline_context *context, unsigned column);

/* Appends @text in exactly @cols columns, cut or padded. */
void rowfields_left(struct line *line, enum style style, size_t cols, const char *text);
