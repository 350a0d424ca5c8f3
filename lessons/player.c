#include "lessons/player.h"

#include "lessons/player_check.h"
#include "lessons/player_memory.h"
#include "lessons/player_records.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
#include <string.h>

struct player {
	const struct lesson *lesson;
	struct stage *stage;
	struct records *records;
	enum player_state state;
	size_t step, block; /* the first block that is not finished; block_count when all are */
	size_t call;        /* of a do block that is under way */
	bool begun;         /* something of this step was done, asked or seen */
	bool replaying;     /* goes on by itself until the beginning of the step target */
	size_t target;
	struct memory start, before, now;
	char *problem;
	int error;
	struct block_view *views;
};

static void go_on(struct player *player);

static void forget(struct player *player)
{
	memory_done(&player->start);
	memory_done(&player->before);
	memory_done(&player->now);
}

/* --- Life ----------------------------------------------------------------------------------- */

struct player *player_new(const struct lesson *lesson)
{
	struct player *player = xcalloc(1, sizeof(*player));

	player->lesson = lesson;
	player->records = records_new(lesson);
	player->views = xcalloc(records_most_blocks(lesson) + 1, sizeof(*player->views));
	go_on(player);
	return player;
}

static void leave_stage(struct player *player)
{
	stage_free(player->stage);
	player->stage = NULL;
	free(player->problem);
	player->problem = NULL;
	player->error = 0;
	forget(player);
}

void player_free(struct player *player)
{
	if (!player)
		return;
	leave_stage(player);
	records_free(player->records);
	free(player->views);
	free(player);
}

static void fail(struct player *player, int error, const char *problem)
{
	free(player->problem);
	player->problem = xstrdup(problem);
	player->error = error;
	player->state = PLAYER_FAILED;
}

static bool make_stage(struct player *player)
{
	const struct lesson *lesson = player->lesson;
	int r = stage_new(&lesson->stage, (const char *const *)lesson->actors, lesson->actor_count,
	    &player->stage);

	if (r >= 0)
		return true;
	player->stage = NULL;
	fail(player, r, stage_problem());
	return false;
}

/* --- Going on ------------------------------------------------------------------------------- */

static const struct lesson_step *step_of(const struct player *player)
{
	return &player->lesson->steps[player->step];
}

/* The block that is not finished; NULL at the end of the step. */
static const struct lesson_block *block_of(const struct player *player)
{
	const struct lesson_step *step = step_of(player);

	return player->block < step->block_count ? &step->blocks[player->block] : NULL;
}

static struct block_record *record_of(const struct player *player)
{
	return records_block(player->records, player->step, player->block);
}

/* Sends the next call of the do block; looks when there is none left. */
static void act(struct player *player)
{
	const struct lesson_block *block = block_of(player);
	struct block_record *record = record_of(player);

	player->state = PLAYER_ACTING;
	for (; player->call < block->call_count; player->call++) {
		const struct lesson_call *call = &block->calls[player->call];
		struct stage_answer answer = {.result = -1};
		const struct stage_request request = {
		    .actor = call->actor,
		    .name = call->name,
		    .arguments = (const char *const *)call->arguments,
		    .argument_count = call->argument_count,
		    .variable = call->variable,
		};
		int r = stage_call(player->stage, &request);

		if (r >= 0)
			return;
		answer.error = -r;
		record_answer(&record->calls[player->call], &answer, player->stage);
	}
	player->state = PLAYER_LOOKING;
}

static void begin_do(struct player *player)
{
	memory_copy(&player->before, &player->now);
	player->call = 0;
	act(player);
}

/* Evaluates the checks that stand next. */
static void check(struct player *player)
{
	const struct sights sights = {
	    .now = memory_sight(&player->now),
	    .start = memory_sight(&player->start),
	    .before = memory_sight(&player->before),
	    .me = getpid(),
	};

	for (; block_of(player) && block_of(player)->kind == BLOCK_CHECK; player->block++) {
		const struct lesson_block *block = block_of(player);
		struct block_record *record = record_of(player);

		for (size_t i = 0; i < block->check_count; i++)
			check_evaluate(&block->checks[i], &sights, &record->checks[i]);
	}
}

/* Does what stands next.  Returns false where the player now waits for something. */
static bool advance(struct player *player)
{
	const struct lesson_block *block = block_of(player);

	if (!block) {
		if (player->step + 1 == player->lesson->step_count) {
			player->state = PLAYER_ENDED;
			return false;
		}
		player->step++;
		player->block = 0;
		player->begun = false;
		return true;
	}
	player->begun = true;
	if (!player->stage && !make_stage(player))
		return false;
	/* The stage's beginning is looked at before anything is done on it. */
	if (block->kind == BLOCK_DO && player->start.graph)
		begin_do(player);
	else
		player->state = PLAYER_LOOKING;
	return false;
}

/* Goes to where the player waits for a person; while replaying, beyond. */
static void go_on(struct player *player)
{
	do {
		const struct lesson_block *block;

		if (player->step == player->target && !player->block)
			player->replaying = false;
		while ((block = block_of(player))) {
			bool asks = block->kind == BLOCK_PREDICT && !player->replaying &&
			            record_of(player)->chosen < 0;

			if (asks || block->kind == BLOCK_DO || block->kind == BLOCK_CHECK)
				break;
			player->block++;
		}
		player->state =
		    block && block->kind == BLOCK_PREDICT ? PLAYER_ASKING : PLAYER_READING;
	} while (player->replaying && advance(player));
}

void player_next(struct player *player)
{
	if (player->state == PLAYER_READING && advance(player))
		go_on(player);
}

void player_answer(struct player *player, size_t choice)
{
	if (player->state != PLAYER_ASKING || choice >= block_of(player)->choice_count)
		return;
	record_of(player)->chosen = (int)choice;
	player->begun = true;
	go_on(player);
}

/* --- Going back ----------------------------------------------------------------------------- */

static void go_to(struct player *player, size_t target)
{
	bool undo = player->state == PLAYER_FAILED || player->state == PLAYER_ACTING ||
	            player->replaying || records_called(player->records, target);

	if (undo) {
		leave_stage(player);
		records_reset(player->records, 0, false);
	}
	records_reset(player->records, target, true);
	player->step = undo ? 0 : target;
	player->block = 0;
	player->begun = false;
	player->target = target;
	player->replaying = undo;
	go_on(player);
}

void player_back(struct player *player)
{
	bool begun = player->begun || player->state == PLAYER_ENDED;
	size_t step = player_step(player);

	if (player->replaying)
		begun = false;
	go_to(player, begun || !step ? step : step - 1);
}

void player_reset(struct player *player)
{
	leave_stage(player);
	records_reset(player->records, 0, true);
	go_to(player, 0);
}

/* --- The event loop ------------------------------------------------------------------------- */

size_t player_poll(const struct player *player, struct pollfd *fds, size_t room)
{
	return player->stage ? stage_poll(player->stage, fds, room) : 0;
}

void player_io(struct player *player)
{
	struct stage_answer answer = {0};
	size_t cast_count;
	int r;

	if (!player->stage || player->state == PLAYER_FAILED)
		return;
	r = stage_io(player->stage, &answer);
	if (r == 0)
		return;
	if (r < 0) {
		stage_cast(player->stage, &cast_count);
		if (!cast_count) {
			fail(player, r,
			    _("the lesson's processes were ended from outside; begin again"));
			return;
		}
		answer = (struct stage_answer){.result = -1, .error = -r};
	}
	if (player->state != PLAYER_ACTING)
		return;
	record_answer(&record_of(player)->calls[player->call], &answer, player->stage);
	player->call++;
	act(player);
}

bool player_wants_graph(const struct player *player)
{
	return player->state == PLAYER_LOOKING;
}

void player_see(struct player *player, const struct graph *graph)
{
	const struct cast_member *cast;
	size_t cast_count;
	bool done = player->start.graph; /* a do block, not only the stage */

	if (player->state != PLAYER_LOOKING)
		return;
	cast = stage_cast(player->stage, &cast_count);
	memory_set(&player->now, graph, cast, cast_count, stage_variables(player->stage));
	if (!player->start.graph)
		memory_copy(&player->start, &player->now);
	if (block_of(player)->kind == BLOCK_DO) {
		if (!done) {
			begin_do(player);
			return;
		}
		player->block++;
	}
	check(player);
	go_on(player);
}

/* --- Looking at the player ------------------------------------------------------------------ */

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
