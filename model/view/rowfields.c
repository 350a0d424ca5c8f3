#include "model/view/rowfields.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/view/rowtext.h"

#include <stdio.h>
#include <string.h>

enum {
	PID_COLS = 7, /* the kernel gives pids up to 4194304, proc_sys_kernel(5) */
	INSIDE_COLS = 7,
	USER_COLS = 8,
	USER_MAX_COLS = 20,
	/* Columns that the tree must have, else a field goes. */
	TREE_WANTED_COLS = 28, /* else the user goes, then the PIDs inside */
	TREE_NARROW_COLS = 20, /* else the strip's gaps go */
	TREE_LEAST_COLS = 14,  /* else the PID goes */
	TREE_ONLY_COLS = 8,    /* else the strip goes */
	/* Guides of a report, which has no width that bounds them. */
	REPORT_LEVELS = 64,
};

static size_t strip_cols(const struct rowline_context *context, size_t gap)
{
	size_t cols = (NS_TYPE_COUNT - 1) * gap;

	if (!context->ns_letters)
		return 0;
	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		cols += ns_columns_cols(context->ns_letters, type);
	return cols;
}

static size_t matrix_cols(const struct rowline_context *context)
{
	size_t cols = 0;

	for (enum nstype type = 0; context->ns_letters && type < NS_TYPE_COUNT; type++)
		cols += ns_matrix_cols(context->ns_letters, type) + 1;
	return cols;
}

static size_t fields_cols(const struct row_layout *layout)
{
	const size_t fields[] = {layout->pid, layout->inside, layout->user, layout->strip};
	size_t cols = 0;

	for (size_t i = 0; i < array_len(fields); i++)
		cols += fields[i] ? fields[i] + 1 : 0;
	return cols;
}

static bool tree_has(const struct row_layout *layout, size_t cols, size_t wanted)
{
	return cols >= fields_cols(layout) + wanted;
}

static void leave_out(struct row_layout *layout, unsigned left_out)
{
	size_t *const fields[COLUMN_COUNT] = {
	    [COLUMN_PID] = &layout->pid,
	    [COLUMN_INSIDE] = &layout->inside,
	    [COLUMN_USER] = &layout->user,
	    [COLUMN_NAMESPACES] = &layout->strip,
	};

	for (enum row_column column = 0; column < COLUMN_COUNT; column++) {
		if (left_out & 1u << column)
			*fields[column] = 0;
	}
}

void rowfields_layout(const struct rowline_context *context, struct row_layout *ret_layout)
{
	size_t cols = context->cols;
	struct row_layout layout = {
	    .pid = context->pid_cols ? context->pid_cols : PID_COLS,
	    .inside = context->inside_cols ? context->inside_cols : INSIDE_COLS,
	    .user = context->user_cols ? context->user_cols : USER_COLS,
	    .gap = 1,
	    .strip = strip_cols(context, 1),
	    .level_cols = context->fold_signs ? 2 : 3,
	    .matrix = context->ns_groups != NULL,
	};

	if (layout.matrix)
		layout.strip = matrix_cols(context);
	leave_out(&layout, context->left_out);
	if (!cols) {
		layout.tree_begin = fields_cols(&layout);
		layout.most_levels = REPORT_LEVELS;
		*ret_layout = layout;
		return;
	}
	if (!tree_has(&layout, cols, TREE_WANTED_COLS))
		layout.user = 0;
	if (!tree_has(&layout, cols, TREE_WANTED_COLS))
		layout.inside = 0;
	if (layout.matrix && layout.strip && !tree_has(&layout, cols, TREE_NARROW_COLS)) {
		layout.matrix = false;
		layout.strip = strip_cols(context, 1);
	}
	/* Without gaps only marks of one letter can be told apart. */
	if (layout.strip && !tree_has(&layout, cols, TREE_NARROW_COLS) &&
	    strip_cols(context, 0) == NS_TYPE_COUNT) {
		layout.gap = 0;
		layout.strip = strip_cols(context, 0);
	}
	if (!tree_has(&layout, cols, TREE_LEAST_COLS))
		layout.pid = 0;
	if (!tree_has(&layout, cols, TREE_ONLY_COLS))
		layout.strip = 0;
	layout.tree = cols - fields_cols(&layout);
	layout.most_levels = layout.tree / 2 / layout.level_cols;
	*ret_layout = layout;
}

/* Appends @text, right-aligned in @cols columns. */
static void add_right(struct line *line, enum style style, size_t cols, const char *text)
{
	struct line field;

	line_init(&field, line->charset);
	line_adds(&field, style, text);
	line_fit(&field, cols);
	line_pad(line, line->cols + cols - field.cols);
	line_append(line, &field, 0, cols);
	line_done(&field);
}

void rowfields_left(struct line *line, enum style style, size_t cols, const char *text)
{
	struct line field;

	line_init(&field, line->charset);
	line_adds(&field, style, text);
	line_fit(&field, cols);
	line_pad(&field, cols);
	line_append(line, &field, 0, cols);
	line_done(&field);
}

/* The PIDs below the scanner's own level, outer ones first; where they don't fit @cols (0: they
 * do), the innermost.  Empty where there is one level only. */
static char *inside_text(const struct process *process, size_t cols, enum charset charset)
{
	char digits[16];
	size_t len = 0;

	if (process->pids_cut)
		return xstrdup("?");
	if (process->pid_levels <= 1)
		return xstrdup("");

	size_t capacity = (size_t)process->pid_levels * sizeof(digits);
	autofree char *all = xcalloc(capacity, 1);
	for (int i = 1; i < process->pid_levels; i++)
		len += (size_t)snprintf(
		    all + len, capacity - len, "%s%d", i > 1 ? "/" : "", (int)process->pids[i]);
	if (!cols || len <= cols)
		return xstrdup(all);

	int innermost = process->pids[process->pid_levels - 1];
	int digit_count = snprintf(digits, sizeof(digits), "%d", innermost);
	if (digit_count > 0 && (size_t)digit_count + 2 <= cols)
		return xasprintf("%s/%s", charset == CHARSET_UTF8 ? "…" : "~", digits);
	return xstrdup(digits);
}

static char *user_text(const struct process *process)
{
	return process->user ? xstrdup(process->user) : xasprintf("%u", (unsigned)process->uid);
}

/* What stands in the fields of a row, or of the heading (no process). */
struct fields {
	const char *pid, *inside, *user;
	const struct ns *const *links;       /* NULL: the place of the strip stays blank */
	const enum read_status *read_status; /* NULL: none is */
	bool heading;
	enum style pid_style, user_style;
};

static const char *order_sign(const struct rowline_context *context)
{
	bool down = ns_groups_order_descends(context->ns_groups);

	if (context->charset == CHARSET_UTF8)
		return down ? "▼" : "▲";
	return down ? "v" : "^";
}

const char *rowfields_order_sign(const struct rowline_context *context, unsigned column)
{
	return context->ns_groups && context->ns_groups->column == column ? order_sign(context)
	                                                                  : "";
}

static void add_strip(const struct rowline_context *context, const struct row_layout *layout,
    const struct fields *fields, struct line *line)
{
	size_t end = line->cols + layout->strip;

	if (fields->heading && layout->matrix)
		ns_matrix_heading(context->ns_letters, ns_groups_order_type(context->ns_groups),
		    order_sign(context), line);
	else if (fields->heading)
		ns_columns_heading(context->ns_letters, layout->gap, line);
	else if (fields->links && layout->matrix)
		ns_matrix(context->ns_letters, fields->links, fields->read_status, line);
	else if (fields->links)
		ns_columns_add(
		    context->ns_letters, fields->links, fields->read_status, layout->gap, line);
	line_pad(line, end);
}

/* The blank that parts a field from the tree's side stands before it on the screen, behind it in a
 * report. */
static void add_fields(const struct rowline_context *context, const struct row_layout *layout,
    const struct fields *fields, struct line *line)
{
	size_t before = context->cols ? 1 : 0, behind = 1 - before;

	if (layout->pid) {
		line_pad(line, line->cols + before);
		add_right(line, fields->pid_style, layout->pid, fields->pid);
		line_pad(line, line->cols + behind);
	}
	if (layout->inside) {
		line_pad(line, line->cols + before);
		add_right(line, fields->pid_style, layout->inside, fields->inside);
		line_pad(line, line->cols + behind);
	}
	if (layout->user) {
		line_pad(line, line->cols + before);
		rowfields_left(line, fields->user_style, layout->user, fields->user);
		line_pad(line, line->cols + behind);
	}
	if (layout->strip) {
		line_pad(line, line->cols + before);
		add_strip(context, layout, fields, line);
		line_pad(line, line->cols + behind);
	}
}

void rowfields_process(const struct rowline_context *context, const struct row_layout *layout,
    const struct row *row, bool strip, struct line *line)
{
	const struct process *process = row->process;
	autofree char *pid =
	    xasprintf("%d", (int)(row->thread ? row->thread->tid : process->id.pid));
	/* A thread's numbers inside are nowhere but in its own status: not worth a read. */
	autofree char *inside =
	    row->thread ? xstrdup("") : inside_text(process, layout->inside, line->charset);
	autofree char *user = user_text(process);
	struct fields fields = {
	    .pid = pid,
	    .inside = inside,
	    .user = user,
	    .read_status = row->thread ? row->thread->read_status : process->read_status,
	    .pid_style = rowtext_style(context, row, STYLE_PID),
	    .user_style = rowtext_style(context, row, STYLE_PLAIN),
	};

	if (strip)
		fields.links = row->thread ? row->thread->ns : process->ns;
	add_fields(context, layout, &fields, line);
}

void rowfields_ns_group(const struct rowline_context *context, const struct row_layout *layout,
    const struct row *row, struct line *line)
{
	const struct ns_group *ns_group = row->ns_group;
	autofree char *pid = xasprintf("%d", (int)ns_group->first->id.pid);
	autofree char *inside = inside_text(ns_group->first, layout->inside, line->charset);
	autofree char *user = user_text(ns_group->first);
	const struct fields fields = {
	    .pid = pid,
	    .inside = inside,
	    .user = user,
	    .links = ns_group->ns,
	    .pid_style = rowtext_style(context, row, STYLE_PID),
	    .user_style = rowtext_style(context, row, STYLE_PLAIN),
	};

	add_fields(context, layout, &fields, line);
}

void rowfields_heading(
    const struct rowline_context *context, const struct row_layout *layout, struct line *line)
{
	autofree char *pid =
	    xasprintf("%s%s", _("PID"), rowfields_order_sign(context, NS_GROUPS_BY_FIRST));
	const struct fields fields = {
	    .pid = pid,
	    .heading = true,
	    .inside = _("INSIDE"),
	    .user = _("USER"),
	    .pid_style = STYLE_TITLE,
	    .user_style = STYLE_TITLE,
	};

	add_fields(context, layout, &fields, line);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void rowline_measure(struct rowline_context *context, const struct outline *outline)
{
	const char *pid_title = _("PID"), *inside_title = _("INSIDE"), *user_title = _("USER");
	size_t pid = text_cols(pid_title, strlen(pid_title), context->charset);
	size_t inside = text_cols(inside_title, strlen(inside_title), context->charset);
	size_t user = text_cols(user_title, strlen(user_title), context->charset);

	for (size_t i = 0; i < outline->count; i++) {
		const struct row *row = &outline->rows[i];
		const struct process *process = row->ns_group ? row->ns_group->first : row->process;
		char digits[16];

		if (!process)
			continue;
		pid = larger(
		    pid, (size_t)snprintf(digits, sizeof(digits), "%d", (int)process->id.pid));

		autofree char *inside_all = inside_text(process, 0, context->charset);
		inside = larger(inside, strlen(inside_all));

		autofree char *name = user_text(process);
		user = larger(user, text_cols(name, strlen(name), context->charset));
	}
	context->pid_cols = pid;
	context->inside_cols = inside;
	context->user_cols = user < USER_MAX_COLS ? user : USER_MAX_COLS;
}
