#include "lessons/play/player.h"

#include "lessons/play/learner.h"
#include "lessons/script/check.h"
#include "lessons/script/lesson.h"
#include "lessons/stage/calls.h"
#include "lessons/stage/refusal.h"
#include "model/base/i18n.h"
#include "model/base/util.h"

#include <errno.h>
#include <string.h>

struct block_record {
	struct call_record *calls;   /* parallel to the block's calls; NULL for none */
	struct check_record *checks; /* parallel to the block's checks */
	int chosen;                  /* or one of enum no_choice */
	struct turn_record turn;
};

struct records {
	const struct lesson *lesson;
	struct block_record **steps;
};

enum { LOOKS_MAX = 10 }; /* for what isn't known at once */

/* --- Records: the outcome of each block ----------------------------------------------------- */

static void reset_checks(const struct lesson_block *block, struct block_record *record)
{
	for (size_t i = 0; i < block->check_count; i++)
		record->checks[i] = (struct check_record){.check = &block->checks[i]};
}

static void reset_block(const struct lesson_block *block, struct block_record *record, bool answers)
{
	for (size_t i = 0; i < block->call_count; i++)
		record->calls[i] = (struct call_record){.call = &block->calls[i]};
	if (answers) {
		record->chosen = CHOICE_NONE;
		record->turn = (struct turn_record){0};
	}
	/* Those of a task show how it was done. */
	if (block->kind == BLOCK_TURN && record->turn.state != TURN_OPEN)
		return;
	reset_checks(block, record);
}

/* Opens the checks of one block again. */
static void records_reset_checks(const struct records *records, size_t step, size_t block)
{
	reset_checks(&records->lesson->steps[step].blocks[block], &records->steps[step][block]);
}

static void records_free(struct records *records)
{
	for (size_t i = 0; i < records->lesson->step_count; i++) {
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++) {
			free(records->steps[i][j].calls);
			free(records->steps[i][j].checks);
		}
		free(records->steps[i]);
	}
	free(records->steps);
	free(records);
}

static struct block_record *records_block(const struct records *records, size_t step, size_t block)
{
	return &records->steps[step][block];
}

/* Opens everything from the step @from on; answers to predictions, and tasks, only with @answers. */
static void records_reset(struct records *records, size_t from, bool answers)
{
	for (size_t i = from; i < records->lesson->step_count; i++)
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++)
			reset_block(
			    &records->lesson->steps[i].blocks[j], &records->steps[i][j], answers);
}

static struct records *records_new(const struct lesson *lesson)
{
	struct records *records = xcalloc(1, sizeof(*records));

	records->lesson = lesson;
	records->steps = xcalloc(lesson->step_count, sizeof(struct block_record *));
	for (size_t i = 0; i < lesson->step_count; i++) {
		const struct lesson_step *step = &lesson->steps[i];

		records->steps[i] = xcalloc(step->block_count + 1, sizeof(struct block_record));
		for (size_t j = 0; j < step->block_count; j++) {
			struct block_record *record = &records->steps[i][j];

			record->calls =
			    xcalloc(step->blocks[j].call_count + 1, sizeof(*record->calls));
			record->checks =
			    xcalloc(step->blocks[j].check_count + 1, sizeof(*record->checks));
		}
	}
	records_reset(records, 0, true);
	return records;
}

/* Was a call made in the step @from or behind it? */
static bool records_called(const struct records *records, size_t from)
{
	for (size_t i = from; i < records->lesson->step_count; i++)
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++)
			if (records->lesson->steps[i].blocks[j].call_count &&
			    records->steps[i][j].calls[0].outcome != OUTCOME_OPEN)
				return true;
	return false;
}

/* How many calls and checks failed. */
static size_t records_failures(const struct records *records)
{
	size_t failures = 0;

	for (size_t i = 0; i < records->lesson->step_count; i++) {
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++) {
			const struct lesson_block *block = &records->lesson->steps[i].blocks[j];
			const struct block_record *record = &records->steps[i][j];

			for (size_t k = 0; k < block->call_count; k++)
				failures += record->calls[k].outcome == OUTCOME_FAILED;
			for (size_t k = 0; block->kind == BLOCK_CHECK && k < block->check_count;
			     k++)
				failures += record->checks[k].outcome == OUTCOME_FAILED;
		}
	}
	return failures;
}

/* The largest number of blocks in a step. */
static size_t records_most_blocks(const struct lesson *lesson)
{
	size_t most = 0;

	for (size_t i = 0; i < lesson->step_count; i++)
		if (lesson->steps[i].block_count > most)
			most = lesson->steps[i].block_count;
	return most;
}

/* Is @answer the number that {…} stands for? */
static bool is_number(
    const char *braces, const struct stage_answer *answer, const struct stage *stage)
{
	autofree char *literal = xasprintf("\"%s\"", braces);
	char text[32];
	size_t len;
	long number;

	return stage_string(stage, literal, text, sizeof(text), &len) >= 0 &&
	       lesson_number(text, &number) && answer->result == number;
}

static bool as_expected(
    const char *expected, const struct stage_answer *answer, const struct stage *stage)
{
	char text[sizeof(answer->text)];
	size_t len;
	long number;

	if (answer->refused)
		return false;
	if (!expected)
		return !answer->error && !answer->failed;
	if (lesson_number(expected, &number))
		return !answer->error && answer->result == number;
	if (expected[0] == '{')
		return !answer->error && is_number(expected, answer, stage);
	if (expected[0] == '"')
		return !answer->error &&
		       stage_string(stage, expected, text, sizeof(text), &len) >= 0 &&
		       !strcmp(text, answer->text);
	return answer->error == lesson_errno(expected);
}

void record_answer(
    struct call_record *record, const struct stage_answer *answer, const struct stage *stage)
{
	record->answer = *answer;
	record->outcome =
	    as_expected(record->call->expected, answer, stage) ? OUTCOME_HELD : OUTCOME_FAILED;
}

/* Goes to where the player waits for a person; while replaying, beyond. */
static void go_on(struct player *player);

static void forget(struct player *player)
{
	saved_context_done(&player->start);
	saved_context_done(&player->before);
	saved_context_done(&player->now);
	saved_context_done(&player->task);
}

/* --- Life ----------------------------------------------------------------------------------- */

static struct player *new_player(const struct lesson *lesson, bool reads)
{
	struct player *player = xcalloc(1, sizeof(*player));

	player->lesson = lesson;
	player->reads = reads;
	player->records = records_new(lesson);
	player->views = xcalloc(records_most_blocks(lesson) + 1, sizeof(*player->views));
	go_on(player);
	return player;
}

struct player *player_new(const struct lesson *lesson)
{
	return new_player(lesson, false);
}

struct player *player_new_reader(const struct lesson *lesson)
{
	return new_player(lesson, true);
}

/* Ends the stage, and forgets what was seen. */
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

/* Returns false where there can be no stage: the player has failed then. */
static bool need_stage(struct player *player)
{
	const struct lesson *lesson = player->lesson;
	int r;

	if (player->stage)
		return true;
	r = stage_new(&lesson->stage, (const char *const *)lesson->actors, lesson->actor_count,
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
static const struct lesson_block *current_block(const struct player *player)
{
	const struct lesson_step *step = step_of(player);

	return player->block < step->block_count ? &step->blocks[player->block] : NULL;
}

static struct block_record *current_record(const struct player *player)
{
	return records_block(player->records, player->step, player->block);
}

static bool is_forbidden(const struct player *player, const struct lesson_call *call)
{
	return player->lesson->foreign && player->consent != CONSENT_GIVEN && call_runs_shell(call);
}

/* Is a permission needed before the calls of @block are made? */
static bool wants_permission(const struct player *player, const struct lesson_block *block)
{
	if (player->consent != CONSENT_OPEN)
		return false;
	for (size_t i = 0; i < block->call_count; i++)
		if (is_forbidden(player, &block->calls[i]))
			return true;
	return false;
}

static void take_answer(struct player *player, const struct stage_answer *answer)
{
	struct call_record *record = &current_record(player)->calls[player->call];

	record->follows = records_failures(player->records) > 0;
	record_answer(record, answer, player->stage);
}

/* Sends the next call of the do block; looks when there is none left. */
static void act(struct player *player)
{
	const struct lesson_block *block = current_block(player);

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
		int r =
		    is_forbidden(player, call) ? -ECANCELED : stage_call(player->stage, &request);

		if (r >= 0)
			return;
		answer.error = -r;
		answer.unmade = true;
		answer.refused = is_forbidden(player, call);
		take_answer(player, &answer);
	}
	player->state = PLAYER_LOOKING;
}

/* Does the kernel give each namespace an id that is never reused?  NS_GET_ID, 6.18 */
static bool has_ids(const struct graph *graph)
{
	const struct process *me = graph_process_by_pid(graph, getpid());

	for (enum nstype type = 0; type < NS_TYPE_COUNT; type++)
		if (!me || (me->ns[type] && !me->ns[type]->id.unique))
			return false;
	return true;
}

/* Without such numbers a namespace is the one of before only where something holds it now that held
 * it then (graph_same.c).  So where the call that was just made may have changed what holds what, a
 * graph must lie between it and the next one: in that graph the old holder meets the new one. */
static bool must_look_between(const struct player *player)
{
	const struct lesson_block *block = current_block(player);

	return player->call < block->call_count &&
	       call_find(block->calls[player->call - 1].name)->changes_holders &&
	       !has_ids(player->now.graph);
}

static void begin_do(struct player *player)
{
	saved_context_copy(&player->before, &player->now);
	player->call = 0;
	player->looks = 0;
	act(player);
}

/* What is seen now, at the start of the stage, and before the last do block. */
static struct check_contexts contexts_of(const struct player *player)
{
	return (struct check_contexts){
	    .now = saved_context_get(&player->now),
	    .start = saved_context_get(&player->start),
	    .before = saved_context_get(&player->before),
	    .me = getpid(),
	};
}

/* Evaluates the checks of @block.  Returns whether both sides of all of them are known. */
static bool check_block(const struct player *player, const struct lesson_block *block)
{
	const struct check_contexts contexts = contexts_of(player);
	struct block_record *record = current_record(player);
	bool known = true;

	for (size_t i = 0; i < block->check_count; i++) {
		check_evaluate(&block->checks[i], &contexts, &record->checks[i]);
		known &= !record->checks[i].unknown;
	}
	return known;
}

/* Evaluates the next checks.  What is unknown, as a host name that a helper did not read in
 * its time on a busy machine, is looked for again before it counts as failed.  Returns false where the player
 * must look again. */
static bool check(struct player *player)
{
	for (; current_block(player) && current_block(player)->kind == BLOCK_CHECK;
	     player->block++) {
		const struct lesson_block *block = current_block(player);

		if (!check_block(player, block) && player->looks < LOOKS_MAX) {
			player->looks++;
			records_reset_checks(player->records, player->step, player->block);
			player->state = PLAYER_LOOKING;
			return false;
		}
		player->looks = 0;
	}
	return true;
}

/* Does what follows.  Returns false where the player now waits for something. */
static bool advance(struct player *player)
{
	const struct lesson_block *block = current_block(player);

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
	if (block->kind == BLOCK_DO && wants_permission(player, block)) {
		player->state = PLAYER_PERMITTING;
		return false;
	}
	if (!need_stage(player))
		return false;
	/* The stage's beginning is looked at before anything is done on it. */
	if (block->kind == BLOCK_DO && player->start.graph)
		begin_do(player);
	else
		player->state = PLAYER_LOOKING;
	return false;
}

/* Does the player stop at @block, the present one? */
static bool is_stop(const struct player *player, const struct lesson_block *block)
{
	const struct block_record *record = current_record(player);

	switch (block->kind) {
	case BLOCK_PREDICT:
		return !player->replaying && record->chosen == CHOICE_NONE;
	case BLOCK_TURN:
		return !player->replaying && !player->reads && record->turn.state == TURN_OPEN;
	case BLOCK_DO:
	case BLOCK_CHECK:
		return !player->reads;
	default:
		return false;
	}
}

/* The state in which the player waits before @block, or at the end of the step. */
static void await(struct player *player, const struct lesson_block *block)
{
	if (block && block->kind == BLOCK_PREDICT)
		player->state = PLAYER_ASKING;
	else if (!block || block->kind != BLOCK_TURN)
		player->state = PLAYER_READING;
	/* The task is on the screen now, so from now on a learner may do it. */
	else if (need_stage(player))
		player->state = PLAYER_LOOKING;
}

static void go_on(struct player *player)
{
	do {
		const struct lesson_block *block;

		if (player->step == player->target && !player->block)
			player->replaying = false;
		while ((block = current_block(player)) && !is_stop(player, block))
			player->block++;
		await(player, block);
	} while (player->replaying && advance(player));
}

/* --- Tasks ------------------------------------------------------------------------------------ */

static void finish(struct player *player, enum turn_state state)
{
	current_record(player)->turn.state = state;
	player->begun = true;
	player->block++;
	go_on(player);
}

/* Goes on where a learner has solved the open task. */
static void look_at_task(struct player *player)
{
	struct check_contexts contexts = contexts_of(player), start = contexts;
	struct block_record *record = current_record(player);
	const struct learner_search search = {
	    .block = current_block(player),
	    .now = &contexts,
	    .start = &start,
	    .pupil = player->pupil,
	    .subshell = player->subshell,
	    .login_of = learner_login_read,
	};

	start.now = saved_context_get(&player->task);
	if (learner_find(&search, record->turn.learners, record->checks))
		finish(player, TURN_SOLVED);
}

/* Begins the open task with the graph that it waited for. */
static void begin_task(struct player *player)
{
	saved_context_copy(&player->task, &player->now);
	player->state = PLAYER_WATCHING;
	look_at_task(player);
}

/* Leaves the open task undone, and goes on. */
static void skip_task(struct player *player)
{
	finish(player, TURN_SKIPPED);
}

bool player_hint(struct player *player)
{
	const struct lesson_block *block = current_block(player);
	struct turn_record *turn;

	if (!block || block->kind != BLOCK_TURN || player->replaying || player->reads)
		return false;
	turn = &current_record(player)->turn;
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

void player_let_subshell(struct player *player, pid_t pid)
{
	player->subshell = pid;
}

/* The actor whose name in braces begins at @text, or NULL. */
static const struct actor_ref *placeholder(
    const struct actor_ref *actors, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(actors[i].name);

		if (text[0] == '{' && !strncmp(text + 1, actors[i].name, len) &&
		    text[len + 1] == '}')
			return &actors[i];
	}
	return NULL;
}

char *player_solution(const struct player *player, const struct lesson_block *block)
{
	char *text = xstrdup("");
	size_t count;
	const struct actor_ref *actors = player_actors(player, &count);

	for (const char *from = block->solution; *from;) {
		/* ${A} is the shell's. */
		bool variable = from > block->solution && from[-1] == '$';
		const struct actor_ref *actor = variable ? NULL : placeholder(actors, count, from);
		size_t len = actor ? 0 : 1 + strcspn(from + 1, "{");
		char *longer = actor ? xasprintf("%s%d", text, (int)actor->pid)
		                     : xasprintf("%s%.*s", text, (int)len, from);

		from += actor ? strlen(actor->name) + 2 : len;
		free(text);
		text = longer;
	}
	return text;
}

/* --- What the person does --------------------------------------------------------------------- */

void player_next(struct player *player)
{
	if (player->state == PLAYER_WATCHING)
		skip_task(player);
	else if (player->state == PLAYER_READING && advance(player))
		go_on(player);
}

void player_permit(struct player *player, bool yes)
{
	if (player->state != PLAYER_PERMITTING)
		return;
	player->consent = yes ? CONSENT_GIVEN : CONSENT_REFUSED;
	if (advance(player))
		go_on(player);
}

static void end_question(struct player *player, int chosen)
{
	current_record(player)->chosen = chosen;
	player->begun = true;
	go_on(player);
}

void player_answer(struct player *player, size_t choice)
{
	if (player->state == PLAYER_ASKING && choice < current_block(player)->choice_count)
		end_question(player, (int)choice);
}

void player_show_answer(struct player *player)
{
	if (player->state == PLAYER_ASKING)
		end_question(player, CHOICE_SHOWN);
}

/* --- The event loop ------------------------------------------------------------------------- */

size_t player_poll(const struct player *player, struct pollfd *fds, size_t capacity)
{
	return player->stage ? stage_poll(player->stage, fds, capacity) : 0;
}

void player_io(struct player *player)
{
	struct stage_answer answer = {0};
	size_t actor_count;
	int r;

	if (!player->stage || player->state == PLAYER_FAILED)
		return;
	r = stage_io(player->stage, &answer);
	if (r == 0)
		return;
	if (r < 0) {
		stage_actors(player->stage, &actor_count);
		if (!actor_count) {
			fail(player, r,
			    _("the lesson's processes were ended from outside; begin again"));
			return;
		}
		answer = (struct stage_answer){.result = -1, .error = -r, .lost = true};
	}
	if (player->state != PLAYER_ACTING)
		return;
	take_answer(player, &answer);
	player->call++;
	if (must_look_between(player))
		player->state = PLAYER_LOOKING;
	else
		act(player);
}

bool player_wants_graph(const struct player *player)
{
	return player->state == PLAYER_LOOKING;
}

void player_see(struct player *player, const struct graph *graph)
{
	const struct actor_ref *actors;
	size_t actor_count;
	bool done = player->start.graph; /* a do block, not only the stage */

	if (player->state != PLAYER_LOOKING && player->state != PLAYER_WATCHING)
		return;
	actors = stage_actors(player->stage, &actor_count);
	saved_context_set(&player->now, graph, actors, actor_count, stage_variables(player->stage));
	if (!player->start.graph)
		saved_context_copy(&player->start, &player->now);
	if (player->state == PLAYER_WATCHING) {
		look_at_task(player);
		return;
	}
	if (current_block(player)->kind == BLOCK_TURN) {
		begin_task(player);
		return;
	}
	if (current_block(player)->kind == BLOCK_DO) {
		if (!done) {
			begin_do(player);
			return;
		}
		if (player->call < current_block(player)->call_count) {
			act(player);
			return;
		}
		player->block++;
	}
	if (check(player))
		go_on(player);
}

/* --- Another step ----------------------------------------------------------------------------- */

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

/* Will player_io or player_see go on by themselves? */
static bool is_under_way(const struct player *player)
{
	const struct lesson_block *block = current_block(player);

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
		go_on(player);
}

void player_reset(struct player *player)
{
	leave_stage(player);
	records_reset(player->records, 0, true);
	go_to(player, 0);
}

/* --- What is shown ---------------------------------------------------------------------------- */

char *check_why_not(const struct check_record *record)
{
	const struct lesson_check *check = record->check;

	if (record->elsewhere)
		return xasprintf(
		    _("it is %s here; it was changed in the old namespace, which you left"),
		    record->left);

	if (check->relation == RELATION_EQUAL && !check->right.varies)
		return xasprintf(_("it is %s, not %s yet"), record->left, record->right);
	return xasprintf(_("left: %s, right: %s"), record->left, record->right);
}

const char *answer_refusal(const struct stage_answer *answer)
{
	return answer->error == ECANCELED ? _("not made: it was not permitted")
	                                  : _("not made: it could be seen outside the lesson");
}

size_t player_step(const struct player *player)
{
	return player->replaying ? player->target : player->step;
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

const struct actor_ref *player_actors(const struct player *player, size_t *ret_count)
{
	*ret_count = 0;
	return player->stage ? stage_actors(player->stage, ret_count) : NULL;
}

/* --- Why a call came out otherwise than its lesson expects ---------------------------------- */

static bool came_to_a_limit(const struct call_record *record)
{
	const char *call = record->call->name;
	int error = record->answer.error;

	return errno_is_limit(call, error) ||
	       (error == ENOMEM && !errno_meaning(call, record->call->source, error));
}

/* Of a line of the shell.  Its result is a program's, not the kernel's. */
static const char *line_difference(const struct stage_answer *answer)
{
	if (answer->error)
		return _("The line could not be run.");
	if (answer->result == COMMAND_NOT_FOUND)
		return _("A program that the line runs is not installed.");
	return _("What a line prints depends on the programs it runs: they may be others than the "
	         "lesson "
	         "was written for, or this kernel differs here.");
}

static const char *of_call(const struct call_record *record)
{
	const struct stage_answer *answer = &record->answer;

	if (answer->unmade)
		return _("It was not made, since something before it went wrong.");
	if (answer->lost)
		return _("The actor ended before it could answer.");
	if (answer->filtered)
		return _(
		    "That is no difference of the kernel: a filter (seccomp), as containers have, "
		    "refuses the call.");
	if (answer->error == EPERM || answer->error == EACCES || answer->error == EROFS)
		return _("Something here forbids it: a kernel setting, a security module, a filter "
		         "or a read-only mount. See \"nsscope doctor\".");
	if (record->follows)
		return _("Something before it came out otherwise already, which may be why.");
	return _("This kernel differs here.");
}

char *call_difference(const struct call_record *record)
{
	const struct stage_answer *answer = &record->answer;
	const struct call *call = call_find(record->call->name);

	if (answer->refused)
		return xstrdup("");
	if (!answer->unmade && came_to_a_limit(record))
		return xstrdup(_("A limit is reached here, or there is not enough memory."));
	if (call->seconds && (answer->error == ETIMEDOUT || answer->error == EAGAIN))
		return xasprintf(_("It took longer than %u s."), call->seconds);
	if (call_runs_shell(record->call) && !answer->unmade && !answer->lost)
		return xstrdup(line_difference(answer));
	return xstrdup(of_call(record));
}
