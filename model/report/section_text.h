/* Text in sections that fold: what stands below a heading (STYLE_TITLE, also over several lines) is
 * its section.  Made of the
 * same lines that reports print; which of them are shown is worked out here, without a terminal. */
#pragma once

#include "model/report/detail.h"

enum { FOLIO_FOLDS = 256 }; /* sections behind these stay open */

struct folio_section {
	uint32_t first, end; /* in folio.lines; the first is the heading */
	bool headed;         /* not for what stands before the first heading */
};

struct folio_row {
	uint32_t line, section;
	bool heading, folded;
	bool matched; /* the search text is in it */
};

struct folio {
	struct lines lines;
	struct folio_section *sections;
	size_t section_count, section_room;
	struct folio_row *rows; /* that are shown */
	size_t row_count, row_room;
	size_t matched; /* lines that the search found, also in folds */
	bool folded[FOLIO_FOLDS];
};

/* All start zeroed. */
void folio_done(struct folio *folio);

/* Takes @lines over, which are empty then, in the place of those before; folds stay, by the number
 * of the section.  folio_show is to be called next. */
void folio_take(struct folio *folio, struct lines *lines);
/* Works out the rows.  @filter: only lines with this text in them, their headings, and all below a
 * heading with it; @search: marks.  Both NULL or "" for none. */
void folio_show(struct folio *folio, const char *filter, const char *search);

/* Folds or unfolds the section of row @at; folio_show is to be called next.  Returns false where
 * nothing changes. */
bool folio_fold(struct folio *folio, uint32_t at, bool folded);
void folio_fold_all(struct folio *folio, bool folded);

/* The line that matches next after (@step 1) or before (@step -1) that of row @at, around the end;
 * unfolds its section: folio_show and folio_row_of are to be called next.  False for none. */
bool folio_open_match(struct folio *folio, uint32_t at, int step, const char *filter,
    const char *search, uint32_t *ret_line);
/* The row of @line, or the last one before it; 0 where there are none. */
uint32_t folio_row_of(const struct folio *folio, uint32_t line);
