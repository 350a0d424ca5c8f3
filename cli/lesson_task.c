#include "cli/lesson_task.h"

#include "lessons/play/solver.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

enum {
	LOOK_MS = 500,          /* between two looks, while somebody works at it */
	SOLVE_LOOK_MS = 20,     /* … while the solver does */
	SOLVE_LIMIT_MS = 20000, /* what a solution takes at most, on a busy machine */
};

/* The view of the open task. */
static const struct block_view *view_of_task(struct lesson_task *task)
{
	const struct block_view *views;
	size_t count = player_blocks(task->player, &views);

	return &views[count - 1];
}

static int begin(struct lesson_task *task)
{
	const struct block_view *view = view_of_task(task);
	autofree char *solution = player_solution(task->player, view->block);
	int r;

	task->block = view->block;
	task->seen = (struct learner_seen){0};
	render_task(task->render, view);
	if (task->solves)
		render_solution(task->render, view->block);
	else if (task->asks)
		render_note(
		    task->render, STYLE_PLAIN, _("Enter: a hint; s and Enter: go on without it"));
	lesson_print(task->render);
	if (!task->solves)
		return 0;
	fflush(stdout);
	r = solver_new(solution, &task->solver);
	if (r < 0)
		return r;
	player_let(task->player, solver_pid(task->solver));
	task->deadline_ms = clock_ms() + SOLVE_LIMIT_MS;
	return 0;
}

void lesson_task_end(struct lesson_task *task)
{
	if (task->solver)
		player_let(task->player, 0);
	solver_free(task->solver);
	task->solver = NULL;
	task->block = NULL;
}

static size_t count_held(const struct block_view *view)
{
	size_t held = 0;

	for (size_t i = 0; i < view->block->check_count; i++)
		held += view->checks[i].outcome == OUTCOME_HELD;
	return held;
}

static bool is_same(const struct learner_seen *a, const struct learner_seen *b)
{
	for (int i = 0; i < CHECK_CONTEXT_YOU_MAX; i++)
		if (!process_id_equal(&a->who[i], &b->who[i]))
			return false;
	return a->held == b->held;
}

/* Tells who comes nearest, when that is another or does more or less than when it was told. */
static void tell_seen(struct lesson_task *task)
{
	const struct block_view *view = view_of_task(task);
	struct learner_seen seen = {.held = count_held(view)};

	for (int i = 0; i < CHECK_CONTEXT_YOU_MAX; i++)
		seen.who[i] = view->turn->learners[i].id;
	if (is_same(&seen, &task->seen))
		return;
	task->seen = seen;
	if (!seen.who[0].pid && !seen.who[1].pid)
		return;
	render_seen(task->render, view);
	lesson_print(task->render);
}

static void tell_hint(struct lesson_task *task)
{
	const struct block_view *view = view_of_task(task);

	if (player_hint(task->player))
		render_hint(task->render, view->block, view->turn->hints - 1);
	else
		render_note(task->render, STYLE_PLAIN, _("There are no more hints."));
	lesson_print(task->render);
}

/* Takes a line of the learner's: a hint, or to go on. */
static void take_line(struct lesson_task *task)
{
	autofree char *line = NULL;
	size_t capacity = 0;

	if (getline(&line, &capacity, stdin) < 0) {
		task->asks = false; /* nobody is there any more */
		return;
	}
	if (line[strspn(line, " \t\n")] == 's')
		player_next(task->player);
	else
		tell_hint(task);
}

/* Waits for a line or for @wait_ms. */
static int wait_for_learner(struct lesson_task *task, int wait_ms)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int r;

	fflush(stdout);
	r = poll(&input, task->asks && !task->solver, wait_ms);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	if (r > 0)
		take_line(task);
	return 0;
}

int lesson_task_step(struct lesson_task *task)
{
	if (!task->block) {
		int r = begin(task);

		if (r < 0)
			return r;
	}
	tell_seen(task);
	if (task->solver ? clock_ms() > task->deadline_ms : !task->asks) {
		player_next(task->player);
		return 0;
	}
	return wait_for_learner(task, task->solver ? SOLVE_LOOK_MS : LOOK_MS);
}
