#include "tui/views/section_view.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/core/screen.h"
#include "tui/views/inspect_pane.h"

enum { INDENT_COLS = 2 };

void section_view_done(struct view *view)
{
	struct section_view *pane = view_of(struct section_view, view);

	section_text_done(&pane->section_text);
	free(pane->filter);
	free(pane->search);
}

static size_t body_rows(const struct section_view *pane)
{
	return pane->rows > 1 ? (size_t)pane->rows - 1 : 1;
}

static void scroll(struct section_view *pane)
{
	rows_scroll(&pane->at, &pane->top, body_rows(pane), pane->section_text.row_count);
}

int section_view_cols(const struct section_view *pane)
{
	return pane->view.area.cols > 4 ? pane->view.area.cols - INDENT_COLS : INDENT_COLS;
}

/* The text may still change before the lines are made again. */
static void keep(char **text, const char *given)
{
	free(*text);
	*text = given ? xstrdup(given) : NULL;
}

void section_view_set(struct section_view *pane, struct lines *lines)
{
	const struct outline_options *options = &pane->view.live->options;
	struct section_text *section_text = &pane->section_text;
	uint32_t section = 0, within = 0;
	size_t place = pane->at - pane->top;
	bool any = pane->at < section_text->row_count;

	if (any) {
		section = section_text->rows[pane->at].section;
		within = section_text->rows[pane->at].line - section_text->sections[section].first;
	}
	keep(&pane->filter, options->filter);
	keep(&pane->search, options->search);
	section_text_take(section_text, lines);
	section_text_show(section_text, pane->filter, pane->search);
	if (any && section < section_text->section_count) {
		const struct section_text_section *now = &section_text->sections[section];
		uint32_t line = now->first + within;

		pane->at = section_text_row_of(section_text, line < now->end ? line : now->end - 1);
		pane->top = pane->at > place ? pane->at - place : 0;
	}
	scroll(pane);
}

/* Makes the rows again; the selection stays on its line. */
static void show_again(struct section_view *pane)
{
	size_t place = pane->at - pane->top;
	uint32_t line = 0;

	if (pane->at < pane->section_text.row_count)
		line = pane->section_text.rows[pane->at].line;
	section_text_show(&pane->section_text, pane->filter, pane->search);
	pane->at = section_text_row_of(&pane->section_text, line);
	pane->top = pane->at > place ? pane->at - place : 0;
	scroll(pane);
}

static void go_to_line(struct section_view *pane, uint32_t line)
{
	pane->at = section_text_row_of(&pane->section_text, line);
	scroll(pane);
}

/* --- Painting --------------------------------------------------------------------------------- */

static void compose(
    const struct section_view *pane, const struct section_text_row *row, struct line *line)
{
	const struct line *source = &pane->section_text.lines.items[row->line];

	if (row->heading)
		line_add_symbol(
		    line, STYLE_PLAIN, row->folded ? "▶ " : "▼ ", row->folded ? "+ " : "- ");
	else
		line_pad(line, INDENT_COLS);
	line_append(line, source, 0, source->cols);
	if (row->matched)
		line_highlight(line, pane->search, INDENT_COLS);
}

static void paint_empty(const struct section_view *pane, const struct area *area, struct line *line)
{
	if (pane->filter && *pane->filter)
		line_addf(line, STYLE_DIM, _("nothing contains \"%s\"; Esc shows all again"),
		    pane->filter);
	row_paint(area, 1, line, LOOK_PLAIN);
}

void section_view_paint(struct section_view *pane, const struct line *title, bool focused)
{
	const struct area *area = &pane->view.area;
	size_t count = pane->section_text.row_count;
	struct line line;
	int y = 1;

	pane->rows = area->rows;
	scroll(pane);
	title_paint(area, title, pane->top > 0, pane->top + body_rows(pane) < count, focused);
	line_init(&line, title->charset);
	if (count == 0 && area->rows > 1) {
		paint_empty(pane, area, &line);
		y++;
	}
	for (size_t at = pane->top; y < area->rows && at < count; y++, at++) {
		enum look over = at != pane->at ? LOOK_PLAIN
		                 : focused      ? LOOK_SELECTED
		                                : LOOK_RESTING;

		line_clear(&line);
		compose(pane, &pane->section_text.rows[at], &line);
		row_paint(area, y, &line, over);
	}
	screen_blank(area->y + y, area->x, area->rows - y, area->cols);
	line_done(&line);
}

void section_view_cursor(const struct view *view, int *ret_y, int *ret_x)
{
	const struct section_view *pane = view_of(const struct section_view, view);

	*ret_y = 1 + (int)(pane->at - pane->top);
	*ret_x = INDENT_COLS;
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void move(struct section_view *pane, long step)
{
	pane->at = rows_move(pane->at, step, pane->section_text.row_count);
	scroll(pane);
}

static bool is_folded(const struct section_view *pane)
{
	return pane->at < pane->section_text.row_count && pane->section_text.rows[pane->at].folded;
}

/* To the heading of the section that the selected row is in. */
static void go_to_heading(struct section_view *pane)
{
	if (pane->at >= pane->section_text.row_count)
		return;
	go_to_line(
	    pane, pane->section_text.sections[pane->section_text.rows[pane->at].section].first);
}

static void fold(struct section_view *pane, bool folded)
{
	if (folded)
		go_to_heading(pane);
	if (section_text_fold(&pane->section_text, pane->at, folded))
		show_again(pane);
}

bool section_view_act(struct view *view, enum action action)
{
	struct section_view *pane = view_of(struct section_view, view);
	long step = rows_of_action(action, body_rows(pane) - 1);

	if (step) {
		move(pane, step);
		return true;
	}
	switch (action) {
	case ACTION_LOOK_AGAIN:
		inspect_pane_again(view->ui_state->inside, view->ui_state->now_ms);
		return true;
	case ACTION_ENTER:
		fold(pane, !is_folded(pane));
		return true;
	case ACTION_OPEN:
		if (is_folded(pane))
			fold(pane, false);
		else
			move(pane, 1);
		return true;
	case ACTION_CLOSE:
	case ACTION_FOLD:
		fold(pane, true);
		return true;
	case ACTION_UNFOLD:
		fold(pane, false);
		return true;
	case ACTION_UNFOLD_BELOW:
		section_text_fold_all(&pane->section_text, false);
		show_again(pane);
		return true;
	default:
		return false;
	}
}

void section_view_click(struct view *view, int y, int x, bool twice)
{
	struct section_view *pane = view_of(struct section_view, view);
	size_t at = pane->top + (size_t)(y - 1);
	bool sign = x < INDENT_COLS;

	if (y < 1 || at >= pane->section_text.row_count)
		return;
	pane->at = at;
	if (sign ? pane->section_text.rows[at].heading && !twice : twice)
		fold(pane, !is_folded(pane));
}

/* --- Search ----------------------------------------------------------------------------------- */

static bool match_here(struct section_view *pane)
{
	const struct section_text *section_text = &pane->section_text;

	go_to_line(pane, pane->origin);
	for (uint32_t i = 0; i < section_text->row_count; i++) {
		size_t at = (pane->at + i) % section_text->row_count;

		if (!section_text->rows[at].matched)
			continue;
		pane->at = at;
		scroll(pane);
		return true;
	}
	return false;
}

static bool match(struct section_view *pane, int step)
{
	uint32_t line;

	if (!section_text_open_match(
	        &pane->section_text, pane->at, step, pane->filter, pane->search, &line))
		return false;
	section_text_show(&pane->section_text, pane->filter, pane->search);
	go_to_line(pane, line);
	return true;
}

bool section_view_search(struct view *view, enum search_step step)
{
	struct section_view *pane = view_of(struct section_view, view);

	switch (step) {
	case SEARCH_BEGINS:
		pane->origin = pane->at < pane->section_text.row_count
		                   ? pane->section_text.rows[pane->at].line
		                   : 0;
		return true;
	case SEARCH_TYPED:
		return match_here(pane);
	case SEARCH_NEXT:
		return match(pane, 1);
	case SEARCH_PREVIOUS:
		return match(pane, -1);
	}
	return false;
}

size_t section_view_matched(const struct view *view)
{
	return view_of(const struct section_view, view)->section_text.matched;
}
