/* Some lessons, on the real kernel: going to and fro, keys at any time, actors that somebody ends. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static void play_reset_everywhere(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);

	for (size_t step = 0; step < lesson->step_count; step++) {
		play_through(&play, step);
		player_reset(play.player);
		each_check_beginning(&play, 0);
	}
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	each_end(&play, lesson);
}

/* Ahead and back, over steps that were played and such that were not. */
static void play_to_everywhere(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);
	size_t last = lesson->step_count - 1;

	for (size_t step = 0; step <= last; step++) {
		player_step_to(play.player, last - step);
		each_check_beginning(&play, last - step);
		player_step_to(play.player, step);
		each_check_beginning(&play, step);
	}
	/* More than there are; and another one on the way. */
	player_step_to(play.player, 0);
	player_step_to(play.player, SIZE_MAX);
	each_check_beginning(&play, last);
	player_step_to(play.player, 1);
	player_next(play.player);
	player_step_to(play.player, last);
	player_step_to(play.player, last / 2);
	each_check_beginning(&play, last / 2);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	each_end(&play, lesson);
}

static void goes_to_every_step(void)
{
	each_play(AS_ROOT, play_to_everywhere);
}

/* What a reader sees of @step at first: all, or up to its prediction. */
static size_t up_to_question(const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++)
		if (step->blocks[i].kind == BLOCK_PREDICT)
			return i + 1;
	return step->block_count;
}

/* A reader makes nothing, and comes to its end all the same. */
static void play_reading(void)
{
	struct lesson *lesson = play_parse(each_source);
	struct play play = {.player = player_new_reader(lesson)};
	const struct block_view *views;

	CHECK(play.player->reads);
	player_step_to(play.player, 2);
	CHECK(player_step(play.player) == 2);
	CHECK(player_blocks(play.player, &views) == up_to_question(&lesson->steps[2]));
	play_all(&play);
	CHECK(play.player->state == PLAYER_ENDED);
	CHECK(player_failures(play.player) == 0);
	CHECK(actors_alone());
	player_back(play.player);
	CHECK(player_step(play.player) == lesson->step_count - 1);
	player_free(play.player);
	lesson_free(lesson);
}

static void reading_makes_no_call(void)
{
	each_play(AS_NOBODY, play_reading);
}

static void reset_at_every_step(void)
{
	each_play(AS_ROOT, play_reset_everywhere);
}

/* Pressed while a call is under way, or before a graph came. */
static void play_impatiently(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);

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
	each_end(&play, lesson);
}

static void keys_at_any_time(void)
{
	each_play(AS_ROOT, play_impatiently);
}

/* An actor that somebody else kills ends no lesson; the end of all of them does. */
static void play_with_murders(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);
	const struct actor_ref *cast;
	size_t count;

	play_through(&play, 1);
	cast = player_actors(play.player, &count);
	CHECK(count > 0);
	/* The first is there; who had it for an init, or for a parent, may have gone with it. */
	CHECK(kill(cast[0].pid, SIGKILL) == 0);
	for (size_t i = 1; i < count; i++)
		CHECK(kill(cast[i].pid, SIGKILL) == 0 || errno == ESRCH);
	play_all(&play);
	CHECK(play.player->state == PLAYER_FAILED || player_failures(play.player) > 0);
	if (play.player->state == PLAYER_FAILED)
		CHECK(play.player->problem[0]);
	player_reset(play.player);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	each_end(&play, lesson);
}

static void actors_killed_by_others(void)
{
	each_play(AS_ROOT, play_with_murders);
}

int main(void)
{
	static const struct each_test tests[] = {
	    EACH_TEST(goes_to_every_step, EACH_SAMPLE),
	    EACH_TEST(reading_makes_no_call, EACH_LESSON),
	    EACH_TEST(reset_at_every_step, EACH_SAMPLE),
	    EACH_TEST(keys_at_any_time, EACH_SAMPLE),
	    EACH_TEST(actors_killed_by_others, EACH_SAMPLE),
	};

	return each_run(tests, array_len(tests));
}
