/* The welcome: once, over the living tree, which goes on behind it. */
#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/explorer_internal.h"

enum {
	BOX_COLS_MAX = 66,
	BOX_COLS_LEAST = 36,
	KEY_COLS = 9,
	FRAME_COLS = 4, /* a line and a blank at each side */
};

static const struct {
	const char *keys, *what; /* msgids */
} ways[] = {
    {N_("Arrows"), N_("look around: Enter opens a row, ? tells all keys")},
    {"L", N_("lessons: they show by doing, and nothing outside them changes")},
    {"8", N_("the lab: make namespaces yourself, and watch")},
};

void explorer_init_welcome(struct explorer *explorer, const struct tui_options *options)
{
	autofree char *path = home_path(HOME_STATE, "welcomed", true);
	autofree char *text = NULL;
	size_t len;
	int rows, cols;

	screen_size(&rows, &cols);
	if (!path || options->lesson || explorer->focus != PANE_MAIN ||
	    cols < BOX_COLS_LEAST + FRAME_COLS || home_read(path, 1, &text, &len) < 0 || text)
		return;
	/* Where that can't be noted it would come each time: then never. */
	explorer->welcome = home_write(path, "", 0) == 0;
}

/* @incremental: in one line, cut where it is longer. */
static void add_way(
    struct lines *lines, enum charset charset, size_t way, size_t cols, bool incremental)
{
	struct line line;

	line_init_verbatim(&line, charset);
	line_adds(&line, STYLE_KEY, _(ways[way].keys));
	line_adds(&line, STYLE_PLAIN, " ");
	line_pad(&line, KEY_COLS);
	line_adds(&line, STYLE_PLAIN, _(ways[way].what));
	if (incremental)
		line_fit(&line, cols);
	lines_wrap_line(lines, &line, KEY_COLS, cols);
	line_done(&line);
}

/* In a container, or in a user namespace of one's own, the machine is not what is in sight. */
static void add_what_is_seen(
    struct lines *lines, const struct graph *graph, enum charset charset, size_t cols)
{
	struct line note;

	line_init_verbatim(&note, charset);
	if (ns_columns_note(graph, &note)) {
		lines_wrap(lines, charset, STYLE_PLAIN,
		    _("This is what can be seen from here: processes, and the eight namespaces "
		      "that each is in."),
		    0, cols);
		lines_wrap_line(lines, &note, 0, cols);
	} else {
		lines_wrap(lines, charset, STYLE_PLAIN,
		    _("This is your machine, as it lives: every process, and the eight namespaces "
		      "that each is in."),
		    0, cols);
	}
	lines_wrap(lines, charset, STYLE_PLAIN, _("Three ways to go on:"), 0, cols);
	lines_add(lines, charset);
	line_done(&note);
}

static void make(struct lines *lines, const struct graph *graph, enum charset charset, size_t cols,
    bool incremental)
{
	if (!incremental && graph)
		add_what_is_seen(lines, graph, charset, cols);
	for (size_t way = 0; way < array_len(ways); way++)
		add_way(lines, charset, way, cols, incremental);
}

/* "┌─ Welcome ───┐" and what is below it. */
static void paint_edge(const struct area *box, enum charset charset, int y, bool top)
{
	struct line line;

	line_init_verbatim(&line, charset);
	line_add_symbol(&line, STYLE_PLAIN, top ? "┌─" : "└─", "+-");
	if (top)
		line_addf(&line, STYLE_TITLE, " %s ", _("Welcome to nsscope"));
	while (line.cols + 1 < (size_t)box->cols)
		line_add_symbol(&line, STYLE_PLAIN, "─", "-");
	line_add_symbol(&line, STYLE_PLAIN, top ? "┐" : "┘", "+");
	screen_line(&line, y, box->x, box->cols, LOOK_PLAIN);
	line_done(&line);
}

static void paint_row(
    const struct area *box, enum charset charset, int y, const struct line *content)
{
	struct line line;

	line_init_verbatim(&line, charset);
	line_add_symbol(&line, STYLE_PLAIN, "│", "|");
	line_adds(&line, STYLE_PLAIN, " ");
	line_append(&line, content, 0, (size_t)box->cols - FRAME_COLS);
	line_pad(&line, (size_t)box->cols - 1);
	line_add_symbol(&line, STYLE_PLAIN, "│", "|");
	screen_line(&line, y, box->x, box->cols, LOOK_PLAIN);
	line_done(&line);
}

void explorer_paint_welcome(const struct explorer *explorer)
{
	struct area whole = explorer->layout.whole, box = whole;
	struct lines lines = {0};

	box.cols = whole.cols - 2 < BOX_COLS_MAX ? whole.cols - 2 : BOX_COLS_MAX;
	if (box.cols < BOX_COLS_LEAST)
		return;
	box.x = (whole.cols - box.cols) / 2;
	for (int incremental = 0; incremental < 2; incremental++) {
		lines_done(&lines);
		make(&lines, explorer->live->shown, explorer->charset,
		    (size_t)box.cols - FRAME_COLS, incremental);
		if ((int)lines.count + 3 <= whole.rows)
			break;
	}
	/* At the bottom, so that the first rows of the tree stay in sight. */
	box.rows = (int)lines.count + 2 < whole.rows ? (int)lines.count + 2 : whole.rows;
	box.y = whole.y + whole.rows - box.rows;
	paint_edge(&box, explorer->charset, box.y, true);
	for (int row = 1; row + 1 < box.rows; row++)
		paint_row(&box, explorer->charset, box.y + row, &lines.items[row - 1]);
	paint_edge(&box, explorer->charset, box.y + box.rows - 1, false);
	lines_done(&lines);
}
