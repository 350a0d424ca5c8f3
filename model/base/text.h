/* Makes bytes from the system fit for a terminal.
 *
 * This is the one function that turns text which nsscope did not write (names, command lines, host
 * names, paths, user names, lesson and replay files) into something that may be shown. It walks the
 * bytes cell by cell; what is not a plain printable character becomes a visible mark:
 *
 *     C0, DEL             \n \t \r \e as such, else \x07
 *     bytes not UTF-8     \xff, one for each byte
 *     C1, bidi, format    \u{202e}   (and zero-width, unassigned, private use, surrogates, line
 *                         and paragraph separators)
 *     a backslash         \\, so that none is taken for the sign of an escape
 *     combining marks     stay with their base, at most four; a further one, or one without a
 *                         base, becomes \u{…}
 *     CHARSET_ASCII       every character past 0x7e becomes \u{…}
 *
 * Width and substitution are computed together, from Unicode's tables (utf8proc), never from the
 * locale, so that the measured width is the drawn width. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum charset {
	CHARSET_UTF8,
	CHARSET_ASCII,
};

enum { TEXT_CELL_BYTES = 32 };

/* One cell of output, or two columns that belong together. */
struct text_cell {
	char bytes
	    [TEXT_CELL_BYTES]; /* valid UTF-8 (or ASCII), no control character, NUL-terminated */
	int len;               /* bytes without the NUL, at least 1 */
	int cols;              /* 1, 2, or more for an escape such as \x1b, which is ASCII only */
};

/* Takes the next cell from @data.
 * @data: @len bytes, borrowed, need not be NUL-terminated; @len is at least 1.
 * @ret_cell: always filled.
 * Returns the number of bytes that it represents, 1 to @len. */
size_t text_next(const char *data, size_t len, enum charset charset, struct text_cell *ret_cell);

/* How many bytes of @data, of which there are @len, at least 1, are the character of UTF-8 that it begins with;
 * 0 where that is none. */
size_t text_utf8(const char *data, size_t len);

/* Are the first @len bytes of @data, a character of UTF-8, shown as they are?  A backslash is. */
bool text_is_shown(const char *data, size_t len);

/* The columns that @len bytes of @data take when shown whole. */
size_t text_cols(const char *data, size_t len, enum charset charset);

/* Does @data, @len bytes, hold @needle?  The case of ASCII letters is ignored.  A blank matches a NUL, which
 * separates the arguments of a command line. */
bool text_holds(const char *data, size_t len, const char *needle);
/* The same for a string; NULL holds nothing. */
bool string_holds(const char *string, const char *needle);
