/* The player, going to another step than the next. */
#include "lessons/play/player_internal.h"

static void go_to(struct player *player, size_t target)
{
	bool undo = player->state == PLAYER_FAILED || player->state == PLAYER_ACTING ||
	            player->replaying || records_called(player->records, target);

	if (undo) {
		player_leave_stage(player);
		records_reset(player->records, 0, false);
	}
	records_reset(player->records, target, true);
	player->step = undo ? 0 : target;
	player->block = 0;
	player->begun = false;
	player->target = target;
	player->replaying = undo;
	player_go_on(player);
}

void player_back(struct player *player)
{
	bool begun = player->begun || player->state == PLAYER_ENDED;
	size_t step = player_step(player);

	if (player->replaying)
		begun = false;
	go_to(player, begun || !step ? step : step - 1);
}

/* Will player_io or player_see go on by themselves? */
static bool is_under_way(const struct player *player)
{
	const struct lesson_block *block = player_block(player);

	return player->state == PLAYER_ACTING ||
	       (player->state == PLAYER_LOOKING && block && block->kind != BLOCK_TURN);
}

void player_step_to(struct player *player, size_t step)
{
	if (step >= player->lesson->step_count)
		step = player->lesson->step_count - 1;
	if (player->state == PLAYER_FAILED || step <= player->step) {
		go_to(player, step);
		return;
	}
	player->target = step;
	player->replaying = true;
	if (!is_under_way(player))
		player_go_on(player);
}

void player_reset(struct player *player)
{
	player_leave_stage(player);
	records_reset(player->records, 0, true);
	go_to(player, 0);
}
