/* Is each call of each lesson needed?  Played once for each way to spoil one (mutate.h): a check or
 * an expectation must fail.
 * tests/run.sh: 8 parts */
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"
#include "tests/kernel/mutate.h"
#include "tests/kernel/skip.h"

#include <string.h>
#include <sys/mman.h>

/* So many were noticed by a check, not by what a call answers.  Shared by the children. */
static size_t *noticed_by_check;

static size_t mutated_call, mutated_way;

/* Has the step that is shown a check that failed? */
static bool has_failed_check(const struct play *play)
{
	const struct block_view *views;
	size_t count = player_blocks(play->player, &views);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < views[i].block->check_count; j++)
			if (views[i].checks[j].outcome == OUTCOME_FAILED)
				return true;
	return false;
}

/* Plays up to the first failure.  Is there one? */
static bool is_noticed(const struct lesson *lesson, size_t step)
{
	struct play play;
	bool noticed = false;

	play_begin(&play, lesson);
	play.failures_told = SIZE_MAX; /* they are what is wanted */
	for (; step < lesson->step_count && !noticed; step++) {
		play_through(&play, step);
		noticed = player_failures(play.player) > 0 || play.player->state == PLAYER_FAILED;
	}
	if (noticed && has_failed_check(&play))
		__atomic_add_fetch(noticed_by_check, 1, __ATOMIC_RELAXED);
	play_end(&play);
	return noticed;
}

static void play_mutation(void)
{
	struct lesson *lesson = play_parse(each_source);
	size_t step = 0;
	int line = 0;

	CHECK(lesson_mutate(lesson, mutated_call, mutated_way, &step, &line) == MUTATED);
	if (!is_noticed(lesson, step)) {
		fprintf(stderr, "lessons/%s/%s.md:%d: way %zu of a mistake is not noticed\n",
		    each_source->language, each_source->name, line, mutated_way);
		_exit(1);
	}
	lesson_free(lesson);
}

/* How many mistakes were played, and not noticed. */
static size_t made, unnoticed;

/* Plays way @way of the call @mutated_call, where it can be made. */
static enum mutated play_way(size_t way)
{
	struct lesson *lesson = play_parse(each_source);
	size_t step;
	int line;
	enum mutated mutated = lesson_mutate(lesson, mutated_call, way, &step, &line);

	lesson_free(lesson);
	mutated_way = way;
	if (mutated == MUTATED) {
		made++;
		unnoticed += !actors_play(AS_ROOT, play_mutation);
	}
	return mutated;
}

/* Plays the call @mutated_call left out, and with one other argument (where it was left out, only if
 * all is tried); where neither can be made, with another expectation.  Returns whether there is such a call. */
static bool play_ways(void)
{
	enum mutated mutated = play_way(MUTATE_LEAVE_OUT);
	bool spoilt = mutated == MUTATED;

	if (mutated == NO_SUCH_CALL)
		return false;
	for (size_t way = MUTATE_ARGUMENT; mutated != NO_SUCH_WAY && (!spoilt || each_is_whole());
	     way++) {
		mutated = play_way(way);
		if (mutated != MUTATED)
			continue;
		spoilt = true;
		break;
	}
	if (!spoilt)
		spoilt = play_way(MUTATE_EXPECTATION) == MUTATED;
	if (!spoilt)
		fail_msg("%s: nobody would miss call %zu", each_source->name, mutated_call);
	return true;
}

static void every_mutation_is_noticed(void)
{
	each_need(AS_ROOT);
	made = unnoticed = *noticed_by_check = 0;
	for (mutated_call = 0; play_ways(); mutated_call++)
		;
	printf("# %zu mistakes, %zu of them noticed by a check\n", made, *noticed_by_check);
	assert_int_equal(unnoticed, 0);
	if (*noticed_by_check == 0)
		fail_msg("%s: no mistake makes a check fail", each_source->name);
}

int main(void)
{
	static const struct each_test tests[] = {
	    EACH_TEST(every_mutation_is_noticed, EACH_LESSON),
	};

	noticed_by_check = mmap(NULL, sizeof(*noticed_by_check), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (noticed_by_check == MAP_FAILED)
		return 1;
	return each_run(tests, array_len(tests));
}
