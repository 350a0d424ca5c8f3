/* A row of an outline as a line: the columns of the tree, for the screen and the report alike. */
#pragma once

#include "model/base/line.h"
#include "model/view/ns_letters.h"
#include "model/view/outline.h"

/* Who plays in the running lesson. */
struct actor_ref {
	pid_t pid;        /* as in the scanner's PID namespace */
	const char *name; /* "A" */
};

/* What stands beside the tree; a person may leave out each of them. */
enum row_column { COLUMN_PID, COLUMN_INSIDE, COLUMN_USER, COLUMN_NAMESPACES, COLUMN_COUNT };

struct rowline_context {
	enum charset charset;
	const struct graph *graph;
	const struct history *history; /* NULL: nothing is new or dead */
	const struct ns_letters *ns_letters;
	uint64_t now_ms;
	const struct actor_ref *cast;
	size_t cast_count;
	size_t cols;        /* to lay out for; 0: as wide as it takes (reports) */
	const char *search; /* what to highlight; NULL for nothing */
	bool fold_signs;    /* ▶ ▼ before rows with children */
	unsigned left_out;  /* columns that are not wished for: 1u << enum row_column */
	bool whole;         /* details: lists in full and not their beginnings */
	const struct process_id *chosen; /* for a comparison: A and B; NULL: none */
	size_t chosen_count;
	const struct ns_groups_order
	    *ns_groups; /* rows are by room, so ordered; NULL: by something else */

	/* Columns of the fields; 0: the usual ones.  Reports measure them over all rows. */
	size_t pid_cols, inside_cols, user_cols;
};

/* The columns, left to right: tree (guides, fold sign, actor's name, what it is, command line),
 * then PID outside, PID inside (innermost last), user, and the strip.  Which of them fit @cols is
 * decided here, once for heading and rows: the strip is the last one to go.  Where @cols is 0 the
 * tree, which may be as wide as it likes, stands last, behind all the others.
 * Both append to @line. */
void rowline_heading(const struct rowline_context *context, struct line *line);
/* By rooms: the column of ns_groups_order that stands at column @col of the heading; false for none. */
bool rowline_order_at(const struct rowline_context *context, size_t col, unsigned *ret_column);
void rowline(const struct rowline_context *context, const struct outline *outline, uint32_t at,
    struct line *line);

/* Sets the columns of the fields in @context to what the rows of @outline need. */
void rowline_measure(struct rowline_context *context, const struct outline *outline);

/* The column at which the tree's text of row @at begins (behind guides and fold sign). */
size_t rowline_indent(
    const struct rowline_context *context, const struct outline *outline, uint32_t at);
