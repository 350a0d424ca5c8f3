/* Every lesson, on the real kernel: going back and beginning again changes nothing of what comes out.
 * tests/run.sh: 4 parts */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"

static bool has_something_to_do(const struct lesson_step *step)
{
	for (size_t i = 0; i < step->block_count; i++)
		if (step->blocks[i].kind != BLOCK_PROSE && step->blocks[i].kind != BLOCK_SHELL &&
		    step->blocks[i].kind != BLOCK_NOTES)
			return true;
	return false;
}

static size_t stride; /* from each step that is gone back to, to the next */

static void play_back_everywhere(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);

	for (size_t step = stride / 2; step < lesson->step_count; step += stride) {
		play_through(&play, step);
		player_back(play.player);
		if (!has_something_to_do(&lesson->steps[step]) && step)
			each_check_beginning(&play, step - 1);
		else
			each_check_beginning(&play, step);
	}
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	/* Back from behind the end, and on the way back once more. */
	player_back(play.player);
	player_back(play.player);
	each_check_beginning(&play, lesson->step_count - 2);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	each_end(&play, lesson);
}

static void play_again(void)
{
	struct play play;
	struct lesson *lesson = each_begin(&play);

	play_all(&play);
	player_reset(play.player);
	each_check_beginning(&play, 0);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	each_end(&play, lesson);
}

static void back_at_every_step(void)
{
	stride = each_is_whole() ? 1 : 3;
	each_play(AS_ROOT, play_back_everywhere);
}

static void back_at_every_step_as_nobody(void)
{
	stride = each_is_whole() ? 1 : 6;
	each_play(AS_NOBODY, play_back_everywhere);
}

static void begins_again(void)
{
	each_play(AS_ROOT, play_again);
	if (each_is_whole())
		each_play(AS_NOBODY, play_again);
}

int main(void)
{
	static const struct each_test tests[] = {
	    EACH_TEST(back_at_every_step, EACH_LESSON),
	    EACH_TEST(back_at_every_step_as_nobody, EACH_LESSON),
	    EACH_TEST(begins_again, EACH_LESSON),
	};

	return each_run(tests, array_len(tests));
}
