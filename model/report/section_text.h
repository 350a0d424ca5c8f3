/* Text in sections that fold: the lines below a heading (STYLE_TITLE, also over several lines) are its
 * section. The lines are those that reports print; this module computes which of them are shown,
 * without a terminal. */
#pragma once

#include "model/report/detail.h"

enum { SECTION_TEXT_FOLDS = 256 }; /* sections behind these stay open */

struct section_text_section {
	uint32_t first, end; /* in section text.lines; the first is the heading */
	bool headed;         /* not for the lines before the first heading */
};

struct section_text_row {
	uint32_t line, section;
	bool heading, folded;
	bool matched; /* the search text is in it */
};

struct section_text {
	struct lines lines;
	struct section_text_section *sections;
	size_t section_count, section_capacity;
	struct section_text_row *rows; /* that are shown */
	size_t row_count, row_capacity;
	size_t matched; /* lines that the search found, also in folds */
	bool folded[SECTION_TEXT_FOLDS];
};

/* All start zeroed. */
void section_text_done(struct section_text *section_text);

/* Takes @lines over, which are empty then, in the place of those before; folds stay, by the number
 * of the section.  section_text_show is to be called next. */
void section_text_take(struct section_text *section_text, struct lines *lines);
/* Computes the rows. @filter: only lines with this text in them, their headings, and all below a
 * heading with it; @search: highlighted. Both NULL or "" for none. */
void section_text_show(struct section_text *section_text, const char *filter, const char *search);

/* Folds or unfolds the section of row @at; section_text_show is to be called next.  Returns false where
 * nothing changes. */
bool section_text_fold(struct section_text *section_text, uint32_t at, bool folded);
void section_text_fold_all(struct section_text *section_text, bool folded);

/* The line that matches next after (@step 1) or before (@step -1) that of row @at, around the end;
 * unfolds its section: section_text_show and section_text_row_of are to be called next.  False for none. */
bool section_text_open_match(struct section_text *section_text, uint32_t at, int step,
    const char *filter, const char *search, uint32_t *ret_line);
/* The row of @line, or the last one before it; 0 where there are none. */
uint32_t section_text_row_of(const struct section_text *section_text, uint32_t line);
