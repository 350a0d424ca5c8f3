/* Every lesson, in every language, on the real kernel: its own checks hold, as root and as nobody,
 * and its solutions solve its tasks. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"

#include <string.h>
#include <sys/utsname.h>

static size_t count_tasks(const struct lesson *lesson)
{
	size_t tasks = 0;

	for (size_t i = 0; i < lesson->step_count; i++)
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			tasks += lesson->steps[i].blocks[j].kind == BLOCK_TURN;
	return tasks;
}

/* Do its actors stand in a user namespace of the stage's? */
static bool should_be_in_userns(const struct lesson *lesson)
{
	if (lesson->stage.kind == STAGE_DEFAULT)
		return geteuid() != 0;
	return lesson->stage.kind == STAGE_USER;
}

static void play_whole(void)
{
	struct utsname before, after;
	struct play play;
	struct lesson *lesson = each_begin(&play);

	uname(&before);
	play.solves = true;
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	CHECK(play.solved == count_tasks(lesson));
	CHECK(play.player->state == PLAYER_ENDED);
	CHECK(stage_in_userns(play.player->stage) == should_be_in_userns(lesson));
	each_end(&play, lesson);
	uname(&after);
	CHECK(strcmp(before.nodename, after.nodename) == 0);
}

static void holds_as_root(void)
{
	each_play(AS_ROOT, play_whole);
}

static void holds_as_nobody(void)
{
	each_play(AS_NOBODY, play_whole);
}

int main(void)
{
	static const struct each_test tests[] = {
	    EACH_TEST(holds_as_root, EACH_TRANSLATION),
	    EACH_TEST(holds_as_nobody, EACH_TRANSLATION),
	};

	return each_run(tests, array_len(tests));
}
