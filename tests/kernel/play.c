#include "tests/kernel/play.h"

#include "lessons/play/solver.h"
#include "model/base/util.h"
#include "tests/kernel/troupe.h"

#include <stdio.h>
#include <string.h>

enum { POLL_ROOM = 80, LOOKS_MAX = 3000 };

struct lesson *play_parse(const struct lesson_source *source)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(source->data, (size_t)(source->end - source->data), source->language,
	        &lesson, &error) < 0)
		fprintf(stderr, "lessons/%s/%s.md:%d:%d: %s\n", source->language, source->name,
		    error.line, error.column, error.message);
	CHECK(lesson);
	lesson_fit(lesson);
	return lesson;
}

void play_begin(struct play *play, const struct lesson *lesson)
{
	const struct scan_options options = {.hostnames = true, .perf_events = true, .fds = true};

	*play = (struct play){0};
	CHECK(scan_new(&options, &play->scan) == 0);
	play->player = player_new(lesson);
}

void play_end(struct play *play)
{
	player_free(play->player);
	scan_free(play->scan);
	graph_unref(play->graph);
}

void play_look(struct play *play)
{
	struct graph *graph;
	int r = scan_begin(play->scan, play->graph);

	while (r == 0)
		r = scan_step(play->scan, 1000 * 1000);
	CHECK(r == 1);
	graph = graph_freeze(scan_take(play->scan));
	graph_unref(play->graph);
	play->graph = graph;
	player_see(play->player, graph);
}

static void print_view(const struct block_view *view)
{
	for (size_t i = 0; i < view->block->call_count; i++) {
		const struct call_record *record = &view->calls[i];

		if (record->outcome == OUTCOME_FAILED)
			fprintf(stderr, "line %d: %s: %s = %ld, errno %d%s, \"%s\"; expected %s\n",
			    record->call->line, record->call->actor, record->call->source,
			    record->answer.result, record->answer.error,
			    record->answer.refused ? ", refused" : "", record->answer.text,
			    record->call->expected ? record->call->expected : "no error");
	}
	for (size_t i = 0; i < view->block->check_count; i++) {
		const struct check_record *record = &view->checks[i];

		if (record->outcome == OUTCOME_FAILED)
			fprintf(stderr, "line %d: %s (%s, %s)\n", record->check->line,
			    record->check->source, record->left, record->right);
	}
}

/* Prints what failed since the last time, while its step is shown. */
static void print_failures(struct play *play)
{
	const struct block_view *views;
	size_t count;

	if (player_failures(play->player) <= play->failures_told)
		return;
	play->failures_told = player_failures(play->player);
	count = player_blocks(play->player, &views);
	for (size_t i = 0; i < count; i++)
		print_view(&views[i]);
}

void play_settle(struct play *play)
{
	for (;;) {
		struct pollfd fds[POLL_ROOM];
		size_t count;

		if (player_wants_graph(play->player)) {
			play_look(play);
			continue;
		}
		print_failures(play);
		if (play->player->state != PLAYER_ACTING)
			return;
		count = player_poll(play->player, fds, array_len(fds));
		CHECK(poll(fds, count, -1) > 0);
		player_io(play->player);
	}
}

static void answer(struct play *play)
{
	const struct block_view *views;
	size_t count = player_blocks(play->player, &views), right = 0;

	while (!views[count - 1].block->choices[right].right)
		right++;
	player_answer(play->player, right);
}

/* Is everything of the step that is shown done? */
static bool step_is_over(struct play *play)
{
	const struct lesson_step *step = &play->player->lesson->steps[player_step(play->player)];
	const struct block_view *views;
	size_t count = player_blocks(play->player, &views);

	if (count < step->block_count || play->player->state != PLAYER_READING)
		return false;
	if (!count)
		return true;
	views += count - 1;
	if (views->block->kind == BLOCK_DO)
		return views->calls[0].outcome != OUTCOME_OPEN;
	if (views->block->kind == BLOCK_CHECK)
		return views->checks[0].outcome != OUTCOME_OPEN;
	return true;
}

/* Does the open task in the learner's place, and looks until the player has seen it. */
static void solve(struct play *play)
{
	const struct block_view *views;
	size_t count = player_blocks(play->player, &views), at = player_step(play->player);
	const struct lesson_block *block = views[count - 1].block;
	autofree char *solution = player_solution(play->player, block);
	struct solver *solver = NULL;

	CHECK(solver_new(solution, &solver) == 0);
	player_let(play->player, solver_pid(solver));
	for (size_t looks = 0; play->player->state == PLAYER_WATCHING; looks++) {
		if (looks == LOOKS_MAX) {
			fprintf(stderr, "line %d: the solution solves nothing\n", block->line);
			print_view(&views[count - 1]);
			_exit(1);
		}
		play_look(play);
	}
	player_let(play->player, 0);
	solver_free(solver);
	play->solved++;
	CHECK(player_step(play->player) == at);
}

void play_through(struct play *play, size_t step)
{
	for (;;) {
		play_settle(play);
		switch (play->player->state) {
		case PLAYER_ASKING:
			answer(play);
			break;
		case PLAYER_READING:
			if (player_step(play->player) == step && step_is_over(play))
				return;
			player_next(play->player);
			break;
		case PLAYER_WATCHING:
			if (play->solves)
				solve(play);
			else
				player_next(play->player);
			break;
		default:
			return;
		}
	}
}

void play_all(struct play *play)
{
	play_through(play, SIZE_MAX);
}

size_t play_failures(const struct play *play)
{
	size_t failures = player_failures(play->player);

	if (play->player->state == PLAYER_FAILED) {
		fprintf(stderr, "failed: %s\n", play->player->problem);
		return failures + 1;
	}
	return failures;
}
