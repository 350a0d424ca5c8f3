#include "tui/view_lesson.h"

#include "model/i18n.h"
#include "model/util.h"
#include "tui/lesson_scene.h"
#include "tui/screen.h"
#include "tui/step_text.h"

#include <unistd.h>

bool lesson_view_running(const struct lesson_view *view)
{
	return view->player != NULL;
}

const struct cast_member *lesson_view_cast(struct lesson_view *view, size_t *ret_count)
{
	size_t count = 0;
	const struct cast_member *cast = view->player ? player_cast(view->player, &count) : NULL;
	const struct graph *graph = view->live->shown;

	array_reserve(view->cast, view->cast_room, count + 1);
	for (size_t i = 0; i < count; i++)
		view->cast[i] = cast[i];
	/* In another's /proc the own PID is somebody else's. */
	if (view->player && graph && !graph->stats.foreign_proc)
		view->cast[count++] = (struct cast_member){.pid = getpid(), .name = "me"};
	*ret_count = count;
	return view->cast;
}

void lesson_view_open(struct lesson_view *view, const struct lesson *lesson, bool owned)
{
	struct live *live = view->live;

	lesson_view_close(view);
	view->lesson = lesson;
	view->owned = owned ? (struct lesson *)lesson : NULL;
	view->player = player_new(lesson);
	view->pager.top = view->step = view->blocks = view->marked = 0;
	view->asked = false;
	view->folds_before = live->folds;
	view->grouping_before = live->options.grouping;
	live->folds = folds_new();
	live->options.folds = live->folds;
	if (lesson->group)
		grouping_from_name(lesson->group, &live->options.grouping);
	live_rebuild(live);
	view->arranged = false;
	lesson_scene_set(view);
}

void lesson_view_close(struct lesson_view *view)
{
	struct live *live = view->live;

	if (!view->player)
		return;
	player_free(view->player);
	view->player = NULL;
	view->tree->cast = NULL;
	view->tree->cast_count = 0;
	free(view->cast);
	view->cast = NULL;
	view->cast_room = 0;
	live_set_cast(live, NULL, 0);
	lesson_free(view->owned);
	view->owned = NULL;
	view->lesson = NULL;
	pager_clear(&view->pager);
	live->options.grouping = view->grouping_before;
	live->options.folds = view->folds_before;
	folds_free(live->folds);
	live->folds = view->folds_before;
	view->folds_before = NULL;
	live_rebuild(live);
}

/* Whoever does the task is seen in whatever sweep comes next. */
static void watch(struct lesson_view *view)
{
	struct live *live = view->live;

	if (player_state(view->player) != PLAYER_WATCHING || view->watched == live->sweeps)
		return;
	view->watched = live->sweeps;
	player_see(view->player, live->shown);
}

bool lesson_view_pump(struct lesson_view *view, uint64_t now_ms)
{
	if (view->player)
		watch(view);
	if (view->player)
		lesson_scene_set(view);
	if (!view->player || view->asked || !player_wants_graph(view->player))
		return false;
	view->asked = true;
	return live_demand(view->live, now_ms);
}

void lesson_view_swept(struct lesson_view *view)
{
	if (!view->player || !view->asked)
		return;
	view->asked = false;
	view->watched = view->live->sweeps;
	player_see(view->player, view->live->shown);
	lesson_scene_arrange(view);
	lesson_scene_point(view);
}

void lesson_view_choose(struct lesson_view *view, size_t choice)
{
	const struct block_view *blocks;
	size_t count;

	if (!view->player || player_state(view->player) != PLAYER_ASKING)
		return;
	count = player_blocks(view->player, &blocks);
	if (count > 0 && choice < blocks[count - 1].block->choice_count) {
		player_answer(view->player, choice);
		view->marked = 0;
	}
}

/* --- Painting ------------------------------------------------------------------------------- */

/* What stands around the actors; NULL for nothing. */
static const char *stage_note(const struct player *player)
{
	if (player_gave_up_root(player))
		return player_in_userns(player)
		           ? _("The stage gave up root and made a user namespace, so that nothing "
		               "here can reach your machine.")
		           : _("The stage gave up root: its actors have no privilege at all.");
	if (player_in_userns(player))
		return _("You are not privileged: the actors stand in a user namespace of their "
		         "own, which lets them make the others.");
	return NULL;
}

static void make_text(struct lesson_view *view, size_t *ret_anchor)
{
	struct step_text text = {
	    .charset = view->live->charset,
	    .cols = (size_t)view->view.area.cols,
	    .marked = view->marked,
	    .notes = view->notes,
	    .player = view->player,
	    .lines = &view->pager.lines,
	};
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);
	const char *note;

	*ret_anchor = 0;
	pager_clear(&view->pager);
	note = stage_note(view->player);
	if (note)
		lines_wrap(text.lines, text.charset, STYLE_DIM, note, 0, text.cols);
	for (size_t i = 0; i < count; i++) {
		/* The block that was the last: what came of it is told in it and behind it. */
		if (i < view->blocks)
			*ret_anchor = text.lines->count;
		step_text_block(&text, &blocks[i]);
	}
	if (player_state(view->player) == PLAYER_FAILED) {
		lines_add(text.lines, text.charset);
		lines_wrap(text.lines, text.charset, STYLE_FAIL, player_problem(view->player), 0,
		    text.cols);
	}
	view->blocks = count;
	view->hints = count > 0 && blocks[count - 1].turn ? blocks[count - 1].turn->hints : 0;
}

static void add_state(const struct lesson_view *view, struct line *line)
{
	size_t failures = player_failures(view->player);

	switch (player_state(view->player)) {
	case PLAYER_READING:
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
		line_adds(line, STYLE_WARN,
		    _("This lesson is none of nsscope's own. May it run lines of a shell? y, n"));
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
}

static void paint_state(const struct lesson_view *view)
{
	const struct area *area = &view->view.area;
	struct line line;

	line_init(&line, view->live->charset);
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
	line_init(&line, view->live->charset);
	/* The introduction is none of the steps, as in "lesson NAME --plain". */
	if (step > 0)
		line_addf(&line, STYLE_TITLE, _("step %zu of %zu: "), step, count - 1);
	line_adds(&line, STYLE_TITLE, view->lesson->steps[step].title);
	pager_title(&view->pager, &view->view.area, view->live->charset, &line, focused);
	line_done(&line);
}

static void lesson_paint(struct view *base, bool focused)
{
	struct lesson_view *view = view_of(struct lesson_view, base);
	struct area body = base->area;
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
	body.y++;
	body.rows = body.rows > 2 ? body.rows - 2 : 0;
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
	pager_paint(&view->pager, &body);
	paint_title(view, focused);
	paint_state(view);
}

/* --- Keys ----------------------------------------------------------------------------------- */

static size_t choice_count(const struct lesson_view *view)
{
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);

	return count > 0 ? blocks[count - 1].block->choice_count : 0;
}

static bool act_asking(struct lesson_view *view, enum action action)
{
	size_t count = choice_count(view);

	switch (action) {
	case ACTION_UP:
		if (view->marked > 0)
			view->marked--;
		return true;
	case ACTION_DOWN:
		if (view->marked + 1 < count)
			view->marked++;
		return true;
	case ACTION_LESSON_TAKE:
		lesson_view_choose(view, view->marked);
		return true;
	default:
		return false;
	}
}

static void leave_step(struct lesson_view *view)
{
	view->pager.top = view->blocks = view->marked = 0;
	/* A sweep that was begun for what is given up now tells nothing. */
	view->asked = false;
}

static bool lesson_act(struct view *base, enum action action)
{
	struct lesson_view *view = view_of(struct lesson_view, base);

	if (player_state(view->player) == PLAYER_ASKING && act_asking(view, action))
		return true;
	switch (action) {
	case ACTION_LESSON_HINT:
		player_hint(view->player);
		return true;
	case ACTION_LESSON_PERMIT:
		player_permit(view->player, true);
		return true;
	case ACTION_LESSON_PAGE:
		if (pager_more(&view->pager))
			return pager_act(&view->pager, ACTION_PAGE_DOWN);
		if (player_state(view->player) == PLAYER_READING)
			player_next(view->player);
		return true;
	case ACTION_LESSON_NEXT:
		player_permit(view->player, false);
		player_next(view->player);
		return true;
	case ACTION_LESSON_TAKE:
		/* A task is left undone only by who says so. */
		if (player_state(view->player) == PLAYER_READING)
			player_next(view->player);
		return true;
	case ACTION_LESSON_BACK:
		leave_step(view);
		player_back(view->player);
		return true;
	case ACTION_LESSON_RESET:
		leave_step(view);
		player_reset(view->player);
		return true;
	default:
		return pager_act(&view->pager, action);
	}
}

static void lesson_click(struct view *base, int y, int x, bool twice)
{
	(void)base;
	(void)y;
	(void)x;
	(void)twice;
}

static void lesson_cursor(const struct view *base, int *ret_y, int *ret_x)
{
	(void)base;
	*ret_y = 1;
	*ret_x = 0;
}

static const struct view_ops lesson_ops = {
    .paint = lesson_paint,
    .act = lesson_act,
    .click = lesson_click,
    .cursor = lesson_cursor,
};

void lesson_view_init(struct lesson_view *view, struct live *live, struct tree_view *tree)
{
	*view = (struct lesson_view){.view.ops = &lesson_ops, .live = live, .tree = tree};
}
