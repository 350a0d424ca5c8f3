#include "tui/snapshot.h"

#include "model/base/util.h"
#include "model/report/svg.h"
#include "tui/core/theme.h"

#include <curses.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

static struct svg_cell read_cell(int row, int col)
{
	struct svg_cell cell = {.cols = 1, .front = SVG_FRONT, .back = SVG_BACK};
	wchar_t glyph[CCHARW_MAX + 1] = {0};
	attr_t attributes = 0;
	short pair = 0;
	cchar_t curses;
	int width;

	if (mvwin_wch(stdscr, row, col, &curses) == ERR ||
	    getcchar(&curses, glyph, &attributes, &pair, NULL) == ERR)
		return cell;
	for (size_t i = 0; i < array_len(cell.points) && i < CCHARW_MAX && glyph[i]; i++)
		cell.points[i] = (uint32_t)glyph[i];
	width = glyph[0] ? wcwidth(glyph[0]) : 1;
	cell.cols = (uint8_t)(width == 2 ? 2 : 1);
	cell.bold = attributes & A_BOLD;
	cell.underline = attributes & A_UNDERLINE;
	theme_colors(pair, attributes, &cell.front, &cell.back);
	return cell;
}

static void read_row(int row, struct svg_cell *cells)
{
	for (int col = 0; col < COLS; col++) {
		cells[col] = read_cell(row, col);
		/* curses gives the second half of a wide character as that character again. */
		if (cells[col].cols == 2 && col + 1 < COLS) {
			cells[col + 1] = cells[col];
			cells[++col].cols = 0;
		}
	}
}

static void put_cell(const struct svg_cell *cell, FILE *out)
{
	utf8proc_uint8_t bytes[4] = {0};

	for (size_t i = 0; i < array_len(cell->points) && cell->points[i]; i++)
		fwrite(bytes, 1,
		    (size_t)utf8proc_encode_char((utf8proc_int32_t)cell->points[i], bytes), out);
}

static bool is_blank(const struct svg_cell *cell)
{
	return cell->points[0] == 0 || cell->points[0] == ' ';
}

void snapshot_text(FILE *out)
{
	autofree struct svg_cell *cells = xcalloc((size_t)COLS + 1, sizeof(*cells));

	for (int row = 0; row < LINES; row++) {
		int end = COLS;

		read_row(row, cells);
		while (end > 0 && is_blank(&cells[end - 1]) && cells[end - 1].cols > 0)
			end--;
		for (int col = 0; col < end; col++) {
			if (cells[col].cols > 0)
				put_cell(&cells[col], out);
		}
		fputc('\n', out);
	}
}

void snapshot_svg(FILE *out)
{
	autofree struct svg_cell *cells = xcalloc((size_t)COLS + 1, sizeof(*cells));
	uint32_t front, back;

	theme_colors(0, A_NORMAL, &front, &back);
	svg_begin(out, LINES, COLS, "nsscope", back);
	for (int row = 0; row < LINES; row++) {
		read_row(row, cells);
		svg_row(out, row, cells, COLS, back);
	}
	svg_end(out);
}
