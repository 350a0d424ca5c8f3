/* A row of an outline as a line: the columns of the tree, for the screen and the report alike. */
#pragma once

#include "model/base/line.h"
#include "model/view/ns_letters.h"
#include "model/view/outline.h"

/* An actor of the running lesson. */
struct actor_ref {
	pid_t pid;        /* as in the scanner's PID namespace */
	const char *name; /* "A" */
};

/* The columns beside the tree, left to right; the user may hide each of them.  The namespace columns are the last. */
enum row_column { COLUMN_PID, COLUMN_INSIDE, COLUMN_USER, COLUMN_NAMESPACES, COLUMN_COUNT };

struct rowline_context {
	enum charset charset;
	const struct graph *graph;
	const struct history *history; /* NULL: nothing is new or ended */
	const struct ns_letters *ns_letters;
	uint64_t now_ms;
	const struct actor_ref *actors;
	size_t actor_count;
	size_t cols;                     /* the width of the layout; 0: no limit (reports) */
	const char *search;              /* the text to highlight; NULL for none */
	bool fold_signs;                 /* ▶ ▼ before rows with children */
	unsigned left_out;               /* hidden columns: 1u << enum row_column */
	bool whole;                      /* details: full lists, not only their beginnings */
	const struct process_id *chosen; /* for a comparison: A and B; NULL: none */
	size_t chosen_count;
	const struct ns_groups_order
	    *ns_groups; /* rows are by group, in this order; NULL: another grouping */

	/* The widths of the columns beside the tree; 0: the usual ones. Reports measure them over all rows.
	 * That of the namespace columns depends on ns_letters alone. */
	size_t column_cols[COLUMN_COUNT];
};

/* The columns, left to right: tree (guides, fold sign, actor's name, subject, command line), then those of
 * enum row_column. The layout for @cols is the same for heading and rows: the namespace columns are the
 * last to go. Where @cols is 0 the tree, whose width is not limited, is the last column. Both append to
 * @line. */
void rowline_heading(const struct rowline_context *context, struct line *line);
/* By group: the column of ns_groups_order at column @col of the heading; false for none. */
bool rowline_order_at(const struct rowline_context *context, size_t col, unsigned *ret_column);
void rowline(const struct rowline_context *context, const struct outline *outline, uint32_t at,
    struct line *line);

/* Sets the widths of the fields in @context for the rows of @outline. */
void rowline_measure(struct rowline_context *context, const struct outline *outline);

/* The column where the text of row @at begins, behind guides and fold sign. */
size_t rowline_indent(
    const struct rowline_context *context, const struct outline *outline, uint32_t at);
