/* nsscope lesson NAME --plain: a lesson, line by line. */
#include "cli/lesson.h"

#include "cli/cli.h"
#include "cli/report.h"
#include "lessons/play/player.h"
#include "lessons/play/preflight.h"
#include "lessons/play/progress.h"
#include "lessons/play/render.h"
#include "lessons/play/solver.h"
#include "model/base/i18n.h"
#include "model/base/util.h"
#include "scanner/proc/clock.h"
#include "scanner/scan.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	POLL_MAX = 80,
	SCAN_MS = 500,          /* between two scans, while the learner does a task */
	SOLVE_SCAN_MS = 20,     /* the same while the solver does */
	SOLVE_LIMIT_MS = 20000, /* for a solution, also on a busy machine */
};

struct plain {
	struct player *player;
	struct scan *scan;
	struct graph *graph;
	struct lines lines; /* of render */
	struct render render;
	bool asks;     /* false from the end of standard input on */
	bool solves;   /* does tasks in place of the learner */
	size_t step;   /* which is being printed; SIZE_MAX before the first */
	size_t blocks; /* of it, printed so far */
	bool stage_printed;
	struct lesson_result result;

	/* The open task. */
	bool task_printed;
	struct solver *solver;      /* NULL for none */
	int64_t solver_deadline_ms; /* on clock_ms */
	struct learners {
		struct process_id ids[CHECK_CONTEXT_YOU_MAX];
		size_t held; /* checks */
	} learners;          /* as printed last */
};

static void print_note(struct plain *plain, const char *text)
{
	render_note(&plain->render, STYLE_PLAIN, text);
	report_lines(&plain->lines);
}

/* The view of the last block. */
static const struct block_view *last_view(const struct plain *plain)
{
	const struct block_view *views;
	size_t count = player_blocks(plain->player, &views);

	return &views[count - 1];
}

/* Prints @prompt and reads a line.  Returns NULL at the end of the input, where asks becomes false. */
static char *read_line(struct plain *plain, const char *prompt)
{
	char *text = NULL;
	size_t capacity = 0;

	printf("%s ", prompt);
	fflush(stdout);
	if (getline(&text, &capacity, stdin) >= 0)
		return text;
	free(text);
	plain->asks = false;
	return NULL;
}

/* Can the block be printed as a whole? */
static bool is_finished(const struct plain *plain, const struct block_view *view)
{
	const struct lesson_block *block = view->block;

	if (plain->player->reads && block->kind != BLOCK_PREDICT)
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

/* Only of a person who answers.  An error does not end the lesson. */
static void keep_progress(const struct plain *plain)
{
	const struct lesson *lesson = plain->player->lesson;
	bool done = plain->player->state == PLAYER_ENDED;

	if (plain->asks && plain->result.playable)
		progress_note(
		    lesson->name, player_step(plain->player), lesson->step_count - 1, done);
}

/* Prints the blocks that were finished since the last time. */
static void print_news(struct plain *plain)
{
	const struct block_view *views;
	size_t step = player_step(plain->player);
	size_t count = player_blocks(plain->player, &views);

	if (step != plain->step) {
		const struct lesson *lesson = plain->player->lesson;

		keep_progress(plain);
		render_title(&plain->render, lesson->steps[step].title, step);
		plain->step = step;
		plain->blocks = 0;
	}
	/* Once it is made. */
	plain->stage_printed = plain->stage_printed || render_stage(&plain->render);
	report_lines(&plain->lines);
	for (; plain->blocks < count && is_finished(plain, &views[plain->blocks]);
	     plain->blocks++) {
		const struct block_view *view = &views[plain->blocks];

		render_block(&plain->render, view);
		report_lines(&plain->lines);
		count_result(plain, view);
	}
	fflush(stdout);
}

/* Reads the number of a choice.  Returns -1 at the end of the input. */
static int read_choice(struct plain *plain, size_t choice_count)
{
	for (;;) {
		autofree char *text = read_line(plain, _("Which one? Number and Enter:"));
		char *end;
		unsigned long number;

		if (!text)
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
	const struct lesson_block *block = last_view(plain)->block;
	int choice = -1;

	render_question(&plain->render, block);
	lines_add(&plain->lines, plain->render.charset);
	report_lines(&plain->lines);
	if (plain->asks)
		choice = read_choice(plain, block->choice_count);
	player_answer(plain->player, choice < 0 ? right_choice(block) : (size_t)choice);
	render_answers(&plain->render, block, choice);
	report_lines(&plain->lines);
	plain->blocks++;
}

static int scan(struct plain *plain)
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
	struct pollfd fds[POLL_MAX];
	size_t count = player_poll(plain->player, fds, array_len(fds));

	if (poll(fds, count, -1) < 0 && errno != EINTR)
		return -errno;
	player_io(plain->player);
	return 0;
}

/* A lesson that is not built in wants to run a shell. */
static void ask_permission(struct plain *plain)
{
	bool yes = false;

	print_note(
	    plain, _("This lesson is none of nsscope's own, and wants to run lines of a shell:"));
	render_shell(&plain->render, last_view(plain)->block);
	lines_add(&plain->lines, plain->render.charset);
	report_lines(&plain->lines);
	if (plain->asks) {
		autofree char *text = read_line(plain, _("Run them? y or n, and Enter:"));

		yes = text && (text[0] == 'y' || text[0] == 'Y');
	} else {
		print_note(plain, _("They are not run; --trust would allow it."));
	}
	player_permit(plain->player, yes);
}

/* --- Tasks ------------------------------------------------------------------------------------ */

static int begin_task(struct plain *plain)
{
	const struct block_view *view = last_view(plain);
	autofree char *solution = player_solution(plain->player, view->block);
	int r;

	plain->task_printed = true;
	plain->learners = (struct learners){0};
	render_task(&plain->render, view);
	if (plain->solves)
		render_solution(&plain->render, view->block);
	else if (plain->asks)
		render_note(
		    &plain->render, STYLE_PLAIN, _("Enter: hint; s and Enter: skip this task"));
	report_lines(&plain->lines);
	if (!plain->solves)
		return 0;
	fflush(stdout);
	r = solver_new(solution, &plain->solver);
	if (r < 0)
		return r;
	player_let(plain->player, solver_pid(plain->solver));
	plain->solver_deadline_ms = clock_ms() + SOLVE_LIMIT_MS;
	return 0;
}

static void end_task(struct plain *plain)
{
	if (plain->solver)
		player_let(plain->player, 0);
	solver_free(plain->solver);
	plain->solver = NULL;
	plain->task_printed = false;
}

/* Prints the processes that are nearest to having done the task, where they or their checks differ
 * from those printed last. */
static void print_learners(struct plain *plain)
{
	const struct block_view *view = last_view(plain);
	struct learners learners = {0}, *last = &plain->learners;
	bool same = true;

	for (size_t i = 0; i < view->block->check_count; i++)
		learners.held += view->checks[i].outcome == OUTCOME_HELD;
	for (int i = 0; i < CHECK_CONTEXT_YOU_MAX; i++) {
		learners.ids[i] = view->turn->learners[i].id;
		same &= process_id_equal(&learners.ids[i], &last->ids[i]);
	}
	same &= learners.held == last->held;
	*last = learners;
	if (same || (!learners.ids[0].pid && !learners.ids[1].pid))
		return;
	render_seen(&plain->render, view);
	report_lines(&plain->lines);
}

/* Reads a line of the learner: "s" goes on, another one asks for a hint. */
static void read_request(struct plain *plain)
{
	const struct block_view *view = last_view(plain);
	autofree char *line = NULL;
	size_t capacity = 0;

	if (getline(&line, &capacity, stdin) < 0) {
		plain->asks = false;
		return;
	}
	if (line[strspn(line, " \t\n")] == 's') {
		player_next(plain->player);
		return;
	}
	if (player_hint(plain->player))
		render_hint(&plain->render, view->block, view->turn->hints - 1);
	else
		render_note(&plain->render, STYLE_PLAIN, _("There are no more hints."));
	report_lines(&plain->lines);
}

/* One turn of a task: prints what has changed, and waits for a line, or until the next scan.
 * Returns 0 or -errno. */
static int turn_task(struct plain *plain)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int r = plain->task_printed ? 0 : begin_task(plain);

	if (r < 0)
		return r;
	print_learners(plain);
	if (plain->solver ? clock_ms() > plain->solver_deadline_ms : !plain->asks) {
		player_next(plain->player);
		return 0;
	}
	fflush(stdout);
	r = poll(&input, plain->asks && !plain->solver, plain->solver ? SOLVE_SCAN_MS : SCAN_MS);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	if (r > 0)
		read_request(plain);
	return 0;
}

static int watch(struct plain *plain)
{
	int r = turn_task(plain);

	if (r >= 0 && plain->player->state == PLAYER_WATCHING)
		r = scan(plain);
	if (plain->player->state != PLAYER_WATCHING)
		end_task(plain);
	return r;
}

/* --- The lesson ------------------------------------------------------------------------------- */

static int play(struct plain *plain)
{
	for (;;) {
		int r = 0;

		switch (plain->player->state) {
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
			r = scan(plain);
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

static int end_lesson(struct plain *plain, int r)
{
	struct lesson_result *result = &plain->result;
	/* Which lesson it is, of "lesson all". */
	autofree char *command = xasprintf("lesson %s", plain->player->lesson->name);

	print_news(plain);
	keep_progress(plain);
	result->failed = player_failures(plain->player);
	if (r < 0) {
		report_scan_error(command, r);
		return EXIT_FORBIDDEN;
	}
	if (plain->player->state == PLAYER_FAILED) {
		report_error(command, "%s", plain->player->problem);
		return plain->player->error == -EPIPE ? EXIT_FAILED : EXIT_FORBIDDEN;
	}
	if (!result->playable)
		return EXIT_FORBIDDEN;
	printf("\n");
	printf(_("%zu checks held, %zu failed"), result->held, result->failed);
	if (result->tasks > 0)
		printf(_("; %zu of %zu tasks done"), result->solved, result->tasks);
	printf("\n");
	if (plain->solves && result->solved < result->tasks)
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

/* Makes the player; a lesson that can't be played here is only printed. */
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
		report_lines(&plain->lines);
		plain->player = player_new_reader(lesson);
	}
	preflight_done(&preflight);
	plain->render.player = plain->player;
	if (from > 0)
		player_step_to(plain->player, from);
}

int lesson_plain(const struct lesson *lesson, const struct lesson_options *options,
    struct lesson_result *ret_result)
{
	const struct scan_options scan_options = {
	    .hostnames = true, .perf_events = true, .fds = true};
	const char *solve = getenv("NSSCOPE_SOLVE");
	struct plain plain = {
	    .render = {.charset = report_charset(),
	        .cols = 80,
	        .plain = true,
	        .notes = options->notes},
	    .solves = options->solve || (solve && !strcmp(solve, "1")),
	    .asks = !options->yes && isatty(STDIN_FILENO),
	    .step = SIZE_MAX,
	};
	int r = scan_new(&scan_options, &plain.scan);

	if (r < 0) {
		report_scan_error("lesson", r);
		return EXIT_FORBIDDEN;
	}
	plain.render.lines = &plain.lines;
	if (lesson->foreign && plain.solves) {
		report_error("lesson",
		    _("this lesson is none of nsscope's own: its solutions run only with --trust"));
		plain.solves = false;
	}
	begin(&plain, lesson, options->from);
	r = end_lesson(&plain, play(&plain));
	end_task(&plain);
	player_free(plain.player);
	scan_free(plain.scan);
	graph_unref(plain.graph);
	*ret_result = plain.result;
	return r;
}
