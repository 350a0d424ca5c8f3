/* A line of styled cells: all that a view or a report ever draws.
 *
 * Composed once in the model, painted by tui/ with colors and printed by cli/ as text.  Text gets
 * in only through line_add and line_addf, which sanitise it (text.h), so a line never holds a
 * control character.  A line has no width of its own until it is cut or padded; a cut falls
 * between cells and leaves an ellipsis.
 *
 * Allocation failure ends the program (util.h), so none of these fail.
 */
#pragma once

#include "model/base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* The meaning of a piece of a line. Its look is defined in one place, tui/core/screen.c. */
enum style {
	STYLE_PLAIN,
	STYLE_DIM,    /* less important: guides, units, what is initial */
	STYLE_STRONG, /* more important */
	STYLE_TITLE,
	STYLE_KEY,  /* the name of a key in a bar or in help */
	STYLE_CODE, /* a call, a command, a path */
	STYLE_NS,   /* the name of a namespace */
	STYLE_PID,
	STYLE_NEW,       /* started or created in the last seconds */
	STYLE_DEAD,      /* ended in the last seconds */
	STYLE_MATCH,     /* found by search */
	STYLE_ACTOR,     /* belongs to the running lesson */
	STYLE_OK,        /* a check that held */
	STYLE_FAIL,      /* a check that did not, an error */
	STYLE_WARN,      /* could not be read */
	STYLE_NS_LETTER, /* a namespace's letter; its color is line_cell.color_index */
	STYLE_COUNT,
};

struct line_cell {
	uint32_t offset; /* into line.text */
	uint16_t bytes;
	uint8_t cols;
	uint8_t style;       /* enum style */
	uint8_t color_index; /* with STYLE_NS_LETTER: which color, 0 for none; see ns_letters.h */
};

struct line {
	enum charset charset;
	/* An added backslash stays as it is: the text is ours, a lesson's, or was typed by the user,
	 * and may be for a shell. Else it is doubled, as in all text from the system. */
	bool verbatim;
	char *text; /* all cells' bytes in order, NUL-terminated; NULL before the first */
	size_t text_len;
	struct line_cell *cells; /* in order of columns */
	size_t cell_count;
	size_t cols; /* the sum of the cells' columns */
	size_t text_capacity, cell_capacity;
};

/* Makes an empty line; it allocates nothing yet. */
void line_init(struct line *line, enum charset charset);
/* The same of one that is verbatim. */
void line_init_verbatim(struct line *line, enum charset charset);
void line_done(struct line *line);

/* Empties the line and keeps its memory. */
void line_clear(struct line *line);

/* Appends @len bytes of any origin, sanitised. */
void line_add(struct line *line, enum style style, const char *data, size_t len);
/* The same for a string; NULL adds nothing. */
void line_adds(struct line *line, enum style style, const char *string);
/* The brackets around what is added in pieces, and the blank before them, as the language writes both. */
void line_add_bracket(struct line *line, enum style style, bool opens);
/* The same as line_adds for formatted text. */
void line_addf(struct line *line, enum style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void line_vaddf(struct line *line, enum style style, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
/* The same with a color, for letters of namespaces. */
void line_add_ns_letter(struct line *line, const char *string, uint8_t color_index);

/* Appends @utf8, or @ascii where the charset is ASCII: for line drawing and signs of our own. */
void line_add_symbol(struct line *line, enum style style, const char *utf8, const char *ascii);

/* Appends blanks until the line has at least @cols columns. */
void line_pad(struct line *line, size_t cols);

/* Cuts the line to at most @cols columns; where something was lost, the last column becomes an
 * ellipsis (… or ~). */
void line_fit(struct line *line, size_t cols);

/* Replaces the style of all cells from column @from on (letters of namespaces keep theirs). */
void line_restyle(struct line *line, size_t from, enum style style);

/* Highlights @needle in the text behind column @from; case is ignored (ASCII).  Returns whether it was found. */
bool line_highlight(struct line *line, const char *needle, size_t from);
/* Is it anywhere in the line? */
bool line_holds(const struct line *line, const char *needle);

/* Appends the cells of @other, from column @from on, at most @cols of them. */
void line_append(struct line *line, const struct line *other, size_t from, size_t cols);

/* Appends the cells of @other, another line, from number @first to the one before number @end. */
void line_append_cells(struct line *line, const struct line *other, size_t first, size_t end);

/* --- Lines: a text, wrapped between words --- */

struct lines {
	struct line *items;
	size_t count, capacity;
};

/* Appends an empty line and returns it; valid until the next call. */
struct line *lines_add(struct lines *lines, enum charset charset);
void lines_done(struct lines *lines);

/* Appends @text, wrapped between words at @cols (0: not wrapped), each line after the first
 * indented by @indent columns.  CJK text may break between any two characters.  At least one line
 * is appended, also for an empty text. */
void lines_wrap(struct lines *lines, enum charset charset, enum style style, const char *text,
    size_t indent, size_t cols);
/* The same in verbatim lines. */
void lines_wrap_verbatim(struct lines *lines, enum charset charset, enum style style,
    const char *text, size_t indent, size_t cols);
/* The same for a line that is composed already; its styles stay. */
void lines_wrap_line(struct lines *lines, const struct line *source, size_t indent, size_t cols);
