/* What is to be seen of the player. */
#include "lessons/play/player_internal.h"

#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>

char *check_why_not(const struct check_record *record)
{
	const struct lesson_check *check = record->check;

	if (record->elsewhere)
		return xasprintf(
		    _("it is %s here; somebody did it in the old namespace, which you left"),
		    record->left);

	if (check->relation == RELATION_EQUAL && !check->right.varies)
		return xasprintf(_("it is %s, not %s yet"), record->left, record->right);
	return xasprintf(_("left: %s, right: %s"), record->left, record->right);
}

const char *answer_refusal(const struct stage_answer *answer)
{
	return answer->error == ECANCELED ? _("not made: nobody has permitted it")
	                                  : _("not made: it could be seen outside the lesson");
}

const struct lesson *player_lesson(const struct player *player)
{
	return player->lesson;
}

enum player_state player_state(const struct player *player)
{
	return player->state;
}

const char *player_problem(const struct player *player)
{
	return player->problem;
}

int player_error(const struct player *player)
{
	return player->error;
}

size_t player_step(const struct player *player)
{
	return player->replaying ? player->target : player->step;
}

bool player_in_userns(const struct player *player)
{
	return player->stage && stage_in_userns(player->stage);
}

bool player_gave_up_root(const struct player *player)
{
	return player->stage && stage_gave_up_root(player->stage);
}

size_t player_failures(const struct player *player)
{
	return records_failures(player->records);
}

bool player_reads(const struct player *player)
{
	return player->reads;
}

/* Up to what is not finished, and that too. */
size_t player_blocks(struct player *player, const struct block_view **ret_views)
{
	size_t step = player_step(player), count = 0;
	const struct lesson_step *shown = &player->lesson->steps[step];

	for (; count < shown->block_count; count++) {
		const struct block_record *record = records_block(player->records, step, count);

		player->views[count] = (struct block_view){
		    .block = &shown->blocks[count],
		    .calls = record->calls,
		    .checks = record->checks,
		    .chosen = record->chosen,
		    .turn = &record->turn,
		};
		if (count == (player->replaying ? 0 : player->block)) {
			count++;
			break;
		}
	}
	*ret_views = player->views;
	return count;
}

const struct cast_member *player_cast(const struct player *player, size_t *ret_count)
{
	*ret_count = 0;
	return player->stage ? stage_cast(player->stage, ret_count) : NULL;
}
