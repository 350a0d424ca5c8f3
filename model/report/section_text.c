#include "model/report/section_text.h"

#include "model/base/util.h"

void folio_done(struct folio *folio)
{
	lines_done(&folio->lines);
	free(folio->sections);
	free(folio->rows);
	*folio = (struct folio){0};
}

static bool is_heading(const struct line *line)
{
	return line->cell_count > 0 && line->cells[0].style == STYLE_TITLE;
}

void folio_take(struct folio *folio, struct lines *lines)
{
	lines_done(&folio->lines);
	folio->lines = *lines;
	*lines = (struct lines){0};
	folio->section_count = 0;
	for (uint32_t i = 0; i < folio->lines.count; i++) {
		const struct line *lines_at = &folio->lines.items[i];
		/* What follows at once is the rest of a heading that was too long. */
		bool heading = is_heading(lines_at) && (i == 0 || !is_heading(lines_at - 1));

		if (i == 0 || heading) {
			array_reserve(
			    folio->sections, folio->section_room, folio->section_count + 1);
			folio->sections[folio->section_count++] =
			    (struct folio_section){.first = i, .headed = heading};
		}
		folio->sections[folio->section_count - 1].end = i + 1;
	}
}

static bool is_folded(const struct folio *folio, uint32_t section)
{
	return section < FOLIO_FOLDS && folio->sections[section].headed && folio->folded[section];
}

static bool holds(const struct folio *folio, uint32_t line, const char *needle)
{
	return needle && *needle && line_holds(&folio->lines.items[line], needle);
}

/* Does the filter keep @line of @section?  @whole: its heading has the text. */
static bool keeps(const struct folio *folio, uint32_t line, const char *filter, bool whole)
{
	return !filter || !*filter || whole || holds(folio, line, filter);
}

static bool keeps_any(
    const struct folio *folio, const struct folio_section *section, const char *filter, bool whole)
{
	for (uint32_t line = section->first; line < section->end; line++) {
		if (keeps(folio, line, filter, whole))
			return true;
	}
	return false;
}

static void add_row(struct folio *folio, const struct folio_row *row)
{
	array_reserve(folio->rows, folio->row_room, folio->row_count + 1);
	folio->rows[folio->row_count++] = *row;
}

static void show_section(
    struct folio *folio, uint32_t number, const char *filter, const char *search)
{
	const struct folio_section *section = &folio->sections[number];
	bool whole = section->headed && holds(folio, section->first, filter);
	/* What the filter found is not hidden by a fold, unless it was the heading. */
	bool filtered = filter && *filter && !whole;
	bool folded = is_folded(folio, number) && !filtered;

	if (!keeps_any(folio, section, filter, whole))
		return;
	for (uint32_t line = section->first; line < section->end; line++) {
		struct folio_row row = {.line = line, .section = number};

		row.heading = section->headed && line == section->first;
		row.folded = row.heading && folded;
		row.matched = holds(folio, line, search);
		if (!row.heading && !keeps(folio, line, filter, whole))
			continue;
		folio->matched += row.matched;
		if (row.heading || !folded)
			add_row(folio, &row);
	}
}

void folio_show(struct folio *folio, const char *filter, const char *search)
{
	folio->row_count = folio->matched = 0;
	for (uint32_t i = 0; i < folio->section_count; i++)
		show_section(folio, i, filter, search);
}

bool folio_fold(struct folio *folio, uint32_t at, bool folded)
{
	if (at >= folio->row_count)
		return false;
	uint32_t section = folio->rows[at].section;

	if (section >= FOLIO_FOLDS || !folio->sections[section].headed ||
	    folio->folded[section] == folded)
		return false;
	folio->folded[section] = folded;
	return true;
}

void folio_fold_all(struct folio *folio, bool folded)
{
	for (int i = 0; i < FOLIO_FOLDS; i++)
		folio->folded[i] = folded;
}

static uint32_t section_of(const struct folio *folio, uint32_t line)
{
	uint32_t section = 0;

	while (section + 1 < folio->section_count && folio->sections[section + 1].first <= line)
		section++;
	return section;
}

bool folio_open_match(struct folio *folio, uint32_t at, int step, const char *filter,
    const char *search, uint32_t *ret_line)
{
	uint32_t count = (uint32_t)folio->lines.count;
	uint32_t line = at < folio->row_count ? folio->rows[at].line : 0;

	for (uint32_t i = 0; i < count; i++) {
		line = step > 0 ? (line + 1) % count : (line + count - 1) % count;
		uint32_t section = section_of(folio, line);
		const struct folio_section *of = &folio->sections[section];
		bool whole = of->headed && holds(folio, of->first, filter);

		if (!holds(folio, line, search) || !keeps(folio, line, filter, whole))
			continue;
		if (section < FOLIO_FOLDS && line != of->first)
			folio->folded[section] = false;
		*ret_line = line;
		return true;
	}
	return false;
}

uint32_t folio_row_of(const struct folio *folio, uint32_t line)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < folio->row_count && folio->rows[i].line <= line; i++)
		found = i;
	return found;
}
