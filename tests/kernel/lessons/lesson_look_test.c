/* What could not be told at once is looked for again before it counts as failed. */
#include "tests/kernel/play.h"
#include "tests/kernel/roles.h"

#include "model/base/util.h"

#include <poll.h>
#include <string.h>
#include <sys/prctl.h>

static const char TEXT[] = "# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
                           "```do\nA: unshare(CLONE_NEWUTS) = 0\n```\n\n"
                           "```check\nhostname(A) == hostname(me)\n```\n";

/* Looks once; without host names where @names is not set. */
static void look(struct player *player, bool names)
{
	const struct scan_options options = {.hostnames = names};
	struct scan *scan;
	struct graph *graph;
	int r;

	CHECK(scan_new(&options, &scan) == 0);
	r = scan_begin(scan, NULL);
	while (r == 0)
		r = scan_step(scan, 1000 * 1000);
	CHECK(r > 0);
	graph = graph_freeze(scan_take(scan));
	player_see(player, graph);
	graph_unref(graph);
	scan_free(scan);
}

/* The check of the step that is shown. */
static const struct check_record *check_of(struct player *player)
{
	const struct block_view *views;

	CHECK(player_blocks(player, &views) == 2);
	return &views[1].checks[0];
}

static void wait_until_it_looks(struct player *player)
{
	while (player->state == PLAYER_ACTING) {
		struct pollfd fds[8];
		size_t count = player_poll(player, fds, array_len(fds));

		CHECK(poll(fds, count, -1) > 0);
		player_io(player);
	}
	CHECK(player_wants_graph(player));
}

/* Plays up to where the check stands next. */
static struct player *begin(struct lesson **ret_lesson)
{
	const struct lesson_source source = {"en", "t", TEXT, TEXT + strlen(TEXT)};
	struct player *player;

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	*ret_lesson = play_parse(&source);
	player = player_new(*ret_lesson);
	player_next(player); /* to the step */
	player_next(player); /* to its calls: the beginning is looked at */
	look(player, true);
	wait_until_it_looks(player);
	return player;
}

static void play_a_name_comes_later(void)
{
	struct lesson *lesson;
	struct player *player = begin(&lesson);

	for (int i = 0; i < 3; i++) {
		look(player, false);
		CHECK(player_wants_graph(player));
		CHECK(player_failures(player) == 0);
	}
	look(player, true);
	CHECK(!player_wants_graph(player));
	CHECK(check_of(player)->outcome == OUTCOME_HELD);
	player_free(player);
	lesson_free(lesson);
}

/* Not for ever. */
static void play_a_name_never_comes(void)
{
	struct lesson *lesson;
	struct player *player = begin(&lesson);
	int looks = 0;

	for (; player_wants_graph(player); looks++)
		look(player, false);
	CHECK(looks > 3 && looks < 100);
	CHECK(check_of(player)->outcome == OUTCOME_FAILED);
	CHECK(player_failures(player) == 1);
	player_free(player);
	lesson_free(lesson);
}

BOTH_ROLES(a_name_comes_later)
BOTH_ROLES(a_name_never_comes)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(a_name_comes_later),
	    TEST_ROLES(a_name_never_comes),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
