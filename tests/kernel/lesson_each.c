#include "tests/kernel/lesson_each.h"

#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/userns.h"

#include <sched.h>
#include <string.h>
#include <sys/prctl.h>

const struct lesson_source *each_source;

bool each_is_whole(void)
{
	const char *whole = getenv("LESSON_WHOLE");

	return whole && strcmp(whole, "1") == 0;
}

static void try_userns(void)
{
	CHECK(unshare(CLONE_NEWUSER) == 0);
}

void each_need(enum actors_role role)
{
	need_userns();
	if (role == AS_ROOT && !actors_isolated())
		skip_because("root is needed to try the lessons as root");
	if (role == AS_NOBODY && !actors_play(AS_NOBODY, try_userns))
		skip_because("user namespaces are forbidden to nobody");
}

void each_play(enum actors_role role, void (*child)(void))
{
	each_need(role);
	assert_true(actors_play(role, child));
}

/* --- A test for each ------------------------------------------------------------------------ */

struct lesson_test {
	const struct each_test *test;
	const struct lesson_source *source;
};

static void run_one(void **state)
{
	const struct lesson_test *test = *state;

	each_source = test->source;
	test->test->run();
}

static bool is_of(enum each_of of, const struct lesson_source *source)
{
	/* Flat and nested types, threads, actors that end; short ones. */
	static const char *const samples[] = {"uts", "calls", "orphans"};

	if (of == EACH_TRANSLATION)
		return true;
	if (strcmp(source->language, "en") != 0)
		return false;
	for (size_t i = 0; i < array_len(samples); i++)
		if (strcmp(source->name, samples[i]) == 0)
			return true;
	return of == EACH_LESSON;
}

static char *name_of(const struct each_test *test, const struct lesson_source *source)
{
	if (test->of == EACH_TRANSLATION)
		return xasprintf("%s(%s, %s)", test->name, source->name, source->language);
	return xasprintf("%s(%s)", test->name, source->name);
}

int each_run(const struct each_test *tests, size_t count)
{
	size_t lessons = 0, total = 0;
	struct lesson_test *states;
	struct CMUnitTest *units;
	int failed;

	while (lesson_sources[lessons].name)
		lessons++;
	states = xcalloc(count * lessons, sizeof(*states));
	units = xcalloc(count * lessons, sizeof(*units));
	for (const struct each_test *test = tests; test < tests + count; test++) {
		for (size_t i = 0; i < lessons; i++) {
			const struct lesson_source *source = &lesson_sources[i];

			if (!is_of(test->of, source))
				continue;
			states[total] = (struct lesson_test){test, source};
			units[total] = (struct CMUnitTest){.name = name_of(test, source),
			    .test_func = run_one,
			    .initial_state = &states[total]};
			total++;
		}
	}
	actors_isolate();
	failed = _cmocka_run_group_tests("lessons", units, total, NULL, NULL);
	while (total)
		free((char *)units[--total].name);
	free(units);
	free(states);
	return failed;
}

/* --- One of them ---------------------------------------------------------------------------- */

struct lesson *each_begin(struct play *play)
{
	struct lesson *lesson = play_parse(each_source);

	/* What a process that became nobody has lost, so that its helpers may look at it. */
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	play_begin(play, lesson);
	return lesson;
}

void each_end(struct play *play, struct lesson *lesson)
{
	play_end(play);
	lesson_free(lesson);
}

void each_check_beginning(struct play *play, size_t at)
{
	const struct block_view *views;
	size_t count;

	play_settle(play);
	CHECK(play->player->state == PLAYER_READING || play->player->state == PLAYER_ASKING ||
	      play->player->state == PLAYER_WATCHING);
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
