/* Every lesson where the kernel tells no unique id of a namespace, as all before Linux 6.18: what only a
 * descriptor or a mount keeps is the same namespace before and after. */
#include "model/base/util.h"
#include "tests/kernel/filter.h"
#include "tests/kernel/lesson_each.h"

/* Otherwise nothing was tried. */
static void expect_no_ids(const struct graph *graph)
{
	for (size_t i = 0; i < graph->ns_count; i++)
		CHECK(!graph->namespaces[i]->id.unique);
}

static void play_whole(void)
{
	struct play play;
	struct lesson *lesson;

	filter_namespace_ids();
	lesson = each_begin(&play);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	CHECK(play.player->state == PLAYER_ENDED);
	expect_no_ids(play.graph);
	each_end(&play, lesson);
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
