#include "tests/screen/svg.h"

#include "model/base/util.h"
#include "model/report/svg.h"

static uint32_t rgb(struct rig *rig, int row, int col, bool front)
{
	VTermScreenCell cell = rig_cell(rig, row, col);

	/* The second half of a wide character looks like the first. */
	if (cell.chars[0] == (uint32_t)-1 && col > 0)
		cell = rig_cell(rig, row, --col);
	bool is_front = front != (bool)cell.attrs.reverse;
	const VTermColor *color = is_front ? &cell.fg : &cell.bg;

	if (VTERM_COLOR_IS_DEFAULT_FG(color))
		return SVG_FRONT;
	if (VTERM_COLOR_IS_DEFAULT_BG(color))
		return SVG_BACK;
	return front ? rig_foreground(rig, row, col) : rig_background(rig, row, col);
}

static struct svg_cell cell_at(struct rig *rig, int row, int col)
{
	VTermScreenCell cell = rig_cell(rig, row, col);
	struct svg_cell svg = {
	    .cols = (uint8_t)(cell.chars[0] == (uint32_t)-1 ? 0
	                      : cell.width > 1              ? 2
	                                                    : 1),
	    .bold = cell.attrs.bold,
	    .underline = cell.attrs.underline,
	    .front = rgb(rig, row, col, true),
	    .back = rgb(rig, row, col, false),
	};

	for (size_t i = 0; svg.cols > 0 && i < array_len(svg.points) && cell.chars[i]; i++)
		svg.points[i] = cell.chars[i];
	return svg;
}

void svg_write(struct rig *rig, const char *title, FILE *out)
{
	int rows, cols;

	rig_size(rig, &rows, &cols);
	autofree struct svg_cell *cells = xcalloc((size_t)cols + 1, sizeof(*cells));
	uint32_t back = rgb(rig, 0, 0, false); /* a theme may have one of its own */

	svg_begin(out, rows, cols, title, back);
	for (int row = 0; row < rows; row++) {
		for (int col = 0; col < cols; col++)
			cells[col] = cell_at(rig, row, col);
		svg_row(out, row, cells, cols, back);
	}
	svg_end(out);
}
