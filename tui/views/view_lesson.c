#include "tui/views/view_lesson.h"

#include "lessons/play/presenter_notes.h"
#include "lessons/play/progress.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "tui/views/lesson_paint.h"
#include "tui/views/lesson_scene.h"
#include "tui/views/lesson_teach.h"

bool lesson_view_running(const struct lesson_view *view)
{
	return view->player != NULL;
}

const struct cast_member *lesson_view_cast(struct lesson_view *view, size_t *ret_count)
{
	size_t count = 0;
	const struct cast_member *cast = view->player ? player_cast(view->player, &count) : NULL;

	cast_list_set(&view->cast, view->live->shown, cast, count);
	*ret_count = view->cast.count;
	return view->cast.members;
}

void lesson_view_open(struct lesson_view *view, const struct lesson *lesson, bool owned)
{
	struct live *live = view->live;

	lesson_view_close(view);
	view->lesson = lesson;
	view->owned = owned ? (struct lesson *)lesson : NULL;
	lesson_preflight(lesson, &view->preflight);
	view->player = view->preflight.playable ? player_new(lesson) : player_new_reader(lesson);
	view->pager.top = view->step = view->blocks = view->marked = 0;
	view->kept_step = 0;
	view->told_step = SIZE_MAX;
	view->kept_done = false;
	view->asked = false;
	view->folds_before = live->folds;
	view->grouping_before = live->options.grouping;
	live->folds = folds_new();
	live->options.folds = live->folds;
	view->look = (struct lesson_look){0};
	view->arranged = false;
	lesson_scene_look(view);
}

void lesson_view_close(struct lesson_view *view)
{
	struct live *live = view->live;

	if (!view->player)
		return;
	if (view->told_step != SIZE_MAX)
		presenter_notes_note(view->lesson, view->told_step, true);
	player_free(view->player);
	view->player = NULL;
	preflight_done(&view->preflight);
	cast_list_done(&view->cast);
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

/* Whoever does the task is seen in whatever scan comes next. */
static void watch(struct lesson_view *view)
{
	struct live *live = view->live;

	if (player_state(view->player) != PLAYER_WATCHING || view->watched == live->scans)
		return;
	view->watched = live->scans;
	player_see(view->player, live->shown);
	view->solved |= player_state(view->player) != PLAYER_WATCHING;
}

void lesson_view_admit(struct lesson_view *view, pid_t pid)
{
	if (view->player)
		player_let_guest(view->player, pid);
}

bool lesson_view_solved(struct lesson_view *view)
{
	bool solved = view->solved;

	view->solved = false;
	return solved;
}

/* Where it can't be kept, nobody is held up by that. */
static void keep_progress(struct lesson_view *view)
{
	size_t step = player_step(view->player);
	bool done = player_state(view->player) == PLAYER_ENDED;

	if (player_reads(view->player) || (step == view->kept_step && done == view->kept_done))
		return;
	view->kept_step = step;
	view->kept_done = done;
	progress_note(view->lesson->name, step, view->lesson->step_count - 1, done);
}

/* The same: the speaker's second terminal, if there is one, follows. */
static void tell_speaker(struct lesson_view *view)
{
	size_t step = player_step(view->player);

	if (step == view->told_step)
		return;
	view->told_step = step;
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
	if (step > 0 && !player_reads(view->player))
		lesson_view_go_to(view, step);
	return player_reads(view->player) ? 0 : step;
}

bool lesson_view_pump(struct lesson_view *view, uint64_t now_ms)
{
	if (view->player) {
		watch(view);
		keep_progress(view);
		tell_speaker(view);
	}
	if (view->player)
		lesson_scene_look(view);
	live_attend(
	    view->live, view->player && player_state(view->player) == PLAYER_WATCHING, now_ms);
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
	view->watched = view->live->scans;
	player_see(view->player, view->live->shown);
	lesson_scene_arrange(view);
	lesson_scene_point(view);
}

void lesson_view_wake(struct lesson_view *view)
{
	if (!view->player)
		return;
	view->asked = false;
	lesson_scene_arrange(view);
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
	/* A scan that was begun for what is given up now tells nothing. */
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

	if (player_state(view->player) == PLAYER_ASKING && act_asking(view, action))
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

static const char *const *lesson_help(const struct view *view)
{
	static const char *const text[] = {
	    N_("How to go through a lesson"),
	    N_("Read, go on, and watch the tree: each step makes its calls in processes of its own "
	       "and shows the call, its result, the line of /proc that changed and the change in "
	       "the tree. Before something is revealed you may be asked what you expect."),
	    N_("A task is yours to do, in a shell or another terminal; it is ticked off as soon as "
	       "it is seen. Nothing leaves the namespaces that the lesson made."),
	    NULL,
	};

	(void)view;
	return text;
}

static const struct view_ops lesson_ops = {
    .paint = lesson_view_paint,
    .act = lesson_act,
    .click = lesson_click,
    .cursor = lesson_cursor,
    .help = lesson_help,
};

void lesson_view_init(struct lesson_view *view, struct live *live, struct tree_view *tree)
{
	*view = (struct lesson_view){.view.ops = &lesson_ops, .live = live, .tree = tree};
}
