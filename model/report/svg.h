/* A terminal's screen as a picture: the same bytes for the same screen.
 *
 * Each cell has a place of its own, so that no font's widths matter; line drawing is drawn, not
 * typeset. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* In the place of the terminal's own colors, 0xrrggbb. */
enum { SVG_FRONT = 0xd8dade, SVG_BACK = 0x1b1d21 };

struct svg_cell {
	uint32_t points[6]; /* a character and its combining marks; 0 ends them, none: blank */
	uint8_t cols;       /* 1, or 2 with a cell of 0 behind it */
	bool bold, underline;
	uint32_t front, back;
};

/* @back: of what no cell covers.  Then each row once, from above, and the end. */
void svg_begin(FILE *out, int rows, int cols, const char *title, uint32_t back);
/* @cells: @cols of them, one a column. */
void svg_row(FILE *out, int row, const struct svg_cell *cells, int cols, uint32_t back);
void svg_end(FILE *out);
