/* The player's tasks. */
#include "lessons/play/learner.h"
#include "lessons/play/player_internal.h"
#include "model/base/util.h"

#include <string.h>

void turn_begin(struct player *player)
{
	memory_copy(&player->task, &player->now);
	player->state = PLAYER_WATCHING;
	turn_look(player);
}

static void finish(struct player *player, enum turn_state state)
{
	player_record(player)->turn.state = state;
	player->begun = true;
	player->block++;
	player_go_on(player);
}

void turn_look(struct player *player)
{
	struct check_contexts check_contexts = player_check_contexts(player),
	                      start = check_contexts;
	struct block_record *record = player_record(player);
	const struct learner_search search = {
	    .block = player_block(player),
	    .now = &check_contexts,
	    .start = &start,
	    .pupil = player->pupil,
	    .subshell = player->subshell,
	};

	start.now = memory_check_context(&player->task);
	if (learner_find(&search, record->turn.learners, record->checks))
		finish(player, TURN_SOLVED);
}

void turn_skip(struct player *player)
{
	finish(player, TURN_SKIPPED);
}

bool player_hint(struct player *player)
{
	const struct lesson_block *block = player_block(player);
	struct turn_record *turn;

	if (!block || block->kind != BLOCK_TURN || player->replaying || player->reads)
		return false;
	turn = &player_record(player)->turn;
	if (turn->hints > block->hint_count)
		return false;
	turn->hints++;
	player->begun = true;
	return true;
}

void player_let(struct player *player, pid_t pid)
{
	player->pupil = pid;
}

void player_let_guest(struct player *player, pid_t pid)
{
	player->subshell = pid;
}

/* The actor whose name in braces stands at @text, or NULL. */
static const struct cast_member *placeholder(
    const struct cast_member *cast, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(cast[i].name);

		if (text[0] == '{' && !strncmp(text + 1, cast[i].name, len) && text[len + 1] == '}')
			return &cast[i];
	}
	return NULL;
}

char *player_solution(const struct player *player, const struct lesson_block *block)
{
	char *text = xstrdup("");
	size_t count;
	const struct cast_member *cast = player_cast(player, &count);

	for (const char *from = block->solution; *from;) {
		/* ${A} is the shell's. */
		bool variable = from > block->solution && from[-1] == '$';
		const struct cast_member *actor = variable ? NULL : placeholder(cast, count, from);
		size_t len = actor ? 0 : 1 + strcspn(from + 1, "{");
		char *longer = actor ? xasprintf("%s%d", text, (int)actor->pid)
		                     : xasprintf("%s%.*s", text, (int)len, from);

		from += actor ? strlen(actor->name) + 2 : len;
		free(text);
		text = longer;
	}
	return text;
}
