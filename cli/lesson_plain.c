#include "cli/lesson_plain.h"

#include "cli/cli.h"
#include "cli/lesson_print.h"
#include "cli/lesson_task.h"
#include "cli/report.h"
#include "lessons/play/player.h"
#include "lessons/play/preflight.h"
#include "lessons/play/progress.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/scan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { POLL_ROOM = 80 };

struct plain {
	struct player *player;
	struct scan *scan;
	struct graph *graph;
	struct lines lines; /* that are to be printed */
	struct render render;
	struct lesson_task task;
	bool asks;
	size_t step;   /* that is being printed; SIZE_MAX before the first */
	size_t blocks; /* of it that were printed */
	bool said_stage;
	struct lesson_plain_result result;
};

/* Has everything happened in the block that it is to tell? */
static bool is_finished(const struct plain *plain, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	if (player_reads(plain->player) && block->kind != BLOCK_PREDICT)
		return true;
	switch (block->kind) {
	case BLOCK_PREDICT:
		return view->chosen >= 0;
	case BLOCK_DO:
		return view->calls[block->call_count - 1].outcome != OUTCOME_OPEN;
	case BLOCK_CHECK:
		return view->checks[block->check_count - 1].outcome != OUTCOME_OPEN;
	case BLOCK_TURN:
		return view->turn->state != TURN_OPEN;
	default:
		return true;
	}
}

static void count_result(struct plain *plain, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	for (size_t i = 0; block->kind == BLOCK_CHECK && i < block->check_count; i++)
		plain->result.held += view->checks[i].outcome == OUTCOME_HELD;
	if (block->kind == BLOCK_TURN)
		plain->result.solved += view->turn->state == TURN_SOLVED;
}

/* Of who reads and answers, not of tests.  Where it can't be kept, nobody is held up by that. */
static void keep_progress(const struct plain *plain)
{
	const struct lesson *lesson = player_lesson(plain->player);
	bool done = player_state(plain->player) == PLAYER_ENDED;

	if (plain->asks && plain->result.playable)
		progress_note(
		    lesson->name, player_step(plain->player), lesson->step_count - 1, done);
}

/* Prints what has happened since the last time. */
static void print_news(struct plain *plain)
{
	const struct block_view *views;
	size_t step = player_step(plain->player);
	size_t count = player_blocks(plain->player, &views);

	if (step != plain->step) {
		const struct lesson *lesson = player_lesson(plain->player);

		keep_progress(plain);
		render_title(&plain->render, lesson->steps[step].title, step);
		plain->step = step;
		plain->blocks = 0;
	}
	/* Once it stands. */
	plain->said_stage = plain->said_stage || render_stage(&plain->render);
	lesson_print(&plain->render);
	for (; plain->blocks < count && is_finished(plain, &views[plain->blocks]);
	     plain->blocks++) {
		const struct block_view *view = &views[plain->blocks];

		render_block(&plain->render, view);
		lesson_print(&plain->render);
		count_result(plain, view);
	}
	fflush(stdout);
}

/* Reads the number of a choice.  Returns -1 at the end of the input. */
static int read_choice(size_t choice_count)
{
	autofree char *text = NULL;
	size_t capacity = 0;

	for (;;) {
		char *end;
		unsigned long number;

		printf("%s ", _("Which one? Number and Enter:"));
		fflush(stdout);
		if (getline(&text, &capacity, stdin) < 0)
			return -1;
		number = strtoul(text, &end, 10);
		if (end != text && *end == '\n' && number >= 1 && number <= choice_count)
			return (int)number - 1;
	}
}

static size_t right_choice(const struct lesson_block *block)
{
	size_t right = 0;

	while (!block->choices[right].right)
		right++;
	return right;
}

static void ask(struct plain *plain)
{
	const struct block_view *views;
	size_t count = player_blocks(plain->player, &views);
	const struct lesson_block *block = views[count - 1].block;
	int choice = -1;

	render_question(&plain->render, block);
	lines_add(&plain->lines, plain->render.charset);
	lesson_print(&plain->render);
	if (plain->asks)
		choice = read_choice(block->choice_count);
	if (choice < 0)
		plain->asks = false; /* nobody is there any more */
	player_answer(plain->player, choice < 0 ? right_choice(block) : (size_t)choice);
	render_answers(&plain->render, block, choice);
	lesson_print(&plain->render);
	plain->blocks = count;
}

static int look(struct plain *plain)
{
	struct graph *graph;
	int r = scan_begin(plain->scan, plain->graph);

	while (r == 0)
		r = scan_step(plain->scan, 1000 * 1000);
	if (r < 0)
		return r;
	graph = graph_freeze(scan_take(plain->scan));
	graph_unref(plain->graph);
	plain->graph = graph;
	player_see(plain->player, graph);
	return 0;
}

static int wait_for_actor(struct plain *plain)
{
	struct pollfd fds[POLL_ROOM];
	size_t count = player_poll(plain->player, fds, array_len(fds));

	if (poll(fds, count, -1) < 0 && errno != EINTR)
		return -errno;
	player_io(plain->player);
	return 0;
}

static bool read_yes(struct plain *plain)
{
	autofree char *text = NULL;
	size_t capacity = 0;

	printf("%s ", _("Run them? y or n, and Enter:"));
	fflush(stdout);
	if (getline(&text, &capacity, stdin) >= 0)
		return text[0] == 'y' || text[0] == 'Y';
	plain->asks = false;
	return false;
}

/* A lesson from elsewhere wants a shell. */
static void ask_permission(struct plain *plain)
{
	const struct block_view *views;
	size_t last = player_blocks(plain->player, &views);
	bool yes = false;

	lesson_print_note(&plain->render,
	    _("This lesson is none of nsscope's own, and wants to run lines of a shell:"));
	render_shell(&plain->render, views[last - 1].block);
	lines_add(&plain->lines, plain->render.charset);
	lesson_print(&plain->render);
	if (plain->asks)
		yes = read_yes(plain);
	else
		lesson_print_note(&plain->render, _("They are not run; --trust would allow it."));
	player_permit(plain->player, yes);
}

static int watch(struct plain *plain)
{
	int r;

	plain->task.asks = plain->asks;
	r = lesson_task_step(&plain->task);
	plain->asks = plain->task.asks;
	if (r >= 0 && player_state(plain->player) == PLAYER_WATCHING)
		r = look(plain);
	if (player_state(plain->player) != PLAYER_WATCHING)
		lesson_task_end(&plain->task);
	return r;
}

static int play(struct plain *plain)
{
	for (;;) {
		int r = 0;

		switch (player_state(plain->player)) {
		case PLAYER_READING:
			print_news(plain);
			player_next(plain->player);
			break;
		case PLAYER_ASKING:
			print_news(plain);
			ask(plain);
			break;
		case PLAYER_ACTING:
			r = wait_for_actor(plain);
			break;
		case PLAYER_LOOKING:
			r = look(plain);
			break;
		case PLAYER_WATCHING:
			print_news(plain);
			r = watch(plain);
			break;
		case PLAYER_PERMITTING:
			print_news(plain);
			ask_permission(plain);
			break;
		default:
			return 0;
		}
		if (r < 0)
			return r;
	}
}

static int finish(struct plain *plain, int r)
{
	struct lesson_plain_result *result = &plain->result;
	/* Of "lesson all", which one is it? */
	autofree char *command = xasprintf("lesson %s", player_lesson(plain->player)->name);

	print_news(plain);
	keep_progress(plain);
	result->failed = player_failures(plain->player);
	if (r < 0) {
		report_scan_error(command, r);
		return EXIT_FORBIDDEN;
	}
	if (player_state(plain->player) == PLAYER_FAILED) {
		report_error(command, "%s", player_problem(plain->player));
		return player_error(plain->player) == -EPIPE ? EXIT_FAILED : EXIT_FORBIDDEN;
	}
	if (!result->playable)
		return EXIT_FORBIDDEN;
	printf("\n");
	printf(_("%zu checks held, %zu failed"), result->held, result->failed);
	if (result->tasks > 0)
		printf(_("; %zu of %zu tasks done"), result->solved, result->tasks);
	printf("\n");
	if (plain->task.solves && result->solved < result->tasks)
		return EXIT_FAILED;
	return result->failed ? EXIT_FAILED : EXIT_DONE;
}

static size_t count_tasks(const struct lesson *lesson, size_t from)
{
	size_t tasks = 0;

	for (size_t i = from; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			tasks += lesson->steps[i].blocks[j].kind == BLOCK_TURN;
	return tasks;
}

/* Makes the player; a lesson that can't be played here is only read. */
static void begin(struct plain *plain, const struct lesson *lesson, size_t from)
{
	struct preflight preflight;

	lesson_preflight(lesson, &preflight);
	plain->result.playable = preflight.playable;
	plain->result.tasks = count_tasks(lesson, from);
	if (preflight.playable) {
		plain->player = player_new(lesson);
	} else {
		render_preflight(&plain->render, &preflight);
		lines_add(&plain->lines, plain->render.charset);
		lesson_print(&plain->render);
		plain->player = player_new_reader(lesson);
	}
	preflight_done(&preflight);
	plain->render.player = plain->task.player = plain->player;
	if (from > 0)
		player_step_to(plain->player, from);
}

int lesson_plain(const struct lesson *lesson, const struct lesson_plain_options *options,
    struct lesson_plain_result *ret_result)
{
	const struct scan_options scan_options = {
	    .hostnames = true, .perf_events = true, .fds = true};
	struct plain plain = {
	    .render = {.charset = options->charset,
	        .cols = 80,
	        .plain = true,
	        .notes = options->notes},
	    .task = {.solves = options->solves},
	    .asks = options->asks,
	    .step = SIZE_MAX,
	};
	int r = scan_new(&scan_options, &plain.scan);

	if (r < 0) {
		report_scan_error("lesson", r);
		return EXIT_FORBIDDEN;
	}
	plain.render.lines = &plain.lines;
	plain.task.render = &plain.render;
	if (lesson->foreign && options->solves) {
		report_error("lesson",
		    _("this lesson is none of nsscope's own: its solutions run only with --trust"));
		plain.task.solves = false;
	}
	begin(&plain, lesson, options->from);
	r = finish(&plain, play(&plain));
	lesson_task_end(&plain.task);
	player_free(plain.player);
	scan_free(plain.scan);
	graph_unref(plain.graph);
	*ret_result = plain.result;
	return r;
}
