#include "model/view/rowtext.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/graph/containers.h"
#include "model/graph/holders.h"
#include "model/graph/pid_ns.h"

#include <stdio.h>
#include <string.h>

enum {
	/* A cell stands for a base and four combining marks of four bytes each, at most (text.h). */
	CELL_SOURCE_BYTES = 20,
	COMM_BYTES = 15, /* the kernel cuts a longer name, proc_pid_comm(5) */
};

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

/* A room with a new namespace can't have been there before. */
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
	return context->history && life && !life->ended_ms &&
	       history_is_new(context->history, life, context->now_ms);
}

enum style rowtext_style(
    const struct rowline_context *context, const struct row *row, enum style style)
{
	if (is_dead(context, row))
		return STYLE_DEAD;
	return is_new(context, row) ? STYLE_NEW : style;
}

/* Born and dead are told by a sign too, for those who see no color. */
static void add_life_sign(
    const struct rowline_context *context, const struct row *row, struct line *line)
{
	if (is_dead(context, row))
		line_add_symbol(line, STYLE_DEAD, "✘ ", "x ");
	else if (is_new(context, row))
		line_adds(line, STYLE_NEW, "+ ");
}

static void add_hidden(const struct row *row, enum style style, struct line *line)
{
	if (row->folded)
		line_addf(line, style, _(" (+%u)"), row->hidden);
}

/* --- Processes -------------------------------------------------------------------------------- */

/* What of the command line comm doesn't say already: "nginx" + ": worker process",
 * "/usr/sbin/sshd -D" for "sshd" + " -D"; the whole of it where the names have nothing in common.
 * @ret_separate: a blank belongs before it. */
static size_t skip_name(const struct process *process, bool *ret_separate)
{
	const char *data = process->cmdline;
	size_t comm_len = strlen(process->comm);
	size_t word = 0, base = 0, end = 0;

	while (end < process->cmdline_len && data[end])
		end++;
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

static void add_arguments(
    const struct process *process, enum style style, size_t cols, struct line *line)
{
	bool separate = true;
	size_t at = process->cmdline ? skip_name(process, &separate) : 0;

	if (!process->cmdline && process->cmdline_late)
		line_addf(line, STYLE_WARN, _(" (%s)"), _("command line: no answer"));

	if (!process->cmdline || at >= process->cmdline_len)
		return;
	if (separate)
		line_adds(line, style, " ");
	while (at < process->cmdline_len) {
		const char *data = process->cmdline + at;
		size_t len = strnlen(data, process->cmdline_len - at);
		size_t left = cols > line->cols ? cols - line->cols : 0;
		size_t most = cols ? (left + 2) * CELL_SOURCE_BYTES : len;

		line_add(line, style, data, len < most ? len : most);
		/* Behind the last column something must stand that a cut can tell of. */
		if (cols && line->cols > cols && (len || line->cols > 2 * cols))
			break;
		at += len + 1;
		if (at < process->cmdline_len)
			line_adds(line, style, " ");
	}
	if (at >= process->cmdline_len && process->cmdline_cut)
		line_add_symbol(line, style, "…", "~");
}

static void add_actor(
    const struct rowline_context *context, const struct process *process, struct line *line)
{
	for (size_t i = 0; i < context->cast_count; i++) {
		if (context->cast[i].pid == process->id.pid)
			line_addf(line, STYLE_ACTOR, "[%s] ", context->cast[i].name);
	}
}

/* Who is marked for a comparison. */
static void add_chosen(
    const struct rowline_context *context, const struct process *process, struct line *line)
{
	for (size_t i = 0; i < context->chosen_count; i++) {
		if (process_id_equal(&context->chosen[i], &process->id))
			line_addf(line, STYLE_KEY, "<%c> ", "AB"[i]);
	}
}

/* The trap of unshare --pid without --fork: whoever wonders why nothing can be started any more looks here. */
static void add_dead_for_children(const struct rowline_context *context, const struct row *row,
    const struct ns *const *links, struct line *line)
{
	const struct ns *ns = links[LINK_PID_FOR_CHILDREN];

	if (ns && ns != links[NS_PID] && pid_ns_state(context->graph, ns) == PID_NS_DEAD)
		line_addf(line, rowtext_style(context, row, STYLE_STRONG), _(" (%s)"),
		    _("cannot fork: the PID namespace for its children is dead"));
}

static void add_process(const struct rowline_context *context, const struct row *row, size_t cols,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	const struct process *process = row->process;
	enum style dim = rowtext_style(context, row, STYLE_DIM);
	enum style name = process->kernel_thread ? dim : rowtext_style(context, row, STYLE_PLAIN);

	add_actor(context, process, line);
	add_chosen(context, process, line);
	add_life_sign(context, row, line);
	*ret_name_from = line->cols;
	line_adds(line, name, process->comm[0] ? process->comm : "\"\"");
	*ret_name_to = line->cols;
	add_hidden(row, dim, line);
	if (row->joined)
		line_addf(line, dim, _(" (%s)"), _("joined"));
	if (process->state == 'Z')
		line_addf(line, dim, _(" (%s)"),
		    process->threads > 1 ? _("zombie, other threads live") : _("zombie"));
	else if (process->exiting)
		line_addf(line, rowtext_style(context, row, STYLE_STRONG), _(" (%s)"), _("ending"));
	add_dead_for_children(context, row, process->ns, line);
	/* The new namespace has no inode yet, so no row and no mark can stand for it. */
	if (process->read_status[LINK_PID_FOR_CHILDREN] == READ_EMPTY)
		line_addf(line, rowtext_style(context, row, STYLE_STRONG), _(" (%s)"),
		    _("next child starts a new PID namespace"));
	add_arguments(process, dim, cols, line);
}

static void add_thread(const struct rowline_context *context, const struct row *row,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	enum style dim = rowtext_style(context, row, STYLE_DIM);

	add_life_sign(context, row, line);
	line_addf(line, dim, "%s ", _("thread"));
	*ret_name_from = line->cols;
	line_adds(line, rowtext_style(context, row, STYLE_PLAIN),
	    row->thread->comm[0] ? row->thread->comm : "\"\"");
	*ret_name_to = line->cols;
	if (row->ns)
		line_addf(line, dim, _(" of %d %s"), (int)row->process->id.pid, row->process->comm);
	add_dead_for_children(context, row, row->thread->ns, line);
	if (row->thread->read_status[LINK_PID_FOR_CHILDREN] == READ_EMPTY)
		line_addf(line, rowtext_style(context, row, STYLE_STRONG), _(" (%s)"),
		    _("next child starts a new PID namespace"));
}

/* --- Namespaces, types, notes ----------------------------------------------------------------- */

/* The host name that members of @ns see, where that says something: its own, or for a PID
 * namespace that of its first member's, when it has left the usual one. */
static const char *hostname_of(const struct ns *ns)
{
	if (ns->id.type == NS_UTS)
		return ns->hostname;
	if (ns->id.type != NS_PID || ns->reference || !ns->first_member)
		return NULL;

	const struct ns *uts = ns->first_member->ns[NS_UTS];
	return uts && !uts->reference ? uts->hostname : NULL;
}

static void add_mark(const struct rowline_context *context, const struct ns *ns, struct line *line)
{
	size_t from = line->cols;

	if (!context->ns_letters)
		return;
	line_add_ns_letter(line, ns_letters_label(context->ns_letters, ns, context->charset),
	    ns_letters_hue(context->ns_letters, ns));
	line_pad(line, from + ns_columns_cols(context->ns_letters, ns->id.type) + 1);
}

/* Why it is there with no process in it. */
static void add_nobody(const struct ns *ns, enum style style, struct line *line)
{
	struct holder_walk walk;
	struct holder holder;

	holders_begin(&walk, ns, 0);
	if (!holders_next(&walk, &holder))
		return;
	line_adds(line, style, _("; kept by "));
	holder_add(&holder, line);
	if (ns->holder_count > 1)
		line_addf(line, style,
		    ngettext(" and %u more", " and %u more", ns->holder_count - 1),
		    ns->holder_count - 1);
}

/* Whose it is, where that is known. */
static void add_container(const struct ns *ns, enum style style, struct line *line)
{
	struct container container;

	if (!container_of_ns(ns, &container))
		return;
	line_adds(line, style, "  ");
	/* Its name stands there already. */
	if (ns->name && strcmp(ns->name, container.name) == 0)
		container.name[0] = '\0';
	container_add(&container, style, line);
}

static void add_ns(const struct rowline_context *context, const struct row *row, struct line *line,
    size_t *ret_name_from, size_t *ret_name_to)
{
	const struct ns *ns = row->ns;
	const char *hostname = hostname_of(ns);
	const char *state = pid_ns_state_short(pid_ns_state(context->graph, ns));
	enum style dim = rowtext_style(context, row, STYLE_DIM);
	enum style plain = rowtext_style(context, row, STYLE_PLAIN);

	add_life_sign(context, row, line);
	add_mark(context, ns, line);
	*ret_name_from = line->cols;
	line_addf(line, rowtext_style(context, row, STYLE_NS), "%s:%llu",
	    ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);
	*ret_name_to = line->cols;
	add_hidden(row, dim, line);
	if (ns->name) {
		line_adds(line, plain, "  \"");
		line_adds(line, rowtext_style(context, row, STYLE_STRONG), ns->name);
		line_adds(line, plain, "\"");
	}
	if (ns->initial)
		line_addf(line, dim, "  %s", _("initial"));
	add_container(ns, rowtext_style(context, row, STYLE_CODE), line);
	line_adds(line, dim, "  ");
	if (ns->member_count)
		line_addf(line, dim, ngettext("%u process", "%u processes", ns->member_count),
		    ns->member_count);
	else
		line_adds(line, dim, _("no process"));
	if (state)
		line_addf(line, rowtext_style(context, row, STYLE_STRONG), "; %s", state);
	if (!ns->member_count)
		add_nobody(ns, dim, line);
	if (ns->id.type == NS_USER && ns->owner_uid_status == READ_OK) {
		line_adds(line, dim, "  ");
		line_addf(line, dim, _("owner uid %u"), (unsigned)ns->owner_uid);
	}
	if (hostname) {
		line_addf(line, dim, "  %s ", _("host"));
		line_adds(line, plain, hostname);
	}
}

static void add_type(const struct rowline_context *context, const struct row *row,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	const struct graph *graph = context->graph;
	const struct ns_type_info *info = &ns_types[row->key.type];
	unsigned count = 0;

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		count += ns->id.type == row->key.type && !ns->life.ended_ms;
	}
	*ret_name_from = line->cols;
	line_adds(line, STYLE_TITLE, info->name);
	*ret_name_to = line->cols;
	add_hidden(row, STYLE_DIM, line);
	line_adds(line, STYLE_DIM, "  ");
	line_addf(line, STYLE_DIM, ngettext("%u namespace", "%u namespaces", count), count);
	line_addf(line, STYLE_DIM, "  %s", _(info->isolates));
}

static void add_members(
    const struct row *row, struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	unsigned count = row->ns->member_count;

	*ret_name_from = line->cols;
	line_addf(
	    line, STYLE_DIM, ngettext("%u process in it", "%u processes in it", count), count);
	*ret_name_to = line->cols;
	add_hidden(row, STYLE_DIM, line);
}

static void add_unknown(
    const struct row *row, struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	*ret_name_from = line->cols;
	if (row->key.why == READ_DENIED)
		line_adds(line, STYLE_WARN, _("above, not visible from here"));
	else
		line_addf(
		    line, STYLE_WARN, _("owner not known: %s"), read_status_text(row->key.why));
	*ret_name_to = line->cols;
	add_hidden(row, STYLE_DIM, line);
}

/* A dead one is told by how many were in it last. */
static void add_ns_group(const struct rowline_context *context, const struct row *row, size_t cols,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	const struct ns_group *ns_group = row->ns_group;
	enum style dim = rowtext_style(context, row, STYLE_DIM);
	const struct ns *uts = ns_group->ns[NS_UTS];
	unsigned count = ns_group->processes;
	struct container container;
	char digits[16];

	if (!count && !ns_group->threads)
		count = ns_group->member_count;
	snprintf(digits, sizeof(digits), "%*u", NS_GROUP_COUNT_COLS, count);
	line_adds(line, rowtext_style(context, row, STYLE_STRONG), digits);
	line_adds(line, dim, " ");
	add_life_sign(context, row, line);
	*ret_name_from = line->cols;
	line_adds(line, rowtext_style(context, row, STYLE_PLAIN),
	    ns_group->first->comm[0] ? ns_group->first->comm : "\"\"");
	*ret_name_to = line->cols;
	if (ns_group->threads)
		line_addf(line, dim, ngettext(" (%u thread)", " (%u threads)", ns_group->threads),
		    ns_group->threads);
	if (container_of_process(ns_group->first, &container)) {
		line_adds(line, dim, "  ");
		container_add(&container, rowtext_style(context, row, STYLE_CODE), line);
	}
	if (uts && !uts->reference && uts->hostname) {
		line_addf(line, dim, "  %s ", _("host"));
		line_adds(line, rowtext_style(context, row, STYLE_PLAIN), uts->hostname);
	} else {
		add_arguments(ns_group->first, dim, cols, line);
	}
}

void rowtext_add(const struct rowline_context *context, const struct row *row, size_t cols,
    struct line *line, size_t *ret_name_from, size_t *ret_name_to)
{
	switch (row->key.kind) {
	case ROW_TYPE:
		add_type(context, row, line, ret_name_from, ret_name_to);
		break;
	case ROW_NS:
		add_ns(context, row, line, ret_name_from, ret_name_to);
		break;
	case ROW_PROCESS:
		add_process(context, row, cols, line, ret_name_from, ret_name_to);
		break;
	case ROW_THREAD:
		add_thread(context, row, line, ret_name_from, ret_name_to);
		break;
	case ROW_MEMBERS:
		add_members(row, line, ret_name_from, ret_name_to);
		break;
	case ROW_NS_GROUP:
		add_ns_group(context, row, cols, line, ret_name_from, ret_name_to);
		break;
	case ROW_UNKNOWN:
		add_unknown(row, line, ret_name_from, ret_name_to);
		break;
	case ROW_NOTE:
		*ret_name_from = line->cols;
		line_adds(line, row->key.why == READ_OK ? STYLE_DIM : STYLE_WARN, row->note);
		*ret_name_to = line->cols;
		add_hidden(row, STYLE_DIM, line);
		break;
	}
}
