#include "model/report/svg.h"

#include "model/base/util.h"

#include <utf8proc.h>

enum {
	CELL_HEIGHT = 18,
	REFERENCE = 13,
	MARGIN = 14,
	FONT_SIZE = 14,
	WIDE_SIZE = 16, /* so that CJK fills its two cells */
};

static const double cell_width = 8.43; /* of DejaVu Sans Mono at that size */

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

static const struct {
	uint32_t point;
	int arms;
} boxes[] = {
    {0x2500, LEFT | RIGHT},
    {0x2502, UP | DOWN},
    {0x250c, DOWN | RIGHT},
    {0x2510, DOWN | LEFT},
    {0x2514, UP | RIGHT},
    {0x2518, UP | LEFT},
    {0x251c, UP | DOWN | RIGHT},
    {0x2524, UP | DOWN | LEFT},
    {0x252c, DOWN | LEFT | RIGHT},
    {0x2534, UP | LEFT | RIGHT},
    {0x253c, UP | DOWN | LEFT | RIGHT},
    {0x256d, DOWN | RIGHT},
    {0x256e, DOWN | LEFT},
    {0x256f, UP | LEFT},
    {0x2570, UP | RIGHT},
};

static void write_backgrounds(
    FILE *out, int row, const struct svg_cell *cells, int cols, uint32_t usual)
{
	for (int col = 0, end; col < cols; col = end) {
		uint32_t back = cells[col].back;

		for (end = col + 1; end < cols && cells[end].back == back; end++)
			;
		if (back != usual)
			fprintf(out,
			    "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" "
			    "fill=\"#%06x\"/>\n",
			    MARGIN + col * cell_width, MARGIN + row * CELL_HEIGHT,
			    (end - col) * cell_width, CELL_HEIGHT, back);
	}
}

static int box_arms(uint32_t point)
{
	for (size_t i = 0; i < array_len(boxes); i++) {
		if (boxes[i].point == point)
			return boxes[i].arms;
	}
	return 0;
}

static void write_box(double x, int y, int arms, uint32_t color, FILE *out)
{
	double middle_x = x + cell_width / 2, middle_y = y + CELL_HEIGHT / 2.0;

	fprintf(out, "<path d=\"");
	if (arms & UP)
		fprintf(out, "M%.2f %dV%.2f", middle_x, y, middle_y);
	if (arms & DOWN)
		fprintf(out, "M%.2f %.2fV%d", middle_x, middle_y, y + CELL_HEIGHT);
	if (arms & LEFT)
		fprintf(out, "M%.2f %.2fH%.2f", x, middle_y, middle_x);
	if (arms & RIGHT)
		fprintf(out, "M%.2f %.2fH%.2f", middle_x, middle_y, x + cell_width);
	fprintf(out, "\" stroke=\"#%06x\"/>\n", color);
}

static void write_character(uint32_t point, FILE *out)
{
	utf8proc_uint8_t bytes[4];

	switch (point) {
	case '<':
		fputs("&lt;", out);
		break;
	case '&':
		fputs("&amp;", out);
		break;
	default:
		fwrite(bytes, 1, (size_t)utf8proc_encode_char((utf8proc_int32_t)point, bytes), out);
	}
}

static void write_cell(FILE *out, int row, int col, const struct svg_cell *cell)
{
	double x = MARGIN + col * cell_width;
	int y = MARGIN + row * CELL_HEIGHT, arms = box_arms(cell->points[0]);

	if (cell->cols == 0)
		return;
	if (cell->underline)
		fprintf(out, "<path d=\"M%.2f %.1fH%.2f\" stroke=\"#%06x\"/>\n", x,
		    y + REFERENCE + 2.5, x + cell_width * (cell->cols > 1 ? 2 : 1), cell->front);
	if (cell->points[0] == 0 || cell->points[0] == ' ')
		return;
	if (arms) {
		write_box(x, y, arms, cell->front, out);
		return;
	}
	fprintf(out, "<text x=\"%.2f\" y=\"%d\" fill=\"#%06x\"%s", x, y + REFERENCE, cell->front,
	    cell->bold ? " font-weight=\"bold\"" : "");
	if (cell->cols > 1)
		fprintf(out, " font-size=\"%d\"", WIDE_SIZE);
	fputs(">", out);
	for (size_t i = 0; i < array_len(cell->points) && cell->points[i]; i++)
		write_character(cell->points[i], out);
	fputs("</text>\n", out);
}

void svg_row(FILE *out, int row, const struct svg_cell *cells, int cols, uint32_t back)
{
	write_backgrounds(out, row, cells, cols, back);
	for (int col = 0; col < cols; col++)
		write_cell(out, row, col, &cells[col]);
}

void svg_begin(FILE *out, int rows, int cols, const char *title, uint32_t back)
{
	fprintf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%d\" "
	    "font-family=\"DejaVu Sans Mono, Noto Sans Mono CJK SC, Noto Sans CJK SC, monospace\" "
	    "font-size=\"%d\" stroke-width=\"1.2\" xml:space=\"preserve\">\n<title>",
	    2 * MARGIN + cols * cell_width, 2 * MARGIN + rows * CELL_HEIGHT, FONT_SIZE);
	for (; *title; title++) {
		if (*title == '<' || *title == '&')
			write_character((uint32_t)*title, out);
		else
			fputc(*title, out);
	}
	fprintf(out, "</title>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#%06x\"/>\n",
	    back);
}

void svg_end(FILE *out)
{
	fputs("</svg>\n", out);
}
