#include "model/view/ns_letters.h"

#include "model/base/hash.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <string.h>

enum { LABEL_BYTES = 8 }; /* 26^7 labels, more than there are inodes of nsfs */

struct ns_letter {
	struct ns_id id;
	uint32_t number; /* from 1 */
	char label[LABEL_BYTES];
};

/* Those of one graph. */
struct letter_table {
	struct ns_letter *letters;
	size_t count;
	struct hash by_id; /* of them */
};

struct ns_letters {
	struct letter_table table;
	size_t cols[NS_TYPE_COUNT];
};

static void table_done(struct letter_table *table)
{
	hash_done(&table->by_id);
	free(table->letters);
}

/* Columns never become narrower: they must not move while they are read. */
static void measure(struct ns_letters *ns_letters)
{
	for (size_t i = 0; i < ns_letters->table.count; i++) {
		const struct ns_letter *letter = &ns_letters->table.letters[i];
		size_t *cols = &ns_letters->cols[letter->id.type];

		*cols = larger(*cols, strlen(letter->label));
	}
}

struct ns_letters *ns_letters_new(void)
{
	struct ns_letters *ns_letters = xcalloc(1, sizeof(*ns_letters));

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		ns_letters->cols[type] = 1;
	return ns_letters;
}

void ns_letters_free(struct ns_letters *ns_letters)
{
	if (!ns_letters)
		return;
	table_done(&ns_letters->table);
	free(ns_letters);
}

/* The letter of @id, NULL for none. */
static const struct ns_letter *find_letter(const struct letter_table *table, const struct ns_id *id)
{
	const struct ns_letter *letter;

	hash_each (letter, &table->by_id, ns_id_hash(id)) {
		if (ns_id_equal(&letter->id, id))
			break;
	}
	return letter;
}

/* The table is large enough. */
static void add_letter(struct letter_table *table, const struct ns_letter *letter)
{
	struct ns_letter *added = &table->letters[table->count++];

	*added = *letter;
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

/* Enters what @graph shows and @ns_letters knew before; sets @taken[type][number] for each below @row. */
static void keep_letters(const struct ns_letters *ns_letters, const struct graph *graph, size_t row,
    struct letter_table *kept, bool *taken[NS_TYPE_COUNT])
{
	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		const struct ns_letter *known =
		    ns->reference ? NULL : find_letter(&ns_letters->table, &ns->id);

		if (!known)
			continue;
		/* It may be in both graphs. */
		if (!find_letter(kept, &ns->id))
			add_letter(kept, known);
		/* New ones never get numbers past the count. */
		if (known->number < row)
			taken[ns->id.type][known->number] = true;
	}
}

static void add_letters(
    const struct graph *graph, struct letter_table *table, bool *taken[NS_TYPE_COUNT])
{
	uint32_t lowest[NS_TYPE_COUNT] = {0};

	for (size_t i = 0; i < graph->ns_count; i++) {
		const struct ns *ns = graph->namespaces[i];
		struct ns_letter letter = {.id = ns->id};
		uint32_t *number = &lowest[ns->id.type];

		if (ns->reference || find_letter(table, &ns->id))
			continue;
		do
			++*number;
		while (taken[ns->id.type][*number]);
		letter.number = *number;
		write_label(*number, letter.label);
		add_letter(table, &letter);
	}
}

void ns_letters_update_with(
    struct ns_letters *ns_letters, const struct graph *graph, const struct graph *also)
{
	size_t count = graph->ns_count + (also ? also->ns_count : 0);
	size_t row = count + 2; /* no number passes the count of namespaces */
	autofree bool *numbers = xcalloc(NS_TYPE_COUNT * row, sizeof(*numbers));
	bool *taken[NS_TYPE_COUNT];
	struct letter_table table = {.letters = xcalloc(count, sizeof(*table.letters))};

	for (int type = 0; type < NS_TYPE_COUNT; type++)
		taken[type] = numbers + (size_t)type * row;
	if (also)
		keep_letters(ns_letters, also, row, &table, taken);
	keep_letters(ns_letters, graph, row, &table, taken);
	add_letters(graph, &table, taken);
	table_done(&ns_letters->table);
	ns_letters->table = table;
	measure(ns_letters);
}

void ns_letters_update(struct ns_letters *ns_letters, const struct graph *graph)
{
	ns_letters_update_with(ns_letters, graph, NULL);
}

const char *ns_letters_label(
    const struct ns_letters *ns_letters, const struct ns *ns, enum charset charset)
{
	const struct ns_letter *letter;

	if (ns->reference && !ns->initial)
		return "=";
	if (ns->reference)
		return charset == CHARSET_UTF8 ? "·" : ".";
	letter = find_letter(&ns_letters->table, &ns->id);
	return letter ? letter->label : "?";
}

uint8_t ns_letters_hue(const struct ns_letters *ns_letters, const struct ns *ns)
{
	const struct ns_letter *letter =
	    ns->reference ? NULL : find_letter(&ns_letters->table, &ns->id);

	return letter ? (uint8_t)((letter->number - 1) % NS_LETTER_COLORS + 1) : 0;
}

void ns_letters_add(const struct ns_letters *ns_letters, const struct ns *ns,
    enum style reference_style, struct line *line)
{
	const char *label = ns_letters_label(ns_letters, ns, line->charset);

	if (ns->reference)
		line_adds(line, reference_style, label);
	else
		line_add_ns_letter(line, label, ns_letters_hue(ns_letters, ns));
}

/* --- The namespace columns ---------------------------------------------------------------------- */

size_t ns_columns_cols(const struct ns_letters *ns_letters, enum nstype type)
{
	return ns_letters->cols[type];
}

size_t ns_matrix_cols(const struct ns_letters *ns_letters, enum nstype type)
{
	return larger(ns_letters->cols[type], strlen(ns_types[type].name));
}

/* A link that cannot exist shows "-", one that could not be read "?". */
static void add_cell(const struct ns_letters *ns_letters, const struct ns *ns,
    enum read_status read_status, struct line *line)
{
	if (ns)
		ns_letters_add(ns_letters, ns, STYLE_DIM, line);
	else if (read_status == READ_DENIED || read_status == READ_NEVER)
		line_adds(line, STYLE_WARN, "?");
	else
		line_adds(line, STYLE_DIM, "-");
}

void ns_columns_add(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, size_t gap, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		line_pad(line, end);
		add_cell(ns_letters, links[type],
		    read_status ? read_status[type] : READ_UNSUPPORTED, line);
		end += ns_letters->cols[type];
		line_pad(line, end);
		end += gap;
	}
}

void ns_matrix(const struct ns_letters *ns_letters, const struct ns *const *links,
    const enum read_status *read_status, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		add_cell(ns_letters, links[type],
		    read_status ? read_status[type] : READ_UNSUPPORTED, line);
		end += ns_matrix_cols(ns_letters, type) + 1;
		line_pad(line, end);
	}
}

void ns_matrix_heading(
    const struct ns_letters *ns_letters, enum nstype chosen, const char *sign, struct line *line)
{
	size_t end = line->cols;

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++) {
		line_adds(line, type == chosen ? STYLE_TITLE : STYLE_DIM, ns_types[type].name);
		if (type == chosen)
			line_adds(line, STYLE_TITLE, sign);
		end += ns_matrix_cols(ns_letters, type) + 1;
		line_pad(line, end);
	}
}

void ns_columns_heading(const struct ns_letters *ns_letters, size_t gap, struct line *line)
{
	size_t end = line->cols;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		size_t cols = ns_letters->cols[type], len = strlen(ns_types[type].name);

		line_pad(line, end);
		if (cols == 1)
			line_add(line, STYLE_DIM, &ns_types[type].letter, 1);
		else
			line_add(line, STYLE_DIM, ns_types[type].name, len < cols ? len : cols);
		end += cols;
		line_pad(line, end);
		end += gap;
	}
}

void ns_letters_add_types(struct line *line, enum style style, unsigned types)
{
	const char *between = "";

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		if (!(types & 1u << type))
			continue;
		line_addf(line, style, "%s%s", between, ns_types[type].name);
		between = _(", ");
	}
}

bool ns_columns_note(const struct graph *graph, struct line *line)
{
	unsigned types[STANDING_UNKNOWN + 1] = {0};
	bool own = true;

	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		const struct ns *reference = graph->reference[type];

		if (!reference || reference->initial)
			continue;
		types[ns_standing(graph, reference)] |= 1u << type;
		own &= reference->own;
	}
	if (!types[STANDING_OTHER] && !types[STANDING_UNKNOWN])
		return false;
	line_adds(line, STYLE_PLAIN,
	    own ? _("= is the namespace that nsscope itself is in.")
	        : _("= is the namespace of the oldest visible process."));
	if (types[STANDING_OTHER]) {
		line_adds(line, STYLE_PLAIN, _(" Not the initial namespace: "));
		ns_letters_add_types(line, STYLE_PLAIN, types[STANDING_OTHER]);
		line_adds(line, STYLE_PLAIN, _("."));
	}
	if (types[STANDING_UNKNOWN]) {
		line_adds(line, STYLE_PLAIN, _(" Unknown whether it is the initial namespace: "));
		ns_letters_add_types(line, STYLE_PLAIN, types[STANDING_UNKNOWN]);
		line_adds(line, STYLE_PLAIN, _("."));
	}
	return true;
}
