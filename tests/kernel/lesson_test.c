/* Every lesson, on the real kernel: its own checks hold, as root and as nobody; going back and
 * beginning again changes nothing of that; a call less or another one is noticed; and whatever ends
 * the player, nothing of the lesson is left. */
#include "lessons/lesson_lines.h"
#include "model/util.h"
#include "tests/kernel/play.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/troupe.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>

static const struct lesson_source *source; /* that the test's child plays */

/* --- Roles ---------------------------------------------------------------------------------- */

static void try_userns(void)
{
	CHECK(unshare(CLONE_NEWUSER) == 0);
}

/* As root: only where the whole test stands in namespaces of its own. */
static void need(enum troupe_role role)
{
	if (role == AS_ROOT && !troupe_isolated())
		skip_because("root is needed to try the lessons as root");
	if (role == AS_NOBODY && !troupe_play(AS_NOBODY, try_userns))
		skip_because("user namespaces are forbidden to nobody");
}

/* All languages have the same calls and checks (lessons_test), so one will do for most tests. */
static bool is_english(void)
{
	return strcmp(source->language, "en") == 0;
}

/* Plays @child for every lesson. */
static void each_lesson(enum troupe_role role, void (*child)(void))
{
	need(role);
	for (source = lesson_sources; source->name; source++)
		if (is_english() && !troupe_play(role, child))
			fail_msg("%s", source->name);
}

/* Plays @child for every lesson in every language. */
static void each_translation(enum troupe_role role, void (*child)(void))
{
	need(role);
	for (source = lesson_sources; source->name; source++)
		if (!troupe_play(role, child))
			fail_msg("%s in %s", source->name, source->language);
}

/* What a process that became nobody has lost, so that its helpers may look at it. */
static struct lesson *begin(struct play *play)
{
	struct lesson *lesson = play_parse(source);

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	play_begin(play, lesson);
	return lesson;
}

static void end(struct play *play, struct lesson *lesson)
{
	play_end(play);
	lesson_free(lesson);
}

/* --- The lessons' own checks ---------------------------------------------------------------- */

static size_t count_tasks(const struct lesson *lesson)
{
	size_t tasks = 0;

	for (size_t i = 0; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			tasks += lesson->steps[i].blocks[j].kind == BLOCK_TURN;
	return tasks;
}

static void play_whole(void)
{
	struct utsname before, after;
	struct play play;
	struct lesson *lesson = begin(&play);

	uname(&before);
	play.solves = true;
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	CHECK(play.solved == count_tasks(lesson));
	CHECK(player_state(play.player) == PLAYER_ENDED);
	CHECK(player_in_userns(play.player) == (geteuid() != 0));
	end(&play, lesson);
	uname(&after);
	CHECK(strcmp(before.nodename, after.nodename) == 0);
}

static void holds_as_root(void **state)
{
	(void)state;
	each_translation(AS_ROOT, play_whole);
}

static void holds_as_nobody(void **state)
{
	(void)state;
	each_translation(AS_NOBODY, play_whole);
}

/* --- Back and again ------------------------------------------------------------------------- */

static bool has_something_to_do(const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++)
		if (step->blocks[i].kind != BLOCK_PROSE && step->blocks[i].kind != BLOCK_SHELL &&
		    step->blocks[i].kind != BLOCK_NOTES)
			return true;
	return false;
}

/* Nothing of the step @at is done, and what stood before it all came out well. */
static void check_at_beginning(struct play *play, size_t at)
{
	const struct block_view *views;
	size_t count;

	play_settle(play);
	CHECK(player_state(play->player) == PLAYER_READING ||
	      player_state(play->player) == PLAYER_ASKING ||
	      player_state(play->player) == PLAYER_WATCHING);
	CHECK(player_step(play->player) == at);
	CHECK(play_failures(play) == 0);
	count = player_blocks(play->player, &views);
	for (size_t i = 0; i < count; i++) {
		CHECK(views[i].chosen < 0);
		CHECK(views[i].turn->state == TURN_OPEN);
		CHECK(views[i].turn->hints == 0);
		for (size_t j = 0; j < views[i].block->call_count; j++)
			CHECK(views[i].calls[j].outcome == OUTCOME_OPEN);
		for (size_t j = 0; j < views[i].block->check_count; j++)
			CHECK(views[i].checks[j].outcome == OUTCOME_OPEN);
	}
}

static void play_back_everywhere(void)
{
	struct play play;
	struct lesson *lesson = begin(&play);

	for (size_t step = 0; step < lesson->step_count; step++) {
		play_through(&play, step);
		player_back(play.player);
		if (!has_something_to_do(&lesson->steps[step]) && step)
			check_at_beginning(&play, step - 1);
		else
			check_at_beginning(&play, step);
	}
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	/* Back from behind the end, and on the way back once more. */
	player_back(play.player);
	player_back(play.player);
	check_at_beginning(&play, lesson->step_count - 2);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	end(&play, lesson);
}

static void play_reset_everywhere(void)
{
	struct play play;
	struct lesson *lesson = begin(&play);

	for (size_t step = 0; step < lesson->step_count; step++) {
		play_through(&play, step);
		player_reset(play.player);
		check_at_beginning(&play, 0);
	}
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	end(&play, lesson);
}

/* Ahead and back, over steps that were played and such that were not. */
static void play_to_everywhere(void)
{
	struct play play;
	struct lesson *lesson = begin(&play);
	size_t last = lesson->step_count - 1;

	for (size_t step = 0; step <= last; step++) {
		player_step_to(play.player, last - step);
		check_at_beginning(&play, last - step);
		player_step_to(play.player, step);
		check_at_beginning(&play, step);
	}
	/* More than there are; and another one on the way. */
	player_step_to(play.player, 0);
	player_step_to(play.player, SIZE_MAX);
	check_at_beginning(&play, last);
	player_step_to(play.player, 1);
	player_next(play.player);
	player_step_to(play.player, last);
	player_step_to(play.player, last / 2);
	check_at_beginning(&play, last / 2);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	end(&play, lesson);
}

static void goes_to_every_step(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_to_everywhere);
}

/* A reader makes nothing, and comes to its end all the same. */
static void play_reading(void)
{
	struct lesson *lesson = play_parse(source);
	struct play play = {.player = player_new_reader(lesson)};
	const struct block_view *views;

	CHECK(player_reads(play.player));
	player_step_to(play.player, 2);
	CHECK(player_step(play.player) == 2);
	CHECK(player_blocks(play.player, &views) == lesson->steps[2].block_count);
	play_all(&play);
	CHECK(player_state(play.player) == PLAYER_ENDED);
	CHECK(player_failures(play.player) == 0);
	CHECK(troupe_alone());
	player_back(play.player);
	CHECK(player_step(play.player) == lesson->step_count - 1);
	player_free(play.player);
	lesson_free(lesson);
}

static void reading_makes_no_call(void **state)
{
	(void)state;
	each_lesson(AS_NOBODY, play_reading);
}

static void back_at_every_step(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_back_everywhere);
}

static void back_at_every_step_as_nobody(void **state)
{
	(void)state;
	each_lesson(AS_NOBODY, play_back_everywhere);
}

static void reset_at_every_step(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_reset_everywhere);
}

/* Pressed while a call is under way, or before a graph came. */
static void play_impatiently(void)
{
	struct play play;
	struct lesson *lesson = begin(&play);

	for (size_t step = 1; step < lesson->step_count; step++) {
		play_through(&play, step - 1);
		for (int presses = 0; presses < 3; presses++)
			player_next(play.player);
		player_back(play.player);
		player_next(play.player);
		if (step % 2)
			player_back(play.player);
		else
			player_reset(play.player);
	}
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	end(&play, lesson);
}

static void keys_at_any_time(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_impatiently);
}

/* --- Mutations ------------------------------------------------------------------------------ */

/* Which call of the lesson, counted through, and what becomes of it. */
static size_t mutated;
enum mutation { LEFT_OUT, OTHER_ARGUMENT, OTHER_EXPECTATION, MUTATION_COUNT };
static enum mutation mutation;

static void leave_out(struct lesson_block *block, size_t at)
{
	struct lesson_call gone = block->calls[at];

	memmove(
	    &block->calls[at], &block->calls[at + 1], (block->call_count - at - 1) * sizeof(gone));
	/* It stays in the array, behind the others, and is freed by nobody else. */
	block->calls[block->call_count - 1] = (struct lesson_call){0};
	block->call_count--;
	lesson_call_done(&gone);
}

/* Can't be noticed, and need not: it only looks, or is there to fail. */
static bool has_no_effect(const struct lesson_call *call)
{
	return strncmp(call->name, "get", 3) == 0 || (call->expected && call->expected[0] == 'E');
}

static void replace(char **word, const char *with)
{
	free(*word);
	*word = xstrdup(with);
}

/* Another string, another flag; the shorter string is one that the kernel takes. */
static bool change_argument(struct lesson_call *call)
{
	if (!call->argument_count)
		return false;
	if (call->arguments[0][0] == '"')
		replace(&call->arguments[0], "\"another\"");
	else if (!strcmp(call->arguments[0], "CLONE_NEWUTS"))
		replace(&call->arguments[0], "CLONE_NEWIPC");
	else
		return false;
	return true;
}

static bool change_expectation(struct lesson_call *call)
{
	if (!call->expected)
		return false;
	replace(&call->expected, call->expected[0] == 'E' ? "0" : "EPERM");
	return true;
}

/* Returns false where this mutation can't be made of the call. */
static bool mutate(struct lesson_block *block, size_t at)
{
	struct lesson_call *call = &block->calls[at];

	switch (mutation) {
	case LEFT_OUT:
		if (has_no_effect(call))
			return false;
		leave_out(block, at);
		return true;
	case OTHER_ARGUMENT:
		return change_argument(call);
	default:
		return change_expectation(call);
	}
}

enum { NOTICED = 0, NOT_NOTICED = 1, NOT_MADE = 2, NO_SUCH_CALL = 3 };

static int play_mutated(void)
{
	struct lesson *lesson = play_parse(source);
	struct play play;
	size_t call = 0;
	int result = NO_SUCH_CALL;

	for (size_t i = 0; i < lesson->step_count && result == NO_SUCH_CALL; i++) {
		for (size_t j = 0; j < lesson->steps[i].block_count; j++) {
			struct lesson_block *block = &lesson->steps[i].blocks[j];

			if (mutated >= call && mutated - call < block->call_count)
				result = mutate(block, mutated - call) ? NOT_NOTICED : NOT_MADE;
			call += block->call_count;
			if (result != NO_SUCH_CALL)
				break;
		}
	}
	if (result == NOT_NOTICED) {
		play_begin(&play, lesson);
		play_all(&play);
		if (player_failures(play.player) > 0)
			result = NOTICED;
		play_end(&play);
	}
	lesson_free(lesson);
	return result;
}

static void play_mutation(void)
{
	_exit(play_mutated());
}

static int mutation_result(void)
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(60);
		play_mutation();
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_mutation_is_noticed(void **state)
{
	size_t noticed = 0, calls = 0;

	(void)state;
	need(AS_ROOT);
	for (source = lesson_sources; source->name; source++) {
		int result = NOTICED;

		if (!is_english())
			continue;
		for (mutated = 0; result != NO_SUCH_CALL; mutated++) {
			size_t before = noticed;

			for (int i = 0; i < MUTATION_COUNT; i++) {
				mutation = (enum mutation)i;
				result = mutation_result();
				if (result < 0 || result == NOT_NOTICED)
					fail_msg("%s: call %zu, mutation %d: %d", source->name,
					    mutated, i, result);
				noticed += result == NOTICED;
			}
			calls += result != NO_SUCH_CALL;
			if (result != NO_SUCH_CALL && noticed == before)
				fail_msg("%s: call %zu has no mutation", source->name, mutated);
		}
	}
	assert_true(calls > 0);
	assert_true(noticed > calls);
}

/* --- Nothing is left ------------------------------------------------------------------------ */

enum { IDS_MAX = 256 };

struct trace {
	size_t id_count;
	struct ns_id ids[IDS_MAX]; /* of namespaces that the actors were in, and nobody else */
};

/* The namespaces of @play's cast in which neither this process nor its parent is. */
static void trace_namespaces(const struct play *play, struct trace *trace)
{
	const struct process *me = graph_process_by_pid(play->graph, getpid());
	size_t count;
	const struct cast_member *cast = player_cast(play->player, &count);

	CHECK(me);
	for (size_t i = 0; i < count; i++) {
		const struct process *actor = graph_process_by_pid(play->graph, cast[i].pid);

		CHECK(actor);
		for (size_t type = 0; type < NS_TYPE_COUNT; type++) {
			const struct ns *ns = actor->ns[type];

			if (!ns || !ns->id.unique || ns == me->ns[type] ||
			    trace->id_count == IDS_MAX)
				continue;
			trace->ids[trace->id_count++] = ns->id;
		}
	}
}

/* Plays up to the end of the step @step, tells what it made, and waits to be killed. */
_Noreturn static void play_and_wait(enum troupe_role role, size_t step, int out)
{
	struct trace trace = {0};
	struct play play;

	troupe_take_role(role);
	begin(&play);
	play_through(&play, step);
	CHECK(player_failures(play.player) == 0);
	if (play.graph)
		trace_namespaces(&play, &trace);
	CHECK(write(out, &trace, sizeof(trace)) == (ssize_t)sizeof(trace));
	for (;;)
		pause();
}

static void check_gone(const struct trace *trace)
{
	struct scan *scan;
	struct graph *graph;

	CHECK(scan_new(&(struct scan_options){0}, &scan) == 0);
	CHECK(scan_once(scan, &graph) == 0);
	for (size_t i = 0; i < trace->id_count; i++)
		CHECK(!graph_ns(graph, &trace->ids[i]));
	graph_unref(graph);
	scan_free(scan);
}

/* Kills a player at the end of the step @step.  Returns the number of namespaces that it had. */
static size_t kill_at(enum troupe_role role, size_t step)
{
	struct trace trace;
	int ends[2];
	pid_t player;

	CHECK(pipe(ends) == 0);
	player = fork();
	if (player == 0) {
		close(ends[0]);
		play_and_wait(role, step, ends[1]);
	}
	close(ends[1]);
	CHECK(read(ends[0], &trace, sizeof(trace)) == (ssize_t)sizeof(trace));
	close(ends[0]);
	CHECK(kill(player, SIGKILL) == 0);
	/* All that it leaves comes to this subreaper, and must end by itself. */
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	CHECK(errno == ECHILD);
	check_gone(&trace);
	return trace.id_count;
}

static void kill_everywhere(enum troupe_role role)
{
	struct lesson *lesson = play_parse(source);
	struct utsname before, after;
	size_t namespaces = 0;

	uname(&before);
	for (size_t step = 0; step < lesson->step_count; step++)
		namespaces += kill_at(role, step);
	uname(&after);
	CHECK(strcmp(before.nodename, after.nodename) == 0);
	/* Where the kernel has no ids for them, that no process is left must do. */
	if (!namespaces)
		fprintf(stderr, "%s: no namespace was told apart\n", source->name);
	lesson_free(lesson);
}

static void play_killed_as_root(void)
{
	kill_everywhere(AS_ROOT);
}

/* The killer stays root: only the player becomes nobody. */
static void play_killed_as_nobody(void)
{
	kill_everywhere(AS_NOBODY);
}

static void nothing_is_left_by_sigkill(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_killed_as_root);
}

static void nothing_is_left_by_sigkill_as_nobody(void **state)
{
	(void)state;
	need(AS_NOBODY);
	for (source = lesson_sources; source->name; source++)
		if (is_english() && !troupe_play(AS_ROOT, play_killed_as_nobody))
			fail_msg("%s", source->name);
}

/* An actor that somebody else kills ends no lesson; the end of all of them does. */
static void play_with_murders(void)
{
	struct play play;
	struct lesson *lesson = begin(&play);
	const struct cast_member *cast;
	size_t count;

	play_through(&play, 1);
	cast = player_cast(play.player, &count);
	CHECK(count > 0);
	for (size_t i = 0; i < count; i++)
		CHECK(kill(cast[i].pid, SIGKILL) == 0);
	play_all(&play);
	CHECK(player_state(play.player) == PLAYER_FAILED || player_failures(play.player) > 0);
	if (player_state(play.player) == PLAYER_FAILED)
		CHECK(player_problem(play.player)[0]);
	player_reset(play.player);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	end(&play, lesson);
}

static void actors_killed_by_others(void **state)
{
	(void)state;
	each_lesson(AS_ROOT, play_with_murders);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_as_root),
	    cmocka_unit_test(holds_as_nobody),
	    cmocka_unit_test(back_at_every_step),
	    cmocka_unit_test(back_at_every_step_as_nobody),
	    cmocka_unit_test(goes_to_every_step),
	    cmocka_unit_test(reading_makes_no_call),
	    cmocka_unit_test(reset_at_every_step),
	    cmocka_unit_test(keys_at_any_time),
	    cmocka_unit_test(every_mutation_is_noticed),
	    cmocka_unit_test(nothing_is_left_by_sigkill),
	    cmocka_unit_test(nothing_is_left_by_sigkill_as_nobody),
	    cmocka_unit_test(actors_killed_by_others),
	};

	troupe_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
