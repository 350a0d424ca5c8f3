#include "tui/views/lesson_paint.h"

#include "lessons/play/render.h"
#include "model/base/i18n.h"
#include "tui/core/screen.h"

enum { MARGIN_COLS = 2, MARGIN_FROM_COLS = 40 };

/* Where the text of the step stands. */
static struct area text_area(const struct lesson_view *view)
{
	struct area area = view->view.area;

	area.y++;
	area.rows = area.rows > 2 ? area.rows - 2 : 0;
	if (view->presents && area.cols >= MARGIN_FROM_COLS) {
		area.x += MARGIN_COLS;
		area.cols -= 2 * MARGIN_COLS;
	}
	return area;
}

static void make_text(struct lesson_view *view, size_t *ret_anchor)
{
	struct render render = {
	    .charset = view->live->charset,
	    .cols = (size_t)text_area(view).cols,
	    .marked = view->marked,
	    .notes = view->notes,
	    .roomy = view->presents,
	    .kernel = view->live->shown ? view->live->shown->kernel : "",
	    .player = view->player,
	    .lines = &view->pager.lines,
	};
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);

	*ret_anchor = 0;
	pager_clear(&view->pager);
	render_stage(&render);
	if (player_step(view->player) == 0 && !view->preflight.playable)
		render_preflight(&render, &view->preflight);
	for (size_t i = 0; i < count; i++) {
		/* The block that was the last: what came of it is told in it and behind it. */
		if (i < view->blocks)
			*ret_anchor = render.lines->count;
		render_block(&render, &blocks[i]);
	}
	if (player_state(view->player) == PLAYER_PERMITTING)
		render_note(&render, STYLE_WARN,
		    _("This lesson is none of nsscope's own, and wants to run these lines of a "
		      "shell."));
	if (player_state(view->player) == PLAYER_FAILED)
		render_note(&render, STYLE_FAIL, player_problem(view->player));
	view->blocks = count;
	view->hints = count > 0 && blocks[count - 1].turn ? blocks[count - 1].turn->hints : 0;
}

static void add_state(const struct lesson_view *view, struct line *line)
{
	size_t failures = player_failures(view->player);

	switch (player_state(view->player)) {
	case PLAYER_READING:
		if (player_reads(view->player))
			line_adds(line, STYLE_WARN, _("only to read here"));
		if (player_reads(view->player))
			line_adds(line, STYLE_PLAIN, "  ");
		line_adds(line, STYLE_STRONG,
		    pager_more(&view->pager) ? _("Space: read on") : _("Space: go on"));
		break;
	case PLAYER_ASKING:
		line_adds(
		    line, STYLE_STRONG, _("What do you think? A digit, or Up, Down and Enter"));
		break;
	case PLAYER_ACTING:
		line_adds(line, STYLE_DIM, _("an actor is at work"));
		break;
	case PLAYER_LOOKING:
		line_adds(line, STYLE_DIM, _("looking at the machine"));
		break;
	case PLAYER_WATCHING:
		line_adds(line, STYLE_STRONG, _("Your turn. h: a hint, n: go on without it"));
		break;
	case PLAYER_PERMITTING:
		line_adds(line, STYLE_WARN, _("May it run a shell? y: yes, n: no"));
		break;
	case PLAYER_ENDED:
		if (failures == 0)
			line_adds(line, STYLE_OK, _("The end: everything came out as told."));
		else
			line_addf(line, STYLE_FAIL,
			    ngettext("The end: %zu thing did not come out as told.",
			        "The end: %zu things did not come out as told.", failures),
			    failures);
		line_adds(line, STYLE_PLAIN, " ");
		line_adds(line, STYLE_PLAIN, _("R: again, q: leave"));
		break;
	case PLAYER_FAILED:
		line_adds(line, STYLE_FAIL, _("The lesson can't go on."));
		line_adds(line, STYLE_PLAIN, " ");
		line_adds(line, STYLE_PLAIN, _("R: again, q: leave"));
		break;
	}
	if (view->pace_s) {
		line_adds(line, STYLE_PLAIN, "  ");
		line_addf(line, STYLE_DIM, _("(by itself: %u s)"), view->pace_s);
	}
}

static void paint_state(const struct lesson_view *view)
{
	const struct area *area = &view->view.area;
	struct line line;

	line_init_verbatim(&line, view->live->charset);
	add_state(view, &line);
	line_fit(&line, (size_t)area->cols);
	screen_line(&line, area->y + area->rows - 1, area->x, area->cols, LOOK_PLAIN);
	line_done(&line);
}

static void paint_title(const struct lesson_view *view, bool focused)
{
	size_t step = player_step(view->player), count = view->lesson->step_count;
	struct line line;

	if (step >= count)
		step = count - 1;
	line_init_verbatim(&line, view->live->charset);
	/* The introduction is none of the steps, as in "lesson NAME --plain". */
	if (step > 0)
		line_addf(&line, STYLE_TITLE, _("step %zu of %zu: "), step, count - 1);
	line_adds(&line, STYLE_TITLE, view->lesson->steps[step].title);
	pager_title(&view->pager, &view->view.area, view->live->charset, &line, focused);
	line_done(&line);
}

void lesson_view_paint(struct view *base, bool focused)
{
	struct lesson_view *view = view_of(struct lesson_view, base);
	struct area body = text_area(view);
	size_t anchor, step = player_step(view->player);
	bool same = step == view->step && base->area.cols == view->cols;
	size_t old_blocks = view->blocks, old_hints = view->hints;

	if (step != view->step) {
		view->pager.top = view->blocks = view->marked = 0;
		view->step = step;
	}
	view->cols = base->area.cols;
	size_t old_lines = view->pager.lines.count;

	make_text(view, &anchor);
	size_t rows = (size_t)body.rows, count = view->pager.lines.count;

	/* What has come in is scrolled into sight, from its first line on; but not what is seen of
	 * somebody who tries a task. */
	bool grown = player_state(view->player) == PLAYER_WATCHING ? view->hints > old_hints
	                                                           : count > old_lines;

	if (same && (grown || view->blocks > old_blocks) && count > rows) {
		size_t top = count - rows < anchor ? count - rows : anchor;

		if (top > view->pager.top)
			view->pager.top = top;
	}
	screen_blank(body.y, base->area.x, body.rows, base->area.cols);
	pager_paint(&view->pager, &body);
	paint_title(view, focused);
	paint_state(view);
}
