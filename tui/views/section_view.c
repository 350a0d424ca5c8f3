#include "tui/views/section_view.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/pager.h"
#include "tui/core/screen.h"

enum { INDENT_COLS = 2 };

void section_view_done(struct section_view *pane)
{
	section_text_done(&pane->section_text);
	free(pane->filter);
	free(pane->search);
	*pane = (struct section_view){0};
}

static uint32_t body_rows(const struct section_view *pane)
{
	return pane->rows > 1 ? (uint32_t)pane->rows - 1 : 1;
}

/* Keeps the selected row visible, and leaves no blank rows at the end of a long text. */
static void scroll(struct section_view *pane)
{
	uint32_t count = (uint32_t)pane->section_text.row_count, rows = body_rows(pane);

	if (pane->at >= count)
		pane->at = count ? count - 1 : 0;
	if (pane->top + rows > count)
		pane->top = count > rows ? count - rows : 0;
	if (pane->at < pane->top)
		pane->top = pane->at;
	if (pane->at >= pane->top + rows)
		pane->top = pane->at - rows + 1;
}

void section_view_rewind(struct section_view *pane)
{
	pane->at = pane->top = 0;
}

/* The text may still change before the lines are made again. */
static void keep(char **text, const char *given)
{
	free(*text);
	*text = given ? xstrdup(given) : NULL;
}

void section_view_set(
    struct section_view *pane, struct lines *lines, const char *filter, const char *search)
{
	struct section_text *section_text = &pane->section_text;
	uint32_t section = 0, within = 0, place = pane->at - pane->top;
	bool any = pane->at < section_text->row_count;

	if (any) {
		section = section_text->rows[pane->at].section;
		within = section_text->rows[pane->at].line - section_text->sections[section].first;
	}
	keep(&pane->filter, filter);
	keep(&pane->search, search);
	section_text_take(section_text, lines);
	section_text_show(section_text, filter, search);
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
	uint32_t line = 0, place = pane->at - pane->top;

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
		line_addf(
		    line, STYLE_DIM, _("nothing holds \"%s\"; Esc shows all again"), pane->filter);
	line_fit(line, (size_t)area->cols);
	screen_line(line, area->y + 1, area->x, area->cols, LOOK_PLAIN);
}

void section_view_paint(
    struct section_view *pane, const struct area *area, const struct line *title, bool focused)
{
	/* The title is that of a pager with as many lines. */
	struct pager pager = {0};
	struct line line;
	int y = 1;

	pane->rows = area->rows;
	scroll(pane);
	pager.top = pane->top;
	pager.rows = body_rows(pane);
	pager.lines.count = pane->section_text.row_count;
	pager_title(&pager, area, title->charset, title, focused);
	line_init(&line, title->charset);
	if (pane->section_text.row_count == 0 && area->rows > 1) {
		paint_empty(pane, area, &line);
		y++;
	}
	for (uint32_t at = pane->top; y < area->rows && at < pane->section_text.row_count;
	     y++, at++) {
		enum look over = at != pane->at ? LOOK_PLAIN
		                 : focused      ? LOOK_SELECTED
		                                : LOOK_RESTING;

		line_clear(&line);
		compose(pane, &pane->section_text.rows[at], &line);
		line_fit(&line, (size_t)area->cols);
		screen_line(&line, area->y + y, area->x, area->cols, over);
	}
	screen_blank(area->y + y, area->x, area->rows - y, area->cols);
	line_done(&line);
}

void section_view_cursor(const struct section_view *pane, int *ret_y, int *ret_x)
{
	*ret_y = 1 + (int)(pane->at - pane->top);
	*ret_x = INDENT_COLS;
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void move(struct section_view *pane, long step)
{
	long at = (long)pane->at + step, last = (long)pane->section_text.row_count - 1;

	at = at > last ? last : at;
	pane->at = at > 0 ? (uint32_t)at : 0;
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

static bool move_by(struct section_view *pane, enum action action)
{
	long page = body_rows(pane) > 1 ? (long)body_rows(pane) - 1 : 1;

	switch (action) {
	case ACTION_UP:
	case ACTION_SCROLL_UP:
		move(pane, -1);
		return true;
	case ACTION_DOWN:
	case ACTION_SCROLL_DOWN:
		move(pane, 1);
		return true;
	case ACTION_PAGE_UP:
		move(pane, -page);
		return true;
	case ACTION_PAGE_DOWN:
		move(pane, page);
		return true;
	case ACTION_HALF_UP:
		move(pane, -(page / 2 + 1));
		return true;
	case ACTION_HALF_DOWN:
		move(pane, page / 2 + 1);
		return true;
	case ACTION_HOME:
		move(pane, -(long)pane->section_text.row_count);
		return true;
	case ACTION_END:
		move(pane, (long)pane->section_text.row_count);
		return true;
	default:
		return false;
	}
}

bool section_view_act(struct section_view *pane, enum action action)
{
	if (move_by(pane, action))
		return true;
	switch (action) {
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

void section_view_click(struct section_view *pane, int y, int x, bool twice)
{
	uint32_t at = pane->top + (uint32_t)(y - 1);
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
		uint32_t at = (pane->at + i) % (uint32_t)section_text->row_count;

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

bool section_view_search(struct section_view *pane, enum search_step step)
{
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
