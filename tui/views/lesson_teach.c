#include "tui/views/lesson_teach.h"

static void reveal(struct lesson_view *view)
{
	const struct block_view *blocks;
	size_t count = player_blocks(view->player, &blocks);
	const struct lesson_block *block = count > 0 ? blocks[count - 1].block : NULL;

	for (size_t i = 0; block && i < block->choice_count; i++) {
		if (block->choices[i].right)
			lesson_view_choose(view, i);
	}
}

void lesson_teach_go_on(struct lesson_view *view)
{
	if (!view->player)
		return;
	if (pager_more(&view->pager)) {
		pager_act(&view->pager, ACTION_PAGE_DOWN);
		return;
	}
	switch (player_state(view->player)) {
	case PLAYER_ASKING:
		reveal(view);
		break;
	case PLAYER_READING:
	case PLAYER_WATCHING:
		player_next(view->player);
		break;
	default:
		break;
	}
}

void lesson_teach_go_back(struct lesson_view *view)
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

/* Has it an end: nothing more to go on with, or nothing without the person? */
static bool is_over(const struct lesson_view *view)
{
	enum player_state state = player_state(view->player);

	return state == PLAYER_ENDED || state == PLAYER_FAILED || state == PLAYER_PERMITTING;
}

bool lesson_teach_step(struct lesson_view *view, uint64_t now_ms)
{
	enum player_state state;

	if (!view->player || !view->pace_s || is_over(view) || now_ms < view->pace_due_ms)
		return false;
	state = player_state(view->player);
	lesson_teach_wait(view, now_ms);
	/* What is done now is to be seen as long as all else. */
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
