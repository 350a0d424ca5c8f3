/* Every lesson where the kernel tells no unique id of a namespace, as all before Linux 6.18: what only a
 * descriptor or a mount keeps is the same namespace before and after. */
#include "tests/kernel/filter.h"
#include "tests/kernel/lesson_each.h"
#include "tests/kernel/skip.h"

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
	CHECK(player_state(play.player) == PLAYER_ENDED);
	expect_no_ids(play.graph);
	each_end(&play, lesson);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holds_as_root),
	    cmocka_unit_test(holds_as_nobody),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
