/* A row as one line: the guides before it, its text, its fields. */
#include "model/view/rowline.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/rowfields.h"
#include "model/view/rowtext.h"

#include <stdio.h>
#include <string.h>

enum {
	FOLD_SIGN_COLS = 2,
	LEFT_OUT_BYTES = 32,
};

/* --- Guides ----------------------------------------------------------------------------------- */

/* What stands for the @levels of guides that are left out: their number, so that a child still
 * differs from a sibling. */
static size_t left_out_text(size_t levels, enum charset charset, char *ret_text, size_t capacity)
{
	snprintf(ret_text, capacity, "%s%zu", charset == CHARSET_UTF8 ? "…" : "~", levels);
	return text_cols(ret_text, strlen(ret_text), charset);
}

/* Outer guides, the number of those left out, and the row's own branch. */
static size_t guides_cols(const struct row_layout *layout, enum charset charset, size_t depth)
{
	char text[LEFT_OUT_BYTES];

	if (depth <= layout->most_levels)
		return depth * layout->level_cols;
	return layout->most_levels * layout->level_cols +
	       left_out_text(depth - layout->most_levels, charset, text, sizeof(text));
}

size_t rowline_indent(
    const struct rowline_context *context, const struct outline *outline, uint32_t at)
{
	struct row_layout layout;

	rowfields_layout(context, &layout);
	return layout.tree_begin + guides_cols(&layout, context->charset, outline->rows[at].depth) +
	       (context->fold_signs ? FOLD_SIGN_COLS : 0);
}

static void add_guide(
    struct line *line, const struct row_layout *layout, const char *utf8, const char *ascii)
{
	size_t end = line->cols + layout->level_cols;

	line_add_symbol(line, STYLE_DIM, utf8, ascii);
	line_pad(line, end);
}

static void add_guides(
    const struct row_layout *layout, const struct outline *outline, uint32_t at, struct line *line)
{
	const struct row *row = &outline->rows[at];
	size_t depth = row->depth, outer = depth ? depth - 1 : 0;
	bool cut = depth > layout->most_levels;

	if (!depth)
		return;
	if (cut)
		outer = layout->most_levels ? layout->most_levels - 1 : 0;

	autofree bool *last = xcalloc(outer + 1, sizeof(*last));
	for (uint32_t up = row->parent; up != ROW_NONE; up = outline->rows[up].parent) {
		size_t level = outline->rows[up].depth;
		if (level && level <= outer)
			last[level - 1] = outline->rows[up].last;
	}
	for (size_t level = 0; level < outer; level++)
		add_guide(line, layout, last[level] ? "" : "│", last[level] ? "" : "|");
	if (cut) {
		char text[LEFT_OUT_BYTES];
		left_out_text(depth - layout->most_levels, line->charset, text, sizeof(text));
		line_adds(line, STYLE_DIM, text);
	}
	if (layout->most_levels)
		add_guide(line, layout, row->last ? "└─" : "├─", row->last ? "`-" : "|-");
}

static void add_fold_sign(const struct row *row, struct line *line)
{
	if (row->folded)
		line_add_symbol(line, STYLE_PLAIN, "▶ ", "+ ");
	else if (row->has_children)
		line_add_symbol(line, STYLE_PLAIN, "▼ ", "- ");
	else if (row->depth)
		line_add_symbol(line, STYLE_DIM, "─ ", "  ");
	else
		line_adds(line, STYLE_PLAIN, "  ");
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* What stands above the rows' text. */
static char *tree_heading(const struct rowline_context *context)
{
	size_t indent = (context->fold_signs ? FOLD_SIGN_COLS : 0) + NS_GROUP_COUNT_COLS, cols;
	const char *count = _("COUNT");

	if (!context->ns_groups)
		return xstrdup(_("TREE"));
	cols = text_cols(count, strlen(count), context->charset);
	return xasprintf("%*s%s%s %s%s", indent > cols ? (int)(indent - cols) : 0, "", count,
	    rowfields_order_sign(context, NS_GROUPS_BY_COUNT), _("FIRST PROCESS"),
	    rowfields_order_sign(context, NS_GROUPS_BY_NAME));
}

void rowline_heading(const struct rowline_context *context, struct line *line)
{
	autofree char *tree = tree_heading(context);
	struct row_layout layout;

	rowfields_layout(context, &layout);
	if (context->cols)
		rowfields_left(line, STYLE_TITLE, layout.tree, tree);
	rowfields_heading(context, &layout, line);
	if (!context->cols)
		line_adds(line, STYLE_TITLE, tree);
}

bool rowline_order_at(const struct rowline_context *context, size_t col, unsigned *ret_column)
{
	size_t indent = (context->fold_signs ? FOLD_SIGN_COLS : 0) + NS_GROUP_COUNT_COLS, at;
	struct row_layout layout;

	rowfields_layout(context, &layout);
	if (!context->ns_groups || !context->cols)
		return false;
	if (col < layout.tree) {
		*ret_column = col <= indent ? NS_GROUPS_BY_COUNT : NS_GROUPS_BY_NAME;
		return true;
	}
	if (layout.pid && col <= layout.tree + layout.pid) {
		*ret_column = NS_GROUPS_BY_FIRST;
		return true;
	}
	at = context->cols - layout.strip;
	for (unsigned type = 0; layout.matrix && type < NS_TYPE_COUNT; type++) {
		size_t end = at + ns_matrix_cols(context->ns_letters, (enum nstype)type) + 1;

		if (col >= at && col < end) {
			*ret_column = NS_GROUPS_BY_TYPE + type;
			return true;
		}
		at = end;
	}
	return false;
}

/* Marks what the search found.  It may not be shown (a long command line, a PID): then the name,
 * between @name_from and @name_to. */
static void highlight(
    struct line *line, const char *needle, size_t from, size_t name_from, size_t name_to)
{
	bool found = line_highlight(line, needle, from);
	size_t col = 0;

	for (size_t i = 0; i < line->cell_count && !found; i++) {
		if (col >= name_from && col < name_to)
			line->cells[i].style = STYLE_MATCH;
		col += line->cells[i].cols;
	}
}

/* Where a room's row tells the strip, its members don't tell it again. */
static void add_fields(const struct rowline_context *context, const struct row_layout *layout,
    const struct outline *outline, const struct row *row, struct line *line)
{
	bool in_ns_group = row->parent != ROW_NONE && outline->rows[row->parent].ns_group;

	if (row->ns_group)
		rowfields_ns_group(context, layout, row, line);
	else if (row->process)
		rowfields_process(context, layout, row, !in_ns_group, line);
}

void rowline(const struct rowline_context *context, const struct outline *outline, uint32_t at,
    struct line *line)
{
	const struct row *row = &outline->rows[at];
	size_t base = line->cols, name_from = 0, name_to = 0;
	struct row_layout layout;
	struct line tree;

	rowfields_layout(context, &layout);
	/* Only processes and rooms have fields; what else there is may be as long as the row. */
	bool fields = row->process || row->ns_group;
	size_t tree_cols = fields ? layout.tree : context->cols;

	line_init(&tree, line->charset);
	add_guides(&layout, outline, at, &tree);
	if (context->fold_signs)
		add_fold_sign(row, &tree);
	size_t indent = tree.cols;
	rowtext_add(context, row, tree_cols, &tree, &name_from, &name_to);

	if (context->cols) {
		line_fit(&tree, tree_cols);
		line_append(line, &tree, 0, SIZE_MAX);
		line_pad(line, base + tree_cols);
		add_fields(context, &layout, outline, row, line);
	} else {
		add_fields(context, &layout, outline, row, line);
		line_pad(line, base + layout.tree_begin);
		line_append(line, &tree, 0, SIZE_MAX);
	}
	line_done(&tree);

	size_t begin = base + layout.tree_begin;
	if (row->matched && context->search && context->search[0])
		highlight(line, context->search, context->cols ? begin + indent : base,
		    begin + name_from, begin + name_to);
}
