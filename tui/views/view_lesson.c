#include "tui/views/view_lesson.h"

#include "lessons/play/presenter_notes.h"
#include "lessons/play/progress.h"
#include "lessons/play/render.h"
#include "lessons/script/lesson.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/core/screen.h"

#include <string.h>

/* --- The tree while a lesson runs ------------------------------------------------------------- */

static void add_look(struct lesson_look *to, const struct lesson_block *block)
{
	const struct lesson_look *look = &block->look;

	if (block->kind != BLOCK_VIEW)
		return;
	if (look->group)
		to->group = look->group;
	if (look->types)
		to->types = look->types;
	if (look->point) {
		to->point = look->point;
		to->point_types = look->point_types;
	}
}

/* The view settings at this step: those of the lesson, then each view block up to here.  All is
 * borrowed. */
static struct lesson_look look_of(struct lesson_view *view)
{
	const struct lesson *lesson = view->lesson;
	struct lesson_look look = {.group = lesson->group};
	size_t here = player_step(view->player), count;
	const struct block_view *blocks;

	for (size_t i = 0; i < lesson->type_count; i++) {
		enum nstype type;

		if (ns_type_from_name(lesson->types[i], &type))
			look.types |= 1u << type;
	}
	for (size_t i = 0; i < here && i < lesson->step_count; i++)
		for (size_t k = 0; k < lesson->steps[i].block_count; k++)
			add_look(&look, &lesson->steps[i].blocks[k]);
	/* A pointer is valid within its step only. */
	look.point = NULL;
	count = player_blocks(view->player, &blocks);
	for (size_t i = 0; i < count; i++)
		add_look(&look, blocks[i].block);
	return look;
}

/* The scene with the present actors. */
static struct scene *scene_of(struct lesson_view *view)
{
	size_t count;

	lesson_view_actors(view, &count);
	return &view->scene;
}

/* Selects the actor that the step points at, else the one that changed last, where that is known. */
static void point(struct lesson_view *view)
{
	const struct scene *scene = scene_of(view);

	for (size_t i = 0; view->look.point && i < scene->actor_count; i++) {
		if (strcmp(scene->members[i].name, view->look.point) == 0 &&
		    scene_point_at(scene, scene->members[i].pid, view->look.point_types))
			return;
	}
	scene_point(scene);
}

/* Applies the view blocks up to here.  Call it when the player may have moved. */
static void apply_look(struct lesson_view *view)
{
	struct lesson_look look = look_of(view), before = view->look;
	struct live *live = view->view.live;
	bool regroups = look.group && look.group != before.group;

	view->look = look;
	view->scene.types = look.types;
	if (regroups) {
		grouping_from_name(look.group, &live->options.grouping);
		live_rebuild(live);
	}
	/* With other types the tree is folded again from the start. */
	if (regroups || look.types != before.types)
		view->scene.arranged = false;
	scene_set(scene_of(view));
	if (look.point && (regroups || look.point != before.point))
		point(view);
}

/* --- Painting --------------------------------------------------------------------------------- */

enum { MARGIN_COLS = 2, MARGIN_FROM_COLS = 40 };

/* The area for the text of the step. */
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

/* Fills in what the text is made with, but for where its lines go. */
static struct render render_of(const struct lesson_view *view)
{
	return (struct render){
	    .charset = view->view.charset,
	    .cols = (size_t)text_area(view).cols,
	    .marked = view->marked,
	    .notes = view->notes,
	    .roomy = view->presents,
	    .kernel = view->view.live->shown ? view->view.live->shown->kernel : "",
	    .player = view->player,
	};
}

/* How many lines the newest hint of the open task takes, which are the last ones; 0: none is shown. */
static size_t newest_hint_lines(const struct lesson_view *view)
{
	struct lines lines = {0};
	struct render render = render_of(view);
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks), hints = view->hints;

	if (view->player->state != PLAYER_WATCHING || !hints)
		return 0;
	render.lines = &lines;
	render_hint(&render, blocks[count - 1].block, hints - 1);
	hints = lines.count;
	lines_done(&lines);
	return hints;
}

static void make_text(struct lesson_view *view, size_t *ret_anchor)
{
	struct render render = render_of(view);
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);

	*ret_anchor = 0;
	pager_clear(&view->pager);
	render.lines = &view->pager.lines;
	render_stage(&render);
	if (player_step(view->player) == 0 && !view->preflight.playable)
		render_preflight(&render, &view->preflight);
	for (size_t i = 0; i < count; i++) {
		/* The former last block: its result is shown in it and after it. */
		if (i < view->blocks)
			*ret_anchor = render.lines->count;
		render_block(&render, &blocks[i]);
	}
	if (view->player->state == PLAYER_PERMITTING)
		render_note(&render, STYLE_WARN,
		    _("This lesson is none of nsscope's own, and wants to run these lines of a "
		      "shell."));
	if (view->player->state == PLAYER_FAILED)
		render_note(&render, STYLE_FAIL, view->player->problem);
	view->blocks = count;
	view->hints = count > 0 && blocks[count - 1].turn ? blocks[count - 1].turn->hints : 0;
}

/* The block that was shown last; NULL for none. */
static const struct lesson_block *last_block(const struct lesson_view *view)
{
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);

	return count > 0 ? blocks[count - 1].block : NULL;
}

static size_t choice_count(const struct lesson_view *view)
{
	const struct lesson_block *block = last_block(view);

	return block ? block->choice_count : 0;
}

size_t lesson_view_asks(const struct lesson_view *view)
{
	return view->player && view->player->state == PLAYER_ASKING ? choice_count(view) : 0;
}

static void add_state(const struct lesson_view *view, struct line *line)
{
	size_t failures = player_failures(view->player);

	switch (view->player->state) {
	case PLAYER_READING:
		if (view->player->reads)
			line_adds(line, STYLE_WARN, _("only to read here"));
		if (view->player->reads)
			line_adds(line, STYLE_PLAIN, "  ");
		line_adds(line, STYLE_STRONG,
		    pager_more(&view->pager) ? _("Space: scroll") : _("Space: continue"));
		break;
	case PLAYER_ASKING:
		line_addf(line, STYLE_STRONG, _("What do you think? 1-%zu: answer, %s"),
		    lesson_view_asks(view),
		    pager_more(&view->pager) ? _("Space: scroll") : _("PageDown: show the answer"));
		break;
	case PLAYER_ACTING:
		line_adds(line, STYLE_DIM, _("an actor is at work"));
		break;
	case PLAYER_LOOKING:
		line_adds(line, STYLE_DIM, _("looking at the machine"));
		break;
	case PLAYER_WATCHING:
		line_adds(line, STYLE_STRONG, _("Your turn. h: hint, n: skip this task"));
		break;
	case PLAYER_PERMITTING:
		line_adds(line, STYLE_WARN, _("May it run a shell? y: yes, n: no"));
		break;
	case PLAYER_ENDED:
		if (failures == 0)
			line_adds(line, STYLE_OK,
			    _("Lesson complete: every result is what the lesson expects."));
		else
			line_addf(line, STYLE_FAIL,
			    ngettext(
			        "Lesson complete: %zu result differs from what the lesson expects.",
			        "Lesson complete: %zu results differ from what the lesson expects.",
			        failures),
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

	line_init_verbatim(&line, view->view.charset);
	add_state(view, &line);
	row_paint(area, area->rows - 1, &line, LOOK_PLAIN);
	line_done(&line);
}

static void paint_title(const struct lesson_view *view, bool focused)
{
	size_t step = player_step(view->player), count = view->lesson->step_count;
	struct line line;

	if (step >= count)
		step = count - 1;
	line_init_verbatim(&line, view->view.charset);
	/* The introduction does not count as a step, as in "lesson NAME --plain". */
	if (step > 0)
		line_addf(&line, STYLE_TITLE, _("step %zu of %zu: "), step, count - 1);
	line_adds(&line, STYLE_TITLE, view->lesson->steps[step].title);
	pager_title(&view->pager, &view->view.area, &line, focused);
	line_done(&line);
}

/* @base: of a lesson view that has a player. */
static void lesson_view_paint(struct view *base, bool focused)
{
	struct lesson_view *view = view_of(struct lesson_view, base);
	struct area body = text_area(view);
	size_t anchor, step = player_step(view->player);
	size_t painted = view->step;
	bool same = step == painted && base->area.cols == view->cols;
	size_t old_blocks = view->blocks, old_hints = view->hints;

	if (step != view->step) {
		view->pager.top = view->blocks = view->marked = 0;
		view->step = step;
	}
	view->cols = base->area.cols;
	size_t old_lines = view->pager.lines.count;
	/* Was the end of the text on the screen? */
	bool at_end = !pager_more(&view->pager);

	make_text(view, &anchor);
	size_t rows = (size_t)body.rows, count = view->pager.lines.count;
	size_t hint = newest_hint_lines(view);
	bool more_hints = step == painted && view->hints > old_hints;

	/* The newest hint stays where it can be read, whatever the task shows above it. */
	if (hint && count > rows && more_hints)
		view->pager.top = count - (hint > rows ? hint : rows);
	else if (hint && count > rows && step == painted && at_end)
		view->pager.top = count - rows;

	/* Scrolls to new text, from its first line on; but not to what a task shows while it is
	 * tried. */
	bool grown = view->player->state != PLAYER_WATCHING && count > old_lines;

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

/* --- Presenter mode and autoplay -------------------------------------------------------------- */

/* Goes on in any state: to the next page, shows the answer, skips a task.  Never runs a shell
 * for a lesson that asks for it. */
static void lesson_teach_go_on(struct lesson_view *view)
{
	if (!view->player)
		return;
	if (pager_more(&view->pager)) {
		pager_act(&view->pager, ACTION_PAGE_DOWN);
		return;
	}
	switch (view->player->state) {
	case PLAYER_ASKING:
		player_show_answer(view->player);
		break;
	case PLAYER_READING:
	case PLAYER_WATCHING:
		player_next(view->player);
		break;
	default:
		break;
	}
}

/* Goes a page up, and at the top of the text a step back. */
static void lesson_teach_go_back(struct lesson_view *view)
{
	if (!view->player)
		return;
	if (view->pager.top > 0)
		pager_act(&view->pager, ACTION_PAGE_UP);
	else
		view->view.ops->act(&view->view, ACTION_LESSON_BACK);
}

/* --- Autoplay ------------------------------------------------------------------------------------ */

void lesson_teach_set_pace(struct lesson_view *view, unsigned seconds, uint64_t now_ms)
{
	view->pace_s = seconds < TEACH_PACE_MAX_S ? seconds : TEACH_PACE_MAX_S;
	lesson_teach_wait(view, now_ms);
}

void lesson_teach_wait(struct lesson_view *view, uint64_t now_ms)
{
	view->pace_due_ms = now_ms + view->pace_s * (uint64_t)1000;
}

/* Does autoplay stop here, because nothing is left or the learner has to act? */
static bool is_over(const struct lesson_view *view)
{
	enum player_state state = view->player->state;

	return state == PLAYER_ENDED || state == PLAYER_FAILED || state == PLAYER_PERMITTING;
}

bool lesson_teach_step(struct lesson_view *view, uint64_t now_ms)
{
	enum player_state state;

	if (!view->player || !view->pace_s || is_over(view) || now_ms < view->pace_due_ms)
		return false;
	state = view->player->state;
	lesson_teach_wait(view, now_ms);
	/* The result of this is shown as long as everything else. */
	if (state == PLAYER_ACTING || state == PLAYER_LOOKING)
		return false;
	lesson_teach_go_on(view);
	return true;
}

int lesson_teach_timeout(const struct lesson_view *view, uint64_t now_ms)
{
	if (!view->player || !view->pace_s || is_over(view))
		return -1;
	return view->pace_due_ms > now_ms ? (int)(view->pace_due_ms - now_ms) : 0;
}

/* --- The view --------------------------------------------------------------------------------- */

const struct actor_ref *lesson_view_actors(struct lesson_view *view, size_t *ret_count)
{
	size_t count;
	const struct actor_ref *actors = player_actors(view->player, &count);

	scene_set_actors(&view->scene, actors, count);
	*ret_count = view->scene.count;
	return view->scene.members;
}

void lesson_view_open(struct lesson_view *view, const struct lesson *lesson, bool owned)
{
	lesson_view_close(view);
	view->lesson = lesson;
	view->owned = owned ? (struct lesson *)lesson : NULL;
	lesson_preflight(lesson, &view->preflight);
	view->player = view->preflight.playable ? player_new(lesson) : player_new_reader(lesson);
	view->pager.top = view->step = view->blocks = view->marked = 0;
	view->kept_step = 0;
	view->notes_step = SIZE_MAX;
	view->kept_done = false;
	view->asked = false;
	view->grouping_before = view->view.live->options.grouping;
	scene_begin(&view->scene);
	view->look = (struct lesson_look){0};
	apply_look(view);
}

void lesson_view_close(struct lesson_view *view)
{
	if (!view->player)
		return;
	if (view->notes_step != SIZE_MAX)
		presenter_notes_note(view->lesson, view->notes_step, true);
	player_free(view->player);
	view->player = NULL;
	preflight_done(&view->preflight);
	lesson_free(view->owned);
	view->owned = NULL;
	view->lesson = NULL;
	pager_done(&view->pager);
	view->view.live->options.grouping = view->grouping_before;
	scene_end(&view->scene);
}

/* Any scan may show the task being done. */
static void watch(struct lesson_view *view)
{
	struct live *live = view->view.live;

	if (view->player->state != PLAYER_WATCHING || view->watched == live->scans)
		return;
	view->watched = live->scans;
	player_see(view->player, live->shown);
	view->solved |= view->player->state != PLAYER_WATCHING;
}

void lesson_view_admit(struct lesson_view *view, pid_t pid)
{
	if (view->player)
		player_let_subshell(view->player, pid);
}

bool lesson_view_solved(struct lesson_view *view)
{
	bool solved = view->solved;

	view->solved = false;
	return solved;
}

/* Progress that can't be saved must not stop the lesson. */
static void keep_progress(struct lesson_view *view)
{
	size_t step = player_step(view->player);
	bool done = view->player->state == PLAYER_ENDED;

	if (view->player->reads || (step == view->kept_step && done == view->kept_done))
		return;
	view->kept_step = step;
	view->kept_done = done;
	progress_note(view->lesson->name, step, view->lesson->step_count - 1, done);
}

/* Also updates the notes on the speaker's second terminal, if there is one. */
static void update_notes(struct lesson_view *view)
{
	size_t step = player_step(view->player);

	if (step == view->notes_step)
		return;
	view->notes_step = step;
	presenter_notes_note(view->lesson, step, false);
}

size_t lesson_view_resume(struct lesson_view *view)
{
	const struct lesson *lesson = view->lesson;
	struct progress progress;
	size_t step;

	progress_load(&progress);
	step = progress_resume(&progress, lesson->name, lesson->step_count - 1);
	progress_done(&progress);
	if (step > 0 && !view->player->reads)
		lesson_view_go_to(view, step);
	return view->player->reads ? 0 : step;
}

bool lesson_view_pump(struct lesson_view *view, uint64_t now_ms)
{
	if (view->player) {
		watch(view);
		keep_progress(view);
		update_notes(view);
		apply_look(view);
	}
	live_attend(
	    view->view.live, view->player && view->player->state == PLAYER_WATCHING, now_ms);
	if (!view->player || view->asked || !player_wants_graph(view->player))
		return false;
	view->asked = true;
	return live_demand(view->view.live, now_ms);
}

void lesson_view_scan_shown(struct lesson_view *view)
{
	if (!view->player || !view->asked)
		return;
	view->asked = false;
	view->watched = view->view.live->scans;
	player_see(view->player, view->view.live->shown);
	scene_arrange(scene_of(view));
	point(view);
}

void lesson_view_wake(struct lesson_view *view)
{
	if (!view->player)
		return;
	view->asked = false;
	scene_arrange(scene_of(view));
}

void lesson_view_choose(struct lesson_view *view, size_t choice)
{
	if (!view->player || view->player->state != PLAYER_ASKING)
		return;
	if (choice < choice_count(view)) {
		player_answer(view->player, choice);
		view->marked = 0;
	}
}

/* --- Keys ----------------------------------------------------------------------------------- */

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
	case ACTION_PAGE_DOWN:
		lesson_teach_go_on(view);
		return true;
	default:
		return false;
	}
}

static void leave_step(struct lesson_view *view)
{
	view->pager.top = view->blocks = view->marked = 0;
	/* A scan demanded before does not count. */
	view->asked = false;
}

void lesson_view_go_to(struct lesson_view *view, size_t step)
{
	leave_step(view);
	player_step_to(view->player, step);
}

static bool lesson_act(struct view *base, enum action action)
{
	struct lesson_view *view = view_of(struct lesson_view, base);

	if (view->player->state == PLAYER_ASKING && act_asking(view, action))
		return true;
	if (view->presents && action == ACTION_PAGE_DOWN) {
		lesson_teach_go_on(view);
		return true;
	}
	if (view->presents && action == ACTION_PAGE_UP) {
		lesson_teach_go_back(view);
		return true;
	}
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
		/* Space neither answers nor skips. */
		if (view->player->state == PLAYER_ASKING || view->player->state == PLAYER_WATCHING)
			return false;
		if (view->player->state == PLAYER_READING)
			player_next(view->player);
		return true;
	case ACTION_LESSON_NEXT:
		player_permit(view->player, false);
		player_next(view->player);
		return true;
	case ACTION_LESSON_TAKE:
		/* A task is skipped only on request. */
		if (view->player->state == PLAYER_READING)
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

static const char *const legend[] = {
    N_("How to go through a lesson"),
    N_("Read, go on, and watch the tree: each step makes its calls in processes of its own and "
       "shows the call, its result, the line of /proc that changed and the change in the tree. "
       "Before something is revealed you may be asked what you expect."),
    N_("A task is yours to do, in a shell or another terminal; it is ticked off as soon as it is "
       "seen. Nothing leaves the namespaces that the lesson made."),
    NULL,
};

static const struct view_ops lesson_ops = {
    .paint = lesson_view_paint,
    .act = lesson_act,
};

/* --- The steps ----------------------------------------------------------------------------------- */

static const struct lesson_view *steps_of(const struct menu *menu)
{
	return (
	    const struct lesson_view *)((const char *)menu - offsetof(struct lesson_view, steps));
}

static void compose_step(const struct menu *menu, size_t at, struct line *line)
{
	const struct lesson_view *view = steps_of(menu);
	autofree char *title = prose_plain(view->lesson->steps[at].title);
	bool here = player_step(view->player) == at;

	if (here)
		line_add_symbol(line, STYLE_STRONG, " ▶ ", " > ");
	else
		line_adds(line, STYLE_PLAIN, "   ");
	if (at > 0)
		line_addf(line, STYLE_PLAIN, "%2zu  ", at);
	else
		line_adds(line, STYLE_PLAIN, "    ");
	line_adds(line, here ? STYLE_STRONG : STYLE_PLAIN, title);
}

static void steps_paint(struct view *view, bool focused)
{
	menu_paint(view_of(struct menu, view),
	    _("Jump to a step (earlier steps run automatically)"), "", compose_step, focused);
}

static const struct view_ops steps_ops = {
    .paint = steps_paint,
    .act = menu_act,
    .click = menu_click,
    .cursor = menu_cursor,
};

void lesson_view_open_steps(struct lesson_view *view)
{
	view->steps.count = view->lesson->step_count;
	view->steps.at = player_step(view->player);
}

void lesson_view_take_step(struct lesson_view *view)
{
	lesson_view_go_to(view, view->steps.at);
}

void lesson_view_init(struct lesson_view *view, const struct ui_state *ui_state, struct view *tree)
{
	*view = (struct lesson_view){.scene = {.live = ui_state->live, .tree = tree}};
	view_init(&view->view, &lesson_ops, ui_state);
	view_init(&view->steps.view, &steps_ops, ui_state);
	view->view.help = legend;
}
