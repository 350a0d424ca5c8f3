#include "model/view/ns_letters.h"

#include "model/base/hash.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>

enum { LABEL_BYTES = 8 }; /* 26^7 labels, more than there are inodes of nsfs */

struct mark {
	struct ns_id id;
	uint32_t number; /* from 1 */
	char label[LABEL_BYTES];
};

/* Those of one graph. */
struct mark_table {
	struct mark *marks;
	size_t count;
	struct hash by_id; /* of them */
};

struct marks {
	struct mark_table table;
	size_t cols[NS_TYPE_COUNT];
};

static void table_done(struct mark_table *table)
{
	hash_done(&table->by_id);
	free(table->marks);
}

struct marks *marks_new(void)
{
	struct marks *marks = xcalloc(1, sizeof(*marks));

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		marks->cols[type] = 1;
	return marks;
}

void marks_free(struct marks *marks)
{
	if (!marks)
		return;
	table_done(&marks->table);
	free(marks);
}

/* The mark of @id, NULL for none. */
static const struct mark *find_mark(const struct mark_table *table, const struct ns_id *id)
{
	const struct mark *mark;

	hash_each (mark, &table->by_id, ns_id_hash(id)) {
		if (ns_id_equal(&mark->id, id))
			break;
	}
	return mark;
}

/* There is room for it. */
static void add_mark(struct mark_table *table, const struct mark *mark)
{
	struct mark *added = &table->marks[table->count++];

	*added = *mark;
	hash_put(&table->by_id, ns_id_hash(&added->id), added);
}

/* a, b, … z, aa, ab, … */
static void write_label(uint32_t number, char label[LABEL_BYTES])
{
	char reversed[LABEL_BYTES];
	size_t len = 0;

	for (; number && len < LABEL_BYTES - 1; number = (number - 1) / 26)
		reversed[len++] = (char)('a' + (number - 1) % 26);
	for (size_t i = 0; i < len; i++)
		label[i] = reversed[len - 1 - i];
	label[len] = '\0';
}

/* Enters what @graph shows and @marks knew before; sets @taken[type][number] for each below @row. */
static void keep_marks(const struct marks *marks, const struct graph *graph, size_t row,
    struct mark_table *kept, bool *taken[NS_TYPE_COUNT])
{
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		const struct mark *known = ns->baseline ? NULL : find_mark(&marks->table, &ns->id);

		if (!known)
			continue;
		/* It may be in both graphs. */
		if (!find_mark(kept, &ns->id))
			add_mark(kept, known);
		/* Numbers past the count are not asked for by those that are new. */
		if (known->number < row)
			taken[ns->id.type][known->number] = true;
	}
}

static void add_marks(
    const struct graph *graph, struct mark_table *table, bool *taken[NS_TYPE_COUNT])
{
	uint32_t lowest[NS_TYPE_COUNT] = {0};

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		struct mark mark = {.id = ns->id};
		uint32_t *number = &lowest[ns->id.type];

		if (ns->baseline || find_mark(table, &ns->id))
			continue;
		do
			++*number;
		while (taken[ns->id.type][*number]);
		mark.number = *number;
		write_label(*number, mark.label);
		add_mark(table, &mark);
	}
}

static void measure(struct marks *marks)
{
	for (int type = 0; type < NS_TYPE_COUNT; type++)
		marks->cols[type] = 1;
	for (size_t i = 0; i < marks->table.count; i++) {
		const struct mark *mark = &marks->table.marks[i];

		if (marks->cols[mark->id.type] < strlen(mark->label))
			marks->cols[mark->id.type] = strlen(mark->label);
	}
}

void marks_update_with(struct marks *marks, const struct graph *graph, const struct graph *also)
{
	size_t count = graph->ns_count + (also ? also->ns_count : 0);
	size_t row = count + 2; /* no number passes the count of namespaces */
	autofree bool *numbers = xcalloc(NS_TYPE_COUNT * row, sizeof(*numbers));
	bool *taken[NS_TYPE_COUNT];
	struct mark_table table = {.marks = xcalloc(count, sizeof(*table.marks))};

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		taken[type] = numbers + (size_t)type * row;
	if (also)
		keep_marks(marks, also, row, &table, taken);
	keep_marks(marks, graph, row, &table, taken);
	add_marks(graph, &table, taken);
	table_done(&marks->table);
	marks->table = table;
	measure(marks);
}

void marks_update(struct marks *marks, const struct graph *graph)
{
	marks_update_with(marks, graph, NULL);
}

const char *marks_label(const struct marks *marks, const struct ns *ns, enum charset charset)
{
	const struct mark *mark;

	if (ns->baseline && !ns->initial)
		return "=";
	if (ns->baseline)
		return charset == CHARSET_UTF8 ? "·" : ".";
	mark = find_mark(&marks->table, &ns->id);
	return mark ? mark->label : "?";
}

uint8_t marks_hue(const struct marks *marks, const struct ns *ns)
{
	const struct mark *mark = ns->baseline ? NULL : find_mark(&marks->table, &ns->id);

	return mark ? (uint8_t)((mark->number - 1) % MARK_HUES + 1) : 0;
}

size_t marks_cols(const struct marks *marks, enum nstype type)
{
	return marks->cols[type];
}

static void add_unread(enum unread why, struct line *line)
{
	if (why == UNREAD_DENIED || why == UNREAD_NEVER)
		line_adds(line, STYLE_WARN, "?");
	else
		line_adds(line, STYLE_DIM, "-");
}

static void add_cell(
    const struct marks *marks, const struct ns *ns, enum unread unread, struct line *line)
{
	if (!ns)
		add_unread(unread, line);
	else if (ns->baseline)
		line_adds(line, STYLE_DIM, marks_label(marks, ns, line->charset));
	else
		line_add_mark(line, marks_label(marks, ns, line->charset), marks_hue(marks, ns));
}

/* @unread: NULL where what is missing can't be there. */
static enum unread why_missing(const enum unread *unread, enum nstype type)
{
	return unread ? unread[type] : UNREAD_UNSUPPORTED;
}

void marks_strip(const struct marks *marks, const struct ns *const *links,
    const enum unread *unread, size_t gap, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		add_cell(marks, links[type], why_missing(unread, type), line);
		end += marks->cols[type];
		line_pad(line, end);
		if (type < NS_TYPE_COUNT - 1)
			end += gap;
		line_pad(line, end);
	}
}

size_t marks_matrix_cols(const struct marks *marks, enum nstype type)
{
	size_t name = strlen(ns_types[type].name);

	return marks->cols[type] > name ? marks->cols[type] : name;
}

void marks_matrix(const struct marks *marks, const struct ns *const *links,
    const enum unread *unread, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		add_cell(marks, links[type], why_missing(unread, type), line);
		end += marks_matrix_cols(marks, type) + 1;
		line_pad(line, end);
	}
}

void marks_matrix_heading(
    const struct marks *marks, enum nstype chosen, const char *sign, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		line_adds(line, type == chosen ? STYLE_TITLE : STYLE_DIM, ns_types[type].name);
		if (type == chosen)
			line_adds(line, STYLE_TITLE, sign);
		end += marks_matrix_cols(marks, type) + 1;
		line_pad(line, end);
	}
}

void marks_heading(const struct marks *marks, size_t gap, struct line *line)
{
	/* For a single column: no two alike. */
	static const char letters[NS_TYPE_COUNT + 1] = "cimnptuU";
	size_t end = line->cols;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		size_t cols = marks->cols[type];
		size_t len = strlen(ns_types[type].name);

		if (cols == 1)
			line_add(line, STYLE_DIM, &letters[type], 1);
		else
			line_add(line, STYLE_DIM, ns_types[type].name, len < cols ? len : cols);
		end += cols;
		line_pad(line, end);
		if (type < NS_TYPE_COUNT - 1)
			end += gap;
		line_pad(line, end);
	}
}

void marks_add_types(struct line *line, enum style style, unsigned types)
{
	const char *between = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!(types & 1u << type))
			continue;
		line_addf(line, style, "%s%s", between, ns_types[type].name);
		between = _(", ");
	}
}

bool marks_note(const struct graph *graph, struct line *line)
{
	unsigned types[STANDING_UNKNOWN + 1] = {0};
	bool own = true;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *baseline = graph->baseline[type];

		if (!baseline || baseline->initial)
			continue;
		types[ns_standing(graph, baseline)] |= 1u << type;
		own &= baseline->own;
	}
	if (!types[STANDING_OTHER] && !types[STANDING_UNKNOWN])
		return false;
	line_adds(line, STYLE_PLAIN,
	    own ? _("= is the namespace that nsscope itself is in.")
	        : _("= is the namespace of the oldest process in sight."));
	if (types[STANDING_OTHER]) {
		line_adds(line, STYLE_PLAIN, _(" It is not the initial one: "));
		marks_add_types(line, STYLE_PLAIN, types[STANDING_OTHER]);
		line_adds(line, STYLE_PLAIN, _("."));
	}
	if (types[STANDING_UNKNOWN]) {
		line_adds(line, STYLE_PLAIN, _(" Whether it is the initial one is not known: "));
		marks_add_types(line, STYLE_PLAIN, types[STANDING_UNKNOWN]);
		line_adds(line, STYLE_PLAIN, _("."));
	}
	return true;
}
