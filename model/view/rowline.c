/* A row as one line: the guides before it, its text, its fields. */
#include "model/view/rowline.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/graph/ns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PID_COLS = 7, /* the kernel gives pids up to 4194304, proc_sys_kernel(5) */
	INSIDE_COLS = 7,
	INSIDE_MAX_COLS = 15, /* two levels; of deeper ones the innermost is shown */
	USER_COLS = 8,
	USER_MAX_COLS = 20,
	/* Columns that the tree must have, else a field is omitted. */
	TREE_WANTED_COLS = 28, /* else the user, then the PIDs inside */
	TREE_NARROW_COLS = 20, /* else the gaps of the namespace columns */
	TREE_LEAST_COLS = 14,  /* else the PID */
	TREE_ONLY_COLS = 8,    /* else the namespace columns */
	REPORT_LEVELS = 64,    /* guides of a report, whose width is not limited */
	FOLD_SIGN_COLS = 2,
	NS_GROUP_COUNT_COLS = 5, /* the number before the text of a group */
	LEFT_OUT_BYTES = 32,
	/* A cell represents a base and four combining marks of four bytes each, at most (text.h). */
	CELL_SOURCE_BYTES = 20,
	COMM_BYTES = 15, /* the kernel cuts a longer name, proc_pid_comm(5) */
};

/* How many cells wide each column is, 0 where it is not shown; one blank separates neighbors. */
struct row_layout {
	size_t tree, cols[COLUMN_COUNT];
	size_t gap;         /* of the namespace columns */
	size_t tree_begin;  /* the column of the tree; 0 except in reports */
	size_t level_cols;  /* of one guide */
	size_t most_levels; /* guides shown */
	bool matrix;        /* the namespace columns have room for the names of the types */
};

/* The text of a row while it is composed. */
struct row_text {
	const struct rowline_context *context;
	const struct row *row;
	struct line *line;
	size_t cols; /* more is not shown, so a command line may end there; 0: no limit */
	size_t name_from, name_to; /* the columns of the name */
};

/* --- New and dead ------------------------------------------------------------------------------ */

static const struct life *row_life(const struct row *row)
{
	if (row->key.kind == ROW_THREAD)
		return &row->thread->life;
	if (row->key.kind == ROW_PROCESS)
		return &row->process->life;
	return row->key.kind == ROW_NS ? &row->ns->life : NULL;
}

static bool is_dead(const struct rowline_context *context, const struct row *row)
{
	const struct life *life = row_life(row);

	if (context->history && row->key.kind == ROW_NS_GROUP)
		return !row->ns_group->processes && !row->ns_group->threads;
	return context->history && life && life->ended_ms;
}

/* A group with a new namespace did not exist before. */
static bool is_new_ns_group(const struct rowline_context *context, const struct ns_group *ns_group)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *ns = ns_group->ns[type];

		if (ns && history_is_new(context->history, &ns->life, context->now_ms))
			return true;
	}
	return false;
}

static bool is_new(const struct rowline_context *context, const struct row *row)
{
	const struct life *life = row_life(row);

	if (context->history && row->key.kind == ROW_NS_GROUP)
		return is_new_ns_group(context, row->ns_group);
	return context->history && life && history_is_new(context->history, life, context->now_ms);
}

/* STYLE_NEW or STYLE_DEAD for a new or dead row, else @style. */
static enum style row_style(
    const struct rowline_context *context, const struct row *row, enum style style)
{
	if (is_dead(context, row))
		return STYLE_DEAD;
	return is_new(context, row) ? STYLE_NEW : style;
}

/* --- Pieces of the text ------------------------------------------------------------------------ */

static enum style text_style(const struct row_text *text, enum style style)
{
	return row_style(text->context, text->row, style);
}

/* A sign as well as a color, for readers who see no color. */
static void add_life_sign(const struct row_text *text)
{
	if (is_dead(text->context, text->row))
		line_add_symbol(text->line, STYLE_DEAD, "✘ ", "x ");
	else if (is_new(text->context, text->row))
		line_adds(text->line, STYLE_NEW, "+ ");
}

static void add_name(struct row_text *text, enum style style, const char *name)
{
	text->name_from = text->line->cols;
	line_adds(text->line, style, name);
	text->name_to = text->line->cols;
}

static void add_comm(struct row_text *text, enum style style, const char *comm)
{
	add_name(text, style, comm[0] ? comm : "\"\"");
}

static void add_hidden(const struct row_text *text, enum style style)
{
	if (text->row->folded)
		line_addf(text->line, style, _(" (+%u)"), text->row->hidden);
}

static void add_remark(const struct row_text *text, enum style style, const char *remark)
{
	line_addf(text->line, text_style(text, style), _(" (%s)"), remark);
}

static void add_host(const struct row_text *text, const char *hostname)
{
	line_addf(text->line, text_style(text, STYLE_DIM), "  %s ", _("host"));
	line_adds(text->line, text_style(text, STYLE_PLAIN), hostname);
}

static void add_container(const struct row_text *text, const struct container *container)
{
	line_adds(text->line, text_style(text, STYLE_DIM), "  ");
	container_add(container, text_style(text, STYLE_CODE), text->line);
}

/* --- Processes -------------------------------------------------------------------------------- */

/* Where the part of the command line begins that comm does not repeat: "nginx" + ": worker process",
 * "/usr/sbin/sshd -D" for "sshd" + " -D"; 0 where the names have nothing in common.
 * @ret_separate: a blank belongs before it. */
static size_t skip_name(const struct process *process, bool *ret_separate)
{
	const char *data = process->cmdline;
	size_t comm_len = strlen(process->comm);
	size_t word = 0, base = 0, end = strnlen(data, process->cmdline_len);

	while (word < end && data[word] != ' ')
		word++;
	for (size_t i = 0; i < word; i++) {
		if (data[i] == '/')
			base = i + 1;
	}
	if (base == 0 && end > 0 && data[0] == '-')
		base = 1; /* a login shell */

	*ret_separate = true;
	if (!comm_len || end - base < comm_len || memcmp(data + base, process->comm, comm_len) != 0)
		return 0;
	if (end - base == comm_len || (comm_len == COMM_BYTES && end == word))
		return end + 1;
	*ret_separate = false;
	return base + comm_len;
}

static void add_arguments(const struct row_text *text, const struct process *process)
{
	enum style style = text_style(text, STYLE_DIM);
	struct line *line = text->line;
	size_t cols = text->cols, at;
	bool separate;

	if (!process->cmdline) {
		if (process->cmdline_late)
			line_addf(line, STYLE_WARN, _(" (%s)"), _("command line: no answer"));
		return;
	}
	at = skip_name(process, &separate);
	if (at >= process->cmdline_len)
		return;
	if (separate)
		line_adds(line, style, " ");
	while (at < process->cmdline_len) {
		const char *data = process->cmdline + at;
		size_t len = strnlen(data, process->cmdline_len - at);
		size_t left = cols > line->cols ? cols - line->cols : 0;
		size_t most = cols ? (left + 2) * CELL_SOURCE_BYTES : len;

		line_add(line, style, data, len < most ? len : most);
		/* Behind the last column there must be something, so that the cut shows. */
		if (cols && line->cols > cols && (len || line->cols > 2 * cols))
			break;
		at += len + 1;
		if (at < process->cmdline_len)
			line_adds(line, style, " ");
	}
	if (at >= process->cmdline_len && process->cmdline_cut)
		line_add_symbol(line, style, "…", "~");
}

/* The actor's name, and the letter of a process that is chosen for a comparison. */
static void add_labels(const struct row_text *text, const struct process *process)
{
	const struct rowline_context *context = text->context;

	for (size_t i = 0; i < context->actor_count; i++) {
		if (context->actors[i].pid == process->id.pid)
			line_addf(text->line, STYLE_ACTOR, "[%s] ", context->actors[i].name);
	}
	for (size_t i = 0; i < context->chosen_count; i++) {
		if (process_id_equal(&context->chosen[i], &process->id))
			line_addf(text->line, STYLE_KEY, "<%c> ", "AB"[i]);
	}
}

/* The PID namespace of the next children.  A dead one is the trap of unshare --pid without --fork: nothing
 * can be started any more.  A new one has no inode yet, so neither a row nor a letter can show it. */
static void add_pid_for_children(
    const struct row_text *text, const struct ns *const *links, const enum read_status *read_status)
{
	const struct ns *ns = links[LINK_PID_FOR_CHILDREN];

	if (ns && ns != links[NS_PID] && pid_ns_state(text->context->graph, ns) == PID_NS_DEAD)
		add_remark(text, STYLE_STRONG,
		    _("cannot fork: the PID namespace for its children is dead"));
	if (read_status[LINK_PID_FOR_CHILDREN] == READ_EMPTY)
		add_remark(text, STYLE_STRONG, _("next child starts a new PID namespace"));
}

static void add_process(struct row_text *text)
{
	const struct process *process = text->row->process;

	add_labels(text, process);
	add_life_sign(text);
	add_comm(text, text_style(text, process->kernel_thread ? STYLE_DIM : STYLE_PLAIN),
	    process->comm);
	add_hidden(text, text_style(text, STYLE_DIM));
	if (text->row->joined)
		add_remark(text, STYLE_DIM, _("joined"));
	if (process->state == 'Z')
		add_remark(text, STYLE_DIM,
		    process->threads > 1 ? _("zombie, other threads still run") : _("zombie"));
	else if (process->exiting)
		add_remark(text, STYLE_STRONG, _("ending"));
	add_pid_for_children(text, process->ns, process->read_status);
	add_arguments(text, process);
}

static void add_thread(struct row_text *text)
{
	const struct thread *thread = text->row->thread;
	enum style dim = text_style(text, STYLE_DIM);

	add_life_sign(text);
	line_addf(text->line, dim, "%s ", _("thread"));
	add_comm(text, text_style(text, STYLE_PLAIN), thread->comm);
	if (text->row->ns)
		line_addf(text->line, dim, _(" of %d %s"), (int)thread->process->id.pid,
		    thread->process->comm);
	add_pid_for_children(text, thread->ns, thread->read_status);
}

/* --- Namespaces, types, notes ----------------------------------------------------------------- */

/* The host name that members of @ns see, where it says something: that of a UTS namespace itself, or of a
 * PID namespace that of its first member, if that is not in the reference UTS namespace. */
static const char *hostname_of(const struct ns *ns)
{
	const struct ns *uts;

	if (ns->id.type == NS_UTS)
		return ns->hostname;
	if (ns->id.type != NS_PID || ns->reference || !ns->first_member)
		return NULL;
	uts = ns->first_member->ns[NS_UTS];
	return uts && !uts->reference ? uts->hostname : NULL;
}

static void add_letter(const struct row_text *text, const struct ns *ns)
{
	const struct ns_letters *ns_letters = text->context->ns_letters;
	size_t from = text->line->cols;

	if (!ns_letters)
		return;
	ns_letters_add(ns_letters, ns, STYLE_NS_LETTER, text->line);
	line_pad(text->line, from + ns_columns_cols(ns_letters, ns->id.type) + 1);
}

/* What holds a namespace without members. */
static void add_first_holder(const struct row_text *text, const struct ns *ns)
{
	enum style dim = text_style(text, STYLE_DIM);
	struct holder_walk walk;
	struct holder holder;

	holders_begin(&walk, ns, 0);
	if (!holders_next(&walk, &holder))
		return;
	line_adds(text->line, dim, _("; held by "));
	holder_add(&holder, text->line);
	if (ns->holder_count > 1)
		line_addf(text->line, dim,
		    ngettext(" and %u more", " and %u more", ns->holder_count - 1),
		    ns->holder_count - 1);
}

static void add_ns(struct row_text *text)
{
	const struct ns *ns = text->row->ns;
	const char *hostname = hostname_of(ns);
	const char *state = pid_ns_state_short(pid_ns_state(text->context->graph, ns));
	enum style dim = text_style(text, STYLE_DIM), plain = text_style(text, STYLE_PLAIN);
	struct container container;
	struct line *line = text->line;

	add_life_sign(text);
	add_letter(text, ns);
	text->name_from = line->cols;
	ns_id_add(&ns->id, text_style(text, STYLE_NS), line);
	text->name_to = line->cols;
	add_hidden(text, dim);
	if (ns->name) {
		line_adds(line, plain, "  \"");
		line_adds(line, text_style(text, STYLE_STRONG), ns->name);
		line_adds(line, plain, "\"");
	}
	if (ns->initial)
		line_addf(line, dim, "  %s", _("initial"));
	if (container_of_ns(ns, &container)) {
		/* Its name may be the one above. */
		if (ns->name && strcmp(ns->name, container.name) == 0)
			container.name[0] = '\0';
		add_container(text, &container);
	}
	line_adds(line, dim, "  ");
	if (ns->member_count)
		line_addf(line, dim, ngettext("%u process", "%u processes", ns->member_count),
		    ns->member_count);
	else
		line_adds(line, dim, _("no process"));
	if (state)
		line_addf(line, text_style(text, STYLE_STRONG), "; %s", state);
	if (!ns->member_count)
		add_first_holder(text, ns);
	if (ns->id.type == NS_USER && ns->owner_uid_status == READ_OK) {
		line_adds(line, dim, "  ");
		line_addf(line, dim, _("owner uid %u"), (unsigned)ns->owner_uid);
	}
	if (hostname)
		add_host(text, hostname);
}

static void add_type(struct row_text *text)
{
	const struct graph *graph = text->context->graph;
	enum nstype type = text->row->key.type;
	unsigned count = 0;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];

		count += ns->id.type == type && !ns->life.ended_ms;
	}
	add_name(text, STYLE_TITLE, ns_types[type].name);
	add_hidden(text, STYLE_DIM);
	line_adds(text->line, STYLE_DIM, "  ");
	line_addf(text->line, STYLE_DIM, ngettext("%u namespace", "%u namespaces", count), count);
	line_addf(text->line, STYLE_DIM, "  %s", _(ns_types[type].isolates));
}

static void add_members(struct row_text *text)
{
	unsigned count = text->row->ns->member_count;

	text->name_from = text->line->cols;
	line_addf(text->line, STYLE_DIM, ngettext("%u process in it", "%u processes in it", count),
	    count);
	text->name_to = text->line->cols;
	add_hidden(text, STYLE_DIM);
}

static void add_unknown(struct row_text *text)
{
	enum read_status why = text->row->key.why;

	text->name_from = text->line->cols;
	if (why == READ_DENIED)
		line_adds(text->line, STYLE_WARN, _("above, not visible from here"));
	else
		line_addf(text->line, STYLE_WARN, _("owner not known: %s"), read_status_text(why));
	text->name_to = text->line->cols;
	add_hidden(text, STYLE_DIM);
}

static void add_ns_group(struct row_text *text)
{
	const struct ns_group *ns_group = text->row->ns_group;
	enum style dim = text_style(text, STYLE_DIM);
	const struct ns *uts = ns_group->ns[NS_UTS];
	unsigned count = ns_group->processes;
	struct container container;

	/* A dead group shows how many members it had. */
	if (!count && !ns_group->threads)
		count = ns_group->member_count;
	line_addf(text->line, text_style(text, STYLE_STRONG), "%*u", NS_GROUP_COUNT_COLS, count);
	line_adds(text->line, dim, " ");
	add_life_sign(text);
	add_comm(text, text_style(text, STYLE_PLAIN), ns_group->first->comm);
	if (ns_group->threads)
		line_addf(text->line, dim,
		    ngettext(" (%u thread)", " (%u threads)", ns_group->threads),
		    ns_group->threads);
	if (container_of_process(ns_group->first, &container))
		add_container(text, &container);
	if (uts && !uts->reference && uts->hostname)
		add_host(text, uts->hostname);
	else
		add_arguments(text, ns_group->first);
}

static void add_text(struct row_text *text)
{
	const struct row *row = text->row;

	switch (row->key.kind) {
	case ROW_TYPE:
		add_type(text);
		break;
	case ROW_NS:
		add_ns(text);
		break;
	case ROW_PROCESS:
		add_process(text);
		break;
	case ROW_THREAD:
		add_thread(text);
		break;
	case ROW_MEMBERS:
		add_members(text);
		break;
	case ROW_NS_GROUP:
		add_ns_group(text);
		break;
	case ROW_UNKNOWN:
		add_unknown(text);
		break;
	case ROW_NOTE:
		add_name(text, row->key.why == READ_OK ? STYLE_DIM : STYLE_WARN, row->note);
		add_hidden(text, STYLE_DIM);
		break;
	}
}

/* --- The columns beside the tree ------------------------------------------------------------- */

/* Only processes, threads and groups have fields; those of a group are its first process's. */
static bool has_fields(const struct row *row)
{
	return row->key.kind == ROW_PROCESS || row->key.kind == ROW_THREAD ||
	       row->key.kind == ROW_NS_GROUP;
}

static const struct process *process_of(const struct row *row)
{
	return row->key.kind == ROW_NS_GROUP ? row->ns_group->first : row->process;
}

static char *pid_text(const struct row *row, size_t cols, enum charset charset)
{
	(void)cols, (void)charset;
	return xasprintf("%d", (int)(row->thread ? row->thread->tid : process_of(row)->id.pid));
}

/* The PIDs below the scanner's own level, outer ones first; where they exceed @cols (0: no limit), the
 * innermost.  Empty where there is one level only. */
static char *inside_text(const struct row *row, size_t cols, enum charset charset)
{
	const struct process *process = process_of(row);
	char digits[16];
	size_t capacity = (size_t)process->pid_levels * sizeof(digits), len = 0;
	autofree char *all = NULL;

	/* The PIDs of a thread inside are only in its own status file: not worth a read. */
	if (row->thread)
		return xstrdup("");
	if (process->pids_cut)
		return xstrdup("?");
	if (process->pid_levels <= 1)
		return xstrdup("");
	all = xcalloc(capacity, 1);
	for (int i = 1; i < process->pid_levels; i++)
		len += (size_t)snprintf(
		    all + len, capacity - len, "%s%d", i > 1 ? "/" : "", (int)process->pids[i]);
	if (!cols || len <= cols)
		return xstrdup(all);
	len = (size_t)snprintf(
	    digits, sizeof(digits), "%d", (int)process->pids[process->pid_levels - 1]);
	if (len + 2 <= cols)
		return xasprintf("%s/%s", charset == CHARSET_UTF8 ? "…" : "~", digits);
	return xstrdup(digits);
}

static char *user_text(const struct row *row, size_t cols, enum charset charset)
{
	const struct process *process = process_of(row);

	(void)cols, (void)charset;
	return process->user ? xstrdup(process->user) : xasprintf("%u", (unsigned)process->uid);
}

/* All but the namespace columns, which have no one text: add_ns_columns(). */
static const struct {
	const char *title;  /* msgid */
	size_t usual, most; /* its width on a screen, and at most in a report; 0: no limit */
	size_t tree; /* it is omitted where the tree would have fewer columns; the last one first */
	enum style style;
	bool right; /* aligned at the right */
	/* To be freed.  @cols: it should fit; 0: no limit. */
	char *(*text)(const struct row *row, size_t cols, enum charset charset);
} columns[COLUMN_NAMESPACES] = {
    [COLUMN_PID] = {N_("PID"), PID_COLS, 0, TREE_LEAST_COLS, STYLE_PID, true, pid_text},
    [COLUMN_INSIDE] = {N_("INSIDE"), INSIDE_COLS, INSIDE_MAX_COLS, TREE_WANTED_COLS, STYLE_PID,
        true, inside_text},
    [COLUMN_USER] = {N_("USER"), USER_COLS, USER_MAX_COLS, TREE_WANTED_COLS, STYLE_PLAIN, false,
        user_text},
};

/* --- Layout ----------------------------------------------------------------------------------- */

static size_t columns_cols(const struct rowline_context *context, size_t gap)
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
	size_t cols = 0;

	for (enum row_column column = 0; column < COLUMN_COUNT; column++)
		cols += layout->cols[column] ? layout->cols[column] + 1 : 0;
	return cols;
}

static bool tree_has(const struct row_layout *layout, size_t cols, size_t wanted)
{
	return cols >= fields_cols(layout) + wanted;
}

/* Leaves out columns for which @cols columns are too few, of those that need @tree of them for the tree. */
static void omit(struct row_layout *layout, size_t cols, size_t tree)
{
	for (enum row_column column = COLUMN_NAMESPACES; column-- > 0;) {
		if (columns[column].tree == tree && !tree_has(layout, cols, tree))
			layout->cols[column] = 0;
	}
}

/* Decides which fields fit @context->cols. */
static struct row_layout layout_of(const struct rowline_context *context)
{
	size_t cols = context->cols;
	struct row_layout layout = {
	    .gap = 1,
	    .level_cols = context->fold_signs ? 2 : 3,
	    .matrix = context->ns_groups != NULL,
	};

	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++)
		layout.cols[column] = context->column_cols[column] ? context->column_cols[column]
		                                                   : columns[column].usual;
	layout.cols[COLUMN_NAMESPACES] =
	    layout.matrix ? matrix_cols(context) : columns_cols(context, 1);
	for (enum row_column column = 0; column < COLUMN_COUNT; column++) {
		if (context->left_out & 1u << column)
			layout.cols[column] = 0;
	}
	if (!cols) {
		layout.tree_begin = fields_cols(&layout);
		layout.most_levels = REPORT_LEVELS;
		return layout;
	}
	omit(&layout, cols, TREE_WANTED_COLS);
	if (layout.matrix && layout.cols[COLUMN_NAMESPACES] &&
	    !tree_has(&layout, cols, TREE_NARROW_COLS)) {
		layout.matrix = false;
		layout.cols[COLUMN_NAMESPACES] = columns_cols(context, 1);
	}
	/* Without gaps only labels of one letter can be distinguished. */
	if (layout.cols[COLUMN_NAMESPACES] && !tree_has(&layout, cols, TREE_NARROW_COLS) &&
	    columns_cols(context, 0) == NS_TYPE_COUNT) {
		layout.gap = 0;
		layout.cols[COLUMN_NAMESPACES] = columns_cols(context, 0);
	}
	omit(&layout, cols, TREE_LEAST_COLS);
	if (!tree_has(&layout, cols, TREE_ONLY_COLS))
		layout.cols[COLUMN_NAMESPACES] = 0;
	layout.tree = cols - fields_cols(&layout);
	layout.most_levels = layout.tree / 2 / layout.level_cols;
	return layout;
}

/* --- Fields ----------------------------------------------------------------------------------- */

/* The fields of a row, or of the heading. */
struct fields {
	const char *texts[COLUMN_NAMESPACES];
	enum style styles[COLUMN_NAMESPACES];
	const struct ns *const *links;       /* NULL: the namespace columns stay blank */
	const enum read_status *read_status; /* NULL: every link was read */
	bool heading;
};

/* Appends @text in exactly @cols columns, cut or padded. */
static void add_aligned(
    struct line *line, enum style style, size_t cols, const char *text, bool right)
{
	struct line field;
	size_t end = line->cols + cols;

	line_init(&field, line->charset);
	line_adds(&field, style, text);
	line_fit(&field, cols);
	if (right)
		line_pad(line, end - field.cols);
	line_append(line, &field, 0, cols);
	line_pad(line, end);
	line_done(&field);
}

static const char *order_sign(const struct rowline_context *context)
{
	bool down = ns_groups_order_descends(context->ns_groups);

	if (context->charset == CHARSET_UTF8)
		return down ? "▼" : "▲";
	return down ? "v" : "^";
}

/* The sign of the order where groups are ordered by @column, else "". */
static const char *order_sign_of(const struct rowline_context *context, unsigned column)
{
	return context->ns_groups && context->ns_groups->column == column ? order_sign(context)
	                                                                  : "";
}

static void add_ns_columns(const struct rowline_context *context, const struct row_layout *layout,
    const struct fields *fields, struct line *line)
{
	size_t end = line->cols + layout->cols[COLUMN_NAMESPACES];

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

/* The blank that separates a field from the tree is before the field on the screen, behind it in a report. */
static void add_fields(const struct rowline_context *context, const struct row_layout *layout,
    const struct fields *fields, struct line *line)
{
	size_t before = context->cols ? 1 : 0, behind = 1 - before;

	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++) {
		if (!layout->cols[column])
			continue;
		line_pad(line, line->cols + before);
		add_aligned(line, fields->styles[column], layout->cols[column],
		    fields->texts[column], columns[column].right);
		line_pad(line, line->cols + behind);
	}
	if (layout->cols[COLUMN_NAMESPACES]) {
		line_pad(line, line->cols + before);
		add_ns_columns(context, layout, fields, line);
		line_pad(line, line->cols + behind);
	}
}

static void add_row_fields(const struct rowline_context *context, const struct row_layout *layout,
    const struct outline *outline, const struct row *row, struct line *line)
{
	const struct process *process = process_of(row);
	const struct thread *thread = row->thread;
	char *texts[COLUMN_NAMESPACES];
	struct fields fields = {0};

	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++) {
		fields.texts[column] = texts[column] =
		    columns[column].text(row, layout->cols[column], line->charset);
		fields.styles[column] = row_style(context, row, columns[column].style);
	}
	if (row->ns_group) {
		fields.links = row->ns_group->ns;
	} else {
		fields.read_status = thread ? thread->read_status : process->read_status;
		/* The members of a group have its namespaces, which its own row shows. */
		if (row->parent == ROW_NONE || !outline->rows[row->parent].ns_group)
			fields.links = thread ? thread->ns : process->ns;
	}
	add_fields(context, layout, &fields, line);
	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++)
		free(texts[column]);
}

void rowline_measure(struct rowline_context *context, const struct outline *outline)
{
	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++) {
		const char *title = _(columns[column].title);
		size_t cols = text_cols(title, strlen(title), context->charset),
		       most = columns[column].most;

		for (size_t i = 0; i < outline->count; i++) {
			autofree char *text = NULL;

			if (!has_fields(&outline->rows[i]))
				continue;
			text = columns[column].text(&outline->rows[i], 0, context->charset);
			cols = larger(cols, text_cols(text, strlen(text), context->charset));
		}
		context->column_cols[column] = most && cols > most ? most : cols;
	}
}

/* --- Guides ----------------------------------------------------------------------------------- */

/* The number of guides that are left out, so that a child still differs from a sibling. */
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

static size_t fold_sign_cols(const struct rowline_context *context)
{
	return context->fold_signs ? FOLD_SIGN_COLS : 0;
}

size_t rowline_indent(
    const struct rowline_context *context, const struct outline *outline, uint32_t at)
{
	struct row_layout layout = layout_of(context);

	return layout.tree_begin + guides_cols(&layout, context->charset, outline->rows[at].depth) +
	       fold_sign_cols(context);
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

/* The heading above the text of the rows. */
static char *tree_heading(const struct rowline_context *context)
{
	size_t indent = fold_sign_cols(context) + NS_GROUP_COUNT_COLS, cols;
	const char *count = _("COUNT");

	if (!context->ns_groups)
		return xstrdup(_("TREE"));
	cols = text_cols(count, strlen(count), context->charset);
	return xasprintf("%*s%s%s %s%s", indent > cols ? (int)(indent - cols) : 0, "", count,
	    order_sign_of(context, NS_GROUPS_BY_COUNT), _("FIRST PROCESS"),
	    order_sign_of(context, NS_GROUPS_BY_NAME));
}

void rowline_heading(const struct rowline_context *context, struct line *line)
{
	autofree char *tree = tree_heading(context);
	autofree char *pid = xasprintf(
	    "%s%s", _(columns[COLUMN_PID].title), order_sign_of(context, NS_GROUPS_BY_FIRST));
	struct row_layout layout = layout_of(context);
	struct fields fields = {.heading = true};

	for (enum row_column column = 0; column < COLUMN_NAMESPACES; column++) {
		fields.texts[column] = column == COLUMN_PID ? pid : _(columns[column].title);
		fields.styles[column] = STYLE_TITLE;
	}
	if (context->cols)
		add_aligned(line, STYLE_TITLE, layout.tree, tree, false);
	add_fields(context, &layout, &fields, line);
	if (!context->cols)
		line_adds(line, STYLE_TITLE, tree);
}

bool rowline_order_at(const struct rowline_context *context, size_t col, unsigned *ret_column)
{
	size_t indent = fold_sign_cols(context) + NS_GROUP_COUNT_COLS, at;
	struct row_layout layout = layout_of(context);

	if (!context->ns_groups || !context->cols)
		return false;
	if (col < layout.tree) {
		*ret_column = col <= indent ? NS_GROUPS_BY_COUNT : NS_GROUPS_BY_NAME;
		return true;
	}
	if (layout.cols[COLUMN_PID] && col <= layout.tree + layout.cols[COLUMN_PID]) {
		*ret_column = NS_GROUPS_BY_FIRST;
		return true;
	}
	at = context->cols - layout.cols[COLUMN_NAMESPACES];
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

/* Marks what the search found.  It may not be shown (a long command line, a PID): then the name, between
 * @name_from and @name_to. */
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

void rowline(const struct rowline_context *context, const struct outline *outline, uint32_t at,
    struct line *line)
{
	const struct row *row = &outline->rows[at];
	struct row_layout layout = layout_of(context);
	size_t base = line->cols, indent, begin = base + layout.tree_begin;
	/* A row without fields may be as long as the line. */
	size_t tree_cols = has_fields(row) ? layout.tree : context->cols;
	struct line tree;
	struct row_text text = {.context = context, .row = row, .line = &tree, .cols = tree_cols};

	line_init(&tree, line->charset);
	add_guides(&layout, outline, at, &tree);
	if (context->fold_signs)
		add_fold_sign(row, &tree);
	indent = tree.cols;
	add_text(&text);

	if (context->cols) {
		line_fit(&tree, tree_cols);
		line_append(line, &tree, 0, SIZE_MAX);
		line_pad(line, base + tree_cols);
		if (has_fields(row))
			add_row_fields(context, &layout, outline, row, line);
	} else {
		if (has_fields(row))
			add_row_fields(context, &layout, outline, row, line);
		line_pad(line, begin);
		line_append(line, &tree, 0, SIZE_MAX);
	}
	line_done(&tree);

	if (row->matched && context->search && context->search[0])
		highlight(line, context->search, context->cols ? begin + indent : base,
		    begin + text.name_from, begin + text.name_to);
}
