/* The screen of the explorer: header, panes, the welcome over them, bottom line, cursor. */
#include "tui/explorer.h"
#include "tui/tour.h"

#include "lessons/play/xdg_file.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"

#include <errno.h>
#include <string.h>

/* --- Header and keys -------------------------------------------------------------------------- */

enum { PACE_FROM_COLS = 60 };

static void separate(struct line *line)
{
	line_add_symbol(line, STYLE_DIM, " · ", " | ");
}

static void add_machine(struct line *line, const struct graph *graph)
{
	line_adds(line, STYLE_TITLE, "nsscope");
	if (!graph)
		return;
	line_adds(line, STYLE_PLAIN, "  ");
	line_adds(line, STYLE_STRONG, graph->host);
	line_adds(line, STYLE_PLAIN, "  Linux ");
	line_adds(line, STYLE_PLAIN, graph->kernel);
}

/* How it is read; where that is not by BPF, why not. */
static void add_source(struct line *line, const struct graph *graph)
{
	struct bpf_refusal why = bpf_why_last();

	separate(line);
	line_adds(line, STYLE_PLAIN, graph->source);
	if (why.what != BPF_NO_OBSTACLE)
		line_addf(line, STYLE_DIM, _(" (BPF: %s)"), bpf_obstacle_name(why.what));
}

/* What is shown, and how it was cut down. */
static void add_choice(struct line *line, const struct ui_state *ui_state)
{
	const struct live *live = ui_state->live;
	const struct outline_options *options = &live->options;

	ui_state->main->ops->describe(ui_state->main, line);
	if (options->filter && *options->filter) {
		separate(line);
		line_addf(line, STYLE_MATCH, _("filter: %s"), options->filter);
	}
	if (options->search && *options->search) {
		separate(line);
		line_addf(line, STYLE_MATCH, _("search: %s (%zu found)"), options->search,
		    ui_state->main->ops->matched ? ui_state->main->ops->matched(ui_state->main)
		                                 : live->outline.matched);
	}
}

static void add_pace(struct line *line, const struct ui_state *ui_state)
{
	const struct live *live = ui_state->live;

	if (live_is_past(live))
		time_travel_describe(&live->time_travel, ui_state->now_ms, line);
	else if (live->frozen)
		line_adds(line, STYLE_WARN, _("FROZEN"));
	else if (live->plan.pause_ms < 1000)
		line_addf(line, STYLE_PLAIN, _("every %u ms"), live->plan.pause_ms);
	else
		line_addf(line, STYLE_PLAIN, _("every %.1f s"), live->plan.pause_ms / 1000.0);
	if (ui_state->follow) {
		separate(line);
		line_adds(line, STYLE_PLAIN, _("following"));
	}
}

static void add_counts(struct line *line, const struct live *live)
{
	const struct graph *graph = live->shown;
	const struct scan_stats *stats = &graph->stats;

	line_addf(line, STYLE_PLAIN, ngettext("%zu process", "%zu processes", graph->living_count),
	    graph->living_count);
	separate(line);
	line_addf(line, STYLE_PLAIN,
	    ngettext("%zu namespace", "%zu namespaces", graph->living_ns_count),
	    graph->living_ns_count);
	separate(line);
	if (live->error == -EBADMSG)
		line_adds(line, STYLE_FAIL, _("the next snapshot can't be read"));
	else if (live->error == -EOPNOTSUPP)
		line_adds(line, STYLE_FAIL, _("BPF fails now"));
	else if (live->error != 0)
		line_addf(
		    line, STYLE_FAIL, _("/proc can't be read now: %s"), strerror(-live->error));
	else if (stats->denied > 0)
		line_addf(line, STYLE_WARN,
		    ngettext("%u unreadable", "%u unreadable", stats->denied), stats->denied);
	else
		line_adds(line, STYLE_PLAIN, _("all readable"));
	if (stats->hidden) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/proc hides other users' processes"));
	}
	if (stats->foreign_proc) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/proc shows another PID namespace"));
	}
	if (stats->names_late) {
		separate(line);
		line_adds(line, STYLE_WARN, _("/run/netns does not answer"));
	}
}

/* One or two rows, as @area has. */
static void paint_header(const struct ui_state *ui_state, const struct area *area)
{
	const struct live *live = ui_state->live;
	struct line line;

	line_init(&line, live->charset);
	if (area->rows >= 2) {
		add_machine(&line, live->shown);
		separate(&line);
		add_choice(&line, ui_state);
		if (live->shown)
			add_source(&line, live->shown);
		row_paint(area, 0, &line, LOOK_PLAIN);
		line_clear(&line);
	}
	/* The most important comes first: the rest may be cut. */
	if (live->shown &&
	    (live->frozen || live_is_past(live) ||
	        (live->plan.pause_ms && area->rows >= 2 && area->cols >= PACE_FROM_COLS))) {
		add_pace(&line, ui_state);
		separate(&line);
	}
	if (live->shown)
		add_counts(&line, live);
	else if (area->rows < 2)
		add_machine(&line, NULL);
	if (area->rows < 2) {
		separate(&line);
		add_choice(&line, ui_state);
	}
	row_paint(area, area->rows - 1, &line, LOOK_PLAIN);
	line_done(&line);
}

/* Appends to @line a key and its label, @first: without a gap before. */
static void add_key(struct line *line, const char *key, const char *label, bool first)
{
	if (!first)
		line_adds(line, STYLE_PLAIN, "  ");
	line_adds(line, STYLE_KEY, key);
	line_adds(line, STYLE_PLAIN, " ");
	line_adds(line, STYLE_DIM, label);
}

static void add_binding(struct line *line, const struct key_binding *binding, bool first)
{
	add_key(line, _(binding->bar_key), _(binding->label), first);
}

/* At a question of @choices choices, these keys lead instead of Space. */
static void add_question_keys(struct line *line, size_t choices, size_t cols)
{
	autofree char *digits = xasprintf("1-%zu", choices);

	add_key(line, digits, _("Answer"), true);
	add_key(line, "PgDn", _("Show the answer"), false);
	if (line->cols > cols)
		line_clear(line);
}

/* The keys that are alive in @place, as many as fit.  @choices: of the question that is open there. */
static void paint_keys(
    enum key_place place, size_t choices, enum charset charset, const struct area *area)
{
	struct line line, part, leave;
	size_t cols = (size_t)area->cols;

	line_init(&line, charset);
	line_init(&part, charset);
	line_init(&leave, charset);
	/* The way out is always shown, so it is measured first. */
	for (size_t i = 0; i < key_table_count; i++) {
		if (key_table[i].action == ACTION_BACK)
			add_binding(&leave, &key_table[i], false);
	}
	if (choices && leave.cols <= cols)
		add_question_keys(&line, choices, cols - leave.cols);
	for (size_t i = 0; i < key_table_count; i++) {
		const struct key_binding *binding = &key_table[i];

		if (!(binding->places & place) || !binding->bar_key ||
		    binding->action == ACTION_BACK ||
		    (choices && binding->action == ACTION_LESSON_PAGE))
			continue;
		line_clear(&part);
		add_binding(&part, binding, line.cols == 0);
		if (line.cols + part.cols + leave.cols <= cols)
			line_append(&line, &part, 0, part.cols);
	}
	line_append(&line, &leave, line.cols == 0 ? 2 : 0, leave.cols);
	row_paint(area, 0, &line, LOOK_PLAIN);
	line_done(&line);
	line_done(&part);
	line_done(&leave);
}

/* --- The welcome ------------------------------------------------------------------------------ */

enum {
	BOX_COLS_MAX = 66,
	BOX_COLS_LEAST = 36,
	KEY_COLS = 9,
	FRAME_COLS = 4, /* a line and a blank at each side */
};

static const struct {
	const char *keys, *what; /* msgids */
} ways[] = {
    {N_("Arrows"), N_("look around: Enter unfolds a row, ? lists all keys")},
    {"L", N_("lessons: they show by doing, and nothing outside them changes")},
    {"8", N_("the lab: make namespaces yourself, and watch")},
    {"Esc", N_("closes this box")},
};

void explorer_init_welcome(struct explorer *explorer)
{
	autofree char *path = home_path(HOME_STATE, "welcomed", true);
	autofree char *text = NULL;
	size_t len;
	int rows, cols;

	screen_size(&rows, &cols);
	if (!path || explorer->options->lesson || explorer->tour ||
	    explorer->panes.focus != PANE_MAIN || cols < BOX_COLS_LEAST + FRAME_COLS ||
	    home_read(path, 1, &text, &len) < 0 || text)
		return;
	/* If that can't be saved, it is never shown: it would come back each time. */
	explorer->welcome = home_write(path, "", 0) == 0;
}

/* @short_form: one line, cut where it is longer. */
static void add_way(
    struct lines *lines, enum charset charset, size_t way, size_t cols, bool short_form)
{
	struct line line;

	line_init_verbatim(&line, charset);
	line_adds(&line, STYLE_KEY, _(ways[way].keys));
	line_adds(&line, STYLE_PLAIN, " ");
	line_pad(&line, KEY_COLS);
	line_adds(&line, STYLE_PLAIN, _(ways[way].what));
	if (short_form)
		line_fit(&line, cols);
	lines_wrap_line(lines, &line, KEY_COLS, cols);
	line_done(&line);
}

/* In a container or a user namespace, only a part of the machine is visible. */
static void add_what_is_seen(
    struct lines *lines, const struct graph *graph, enum charset charset, size_t cols)
{
	struct line note;

	line_init_verbatim(&note, charset);
	if (ns_columns_note(graph, &note)) {
		lines_wrap(lines, charset, STYLE_PLAIN,
		    _("This is what is visible from here: processes, and the eight namespaces of "
		      "each."),
		    0, cols);
		lines_wrap_line(lines, &note, 0, cols);
	} else {
		lines_wrap(lines, charset, STYLE_PLAIN,
		    _("This is your machine, live: every process, and the eight namespaces of "
		      "each."),
		    0, cols);
	}
	lines_wrap(lines, charset, STYLE_PLAIN, _("Three ways to go on:"), 0, cols);
	lines_add(lines, charset);
	line_done(&note);
}

static void make(struct lines *lines, const struct graph *graph, enum charset charset, size_t cols,
    bool short_form)
{
	if (!short_form && graph)
		add_what_is_seen(lines, graph, charset, cols);
	for (size_t way = 0; way < array_len(ways); way++)
		add_way(lines, charset, way, cols, short_form);
}

/* "┌─ Welcome ───┐"; without @title the edge at the bottom. */
static void paint_edge(const struct area *box, enum charset charset, int y, const char *title)
{
	struct line line;

	line_init_verbatim(&line, charset);
	line_add_symbol(&line, STYLE_PLAIN, title ? "┌─" : "└─", "+-");
	if (title)
		line_addf(&line, STYLE_TITLE, " %s ", title);
	while (line.cols + 1 < (size_t)box->cols)
		line_add_symbol(&line, STYLE_PLAIN, "─", "-");
	line_add_symbol(&line, STYLE_PLAIN, title ? "┐" : "┘", "+");
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

/* Where a box of @cols at most is; its height is set by paint_box.  Without columns where it doesn't fit. */
static struct area box_area(const struct area *whole)
{
	struct area box = *whole;

	box.cols = whole->cols - 2 < BOX_COLS_MAX ? whole->cols - 2 : BOX_COLS_MAX;
	box.x = (whole->cols - box.cols) / 2;
	if (box.cols < BOX_COLS_LEAST)
		box.cols = 0;
	return box;
}

/* At the bottom, so that the first rows of the tree stay visible. */
static void paint_box(const struct area *whole, struct area box, enum charset charset,
    const char *title, const struct lines *lines)
{
	box.rows = (int)lines->count + 2 < whole->rows ? (int)lines->count + 2 : whole->rows;
	box.y = whole->y + whole->rows - box.rows;
	paint_edge(&box, charset, box.y, title);
	for (int row = 1; row + 1 < box.rows; row++)
		paint_row(&box, charset, box.y + row, &lines->items[row - 1]);
	paint_edge(&box, charset, box.y + box.rows - 1, NULL);
}

static void paint_welcome(const struct explorer *explorer)
{
	const struct area *whole = &explorer->panes.layout.whole;
	enum charset charset = explorer->live->charset;
	struct area box = box_area(whole);
	struct lines lines = {0};

	for (int short_form = 0; short_form < 2 && box.cols; short_form++) {
		lines_done(&lines);
		make(&lines, explorer->live->shown, charset, (size_t)box.cols - FRAME_COLS,
		    short_form);
		if ((int)lines.count + 3 <= whole->rows)
			break;
	}
	if (box.cols)
		paint_box(whole, box, charset, _("Welcome to nsscope"), &lines);
	lines_done(&lines);
}

static void paint_tour(const struct explorer *explorer)
{
	const struct area *whole = &explorer->panes.layout.whole;
	enum charset charset = explorer->live->charset;
	struct area box = box_area(whole);
	autofree char *title = tour_title(explorer->tour);
	struct lines lines = {0};

	if (!box.cols)
		return;
	tour_text(explorer->tour, &lines, charset, (size_t)box.cols - FRAME_COLS);
	paint_box(whole, box, charset, title, &lines);
	lines_done(&lines);
}

/* --- The whole screen ------------------------------------------------------------------------- */

static void paint_too_small(struct explorer *explorer)
{
	struct pager words = {0};
	int rows, cols;

	screen_size(&rows, &cols);
	autofree char *text = xasprintf(
	    _("%dx%d is needed, this is %dx%d"), LAYOUT_LEAST_COLS, LAYOUT_LEAST_ROWS, cols, rows);
	lines_wrap(&words.lines, explorer->live->charset, STYLE_PLAIN, text, 0, (size_t)cols);
	pager_paint(&words, &(struct area){0, 0, rows, cols});
	pager_done(&words);
	screen_cursor(0, 0, false);
}

static void paint_gap(const struct explorer *explorer)
{
	const struct area *gap = &explorer->panes.layout.gap;
	struct line line;

	line_init(&line, explorer->live->charset);
	line_add_symbol(&line, STYLE_DIM, "│", "|");
	for (int y = 0; y < gap->rows; y++)
		screen_line(&line, gap->y + y, gap->x, 1, LOOK_PLAIN);
	line_done(&line);
}

static void paint_bottom(struct explorer *explorer)
{
	const struct area *bar = &explorer->panes.layout.bar;

	if (explorer->prompt.open) {
		prompt_paint(&explorer->prompt, explorer->live->charset, bar);
		return;
	}
	if (explorer->message) {
		struct line line;

		line_init(&line, explorer->live->charset);
		line_adds(&line, STYLE_STRONG, explorer->message);
		row_paint(bar, 0, &line, LOOK_PLAIN);
		line_done(&line);
		return;
	}
	enum key_place place = explorer_place(explorer);

	/* Elsewhere the digits are other keys. */
	paint_keys(place, place == PLACE_LESSON ? lesson_view_asks(&explorer->lesson) : 0,
	    explorer->live->charset, bar);
}

static void paint_panes(struct explorer *explorer)
{
	if (explorer->panes.overlay != OVERLAY_NONE) {
		struct view *view = explorer_focused_view(explorer);

		view->ops->paint(view, true);
		return;
	}
	for (enum pane pane = 0; pane < PANE_COUNT; pane++) {
		struct view *view = explorer_pane_view(explorer, pane);

		if (view->area.rows > 0)
			view->ops->paint(view, pane == explorer->panes.focus);
	}
	paint_gap(explorer);
	if (explorer->welcome)
		paint_welcome(explorer);
	else if (explorer->tour)
		paint_tour(explorer);
}

void explorer_paint(struct explorer *explorer)
{
	struct view *view = explorer_focused_view(explorer);
	int y = 1, x = 0;

	explorer->dirty = false;
	if (explorer->panes.layout.too_small) {
		paint_too_small(explorer);
		screen_flush();
		return;
	}
	explorer->ui_state.actors = explorer_actors(explorer, &explorer->ui_state.actor_count);
	paint_header(&explorer->ui_state, &explorer->panes.layout.header);
	paint_panes(explorer);
	paint_bottom(explorer);
	/* Painting moves the cursor, so it is set last; an open prompt has set its own. */
	if (!explorer->prompt.open) {
		if (view->ops->cursor)
			view->ops->cursor(view, &y, &x);
		screen_cursor(view->area.y + y, view->area.x + x, false);
	}
	screen_flush();
}
