#include "model/report/section_text.h"

#include "model/base/util.h"

void section_text_done(struct section_text *section_text)
{
	lines_done(&section_text->lines);
	free(section_text->sections);
	free(section_text->rows);
	*section_text = (struct section_text){0};
}

static bool is_heading(const struct line *line)
{
	return line->cell_count > 0 && line->cells[0].style == STYLE_TITLE;
}

void section_text_take(struct section_text *section_text, struct lines *lines)
{
	lines_done(&section_text->lines);
	section_text->lines = *lines;
	*lines = (struct lines){0};
	section_text->section_count = 0;
	for (uint32_t i = 0; i < section_text->lines.count; i++) {
		const struct line *lines_at = &section_text->lines.items[i];
		/* What follows at once is the rest of a heading that was too long. */
		bool heading = is_heading(lines_at) && (i == 0 || !is_heading(lines_at - 1));

		if (i == 0 || heading) {
			array_reserve(section_text->sections, section_text->section_capacity,
			    section_text->section_count + 1);
			section_text->sections[section_text->section_count++] =
			    (struct section_text_section){.first = i, .headed = heading};
		}
		section_text->sections[section_text->section_count - 1].end = i + 1;
	}
}

static bool is_folded(const struct section_text *section_text, uint32_t section)
{
	return section < SECTION_TEXT_FOLDS && section_text->sections[section].headed &&
	       section_text->folded[section];
}

static bool holds(const struct section_text *section_text, uint32_t line, const char *needle)
{
	return needle && *needle && line_holds(&section_text->lines.items[line], needle);
}

/* Does the filter keep @line of @section?  @whole: its heading has the text. */
static bool keeps(
    const struct section_text *section_text, uint32_t line, const char *filter, bool whole)
{
	return !filter || !*filter || whole || holds(section_text, line, filter);
}

static bool keeps_any(const struct section_text *section_text,
    const struct section_text_section *section, const char *filter, bool whole)
{
	for (uint32_t line = section->first; line < section->end; line++) {
		if (keeps(section_text, line, filter, whole))
			return true;
	}
	return false;
}

static void add_row(struct section_text *section_text, const struct section_text_row *row)
{
	array_reserve(section_text->rows, section_text->row_capacity, section_text->row_count + 1);
	section_text->rows[section_text->row_count++] = *row;
}

static void show_section(
    struct section_text *section_text, uint32_t number, const char *filter, const char *search)
{
	const struct section_text_section *section = &section_text->sections[number];
	bool whole = section->headed && holds(section_text, section->first, filter);
	/* What the filter found is not hidden by a fold, unless it was the heading. */
	bool filtered = filter && *filter && !whole;
	bool folded = is_folded(section_text, number) && !filtered;

	if (!keeps_any(section_text, section, filter, whole))
		return;
	for (uint32_t line = section->first; line < section->end; line++) {
		struct section_text_row row = {.line = line, .section = number};

		row.heading = section->headed && line == section->first;
		row.folded = row.heading && folded;
		row.matched = holds(section_text, line, search);
		if (!row.heading && !keeps(section_text, line, filter, whole))
			continue;
		section_text->matched += row.matched;
		if (row.heading || !folded)
			add_row(section_text, &row);
	}
}

void section_text_show(struct section_text *section_text, const char *filter, const char *search)
{
	section_text->row_count = section_text->matched = 0;
	for (uint32_t i = 0; i < section_text->section_count; i++)
		show_section(section_text, i, filter, search);
}

bool section_text_fold(struct section_text *section_text, uint32_t at, bool folded)
{
	if (at >= section_text->row_count)
		return false;
	uint32_t section = section_text->rows[at].section;

	if (section >= SECTION_TEXT_FOLDS || !section_text->sections[section].headed ||
	    section_text->folded[section] == folded)
		return false;
	section_text->folded[section] = folded;
	return true;
}

void section_text_fold_all(struct section_text *section_text, bool folded)
{
	for (int i = 0; i < SECTION_TEXT_FOLDS; i++)
		section_text->folded[i] = folded;
}

static uint32_t section_of(const struct section_text *section_text, uint32_t line)
{
	uint32_t section = 0;

	while (section + 1 < section_text->section_count &&
	       section_text->sections[section + 1].first <= line)
		section++;
	return section;
}

bool section_text_open_match(struct section_text *section_text, uint32_t at, int step,
    const char *filter, const char *search, uint32_t *ret_line)
{
	uint32_t count = (uint32_t)section_text->lines.count;
	uint32_t line = at < section_text->row_count ? section_text->rows[at].line : 0;

	for (uint32_t i = 0; i < count; i++) {
		line = step > 0 ? (line + 1) % count : (line + count - 1) % count;
		uint32_t section = section_of(section_text, line);
		const struct section_text_section *of = &section_text->sections[section];
		bool whole = of->headed && holds(section_text, of->first, filter);

		if (!holds(section_text, line, search) || !keeps(section_text, line, filter, whole))
			continue;
		if (section < SECTION_TEXT_FOLDS && line != of->first)
			section_text->folded[section] = false;
		*ret_line = line;
		return true;
	}
	return false;
}

uint32_t section_text_row_of(const struct section_text *section_text, uint32_t line)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < section_text->row_count && section_text->rows[i].line <= line; i++)
		found = i;
	return found;
}
