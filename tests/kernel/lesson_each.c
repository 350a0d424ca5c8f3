#include "tests/kernel/lesson_each.h"

#include "lessons/script/lesson.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/userns.h"

#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>

enum { WORKERS_MAX = 4 };

const struct lesson_source *each_source;
size_t each_part = 0, each_parts = 1;
bool each_alone;

bool each_is_whole(void)
{
	const char *whole = getenv("LESSON_WHOLE");

	return whole && strcmp(whole, "1") == 0;
}

bool each_is_mine(void)
{
	size_t number = 0;

	if (strcmp(each_source->language, "en") != 0)
		return false;
	for (const struct lesson_source *source = lesson_sources; source < each_source; source++)
		number += strcmp(source->language, "en") == 0;
	return number % each_parts == each_part;
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

/* --- Several at a time ---------------------------------------------------------------------- */

static void await_one(struct each_worker_pool *worker_pool)
{
	int status = -1;

	assert_true(wait(&status) > 0);
	worker_pool->working--;
	worker_pool->failed += status != 0;
}

void each_let(struct each_worker_pool *worker_pool, int (*job)(const void *what), const void *what)
{
	size_t room = each_alone ? 1 : (size_t)get_nprocs();
	pid_t pid;

	if (room > WORKERS_MAX)
		room = WORKERS_MAX;
	if (worker_pool->working >= room)
		await_one(worker_pool);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(job(what));
	worker_pool->working++;
}

size_t each_join(struct each_worker_pool *worker_pool)
{
	while (worker_pool->working)
		await_one(worker_pool);
	return worker_pool->failed;
}

struct part {
	enum actors_role role;
	void (*child)(void);
};

static int play_part(const void *what)
{
	const struct part *part = what;

	if (actors_play(part->role, part->child))
		return 0;
	fprintf(stderr, "%s in %s\n", each_source->name, each_source->language);
	return 1;
}

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

/* Plays @child for the lessons of @names, NULL at the end; for all where that is NULL. */
static void play_parts(const char *const *names, const struct part *part)
{
	struct each_worker_pool worker_pool = {0};

	for (each_source = lesson_sources; each_source->name; each_source++)
		if (each_is_mine() && (!names || is_among(each_source->name, names)))
			each_let(&worker_pool, play_part, part);
	assert_int_equal(each_join(&worker_pool), 0);
}

void each_lesson_unasked(enum actors_role role, void (*child)(void))
{
	play_parts(NULL, &(struct part){role, child});
}

void each_sample(enum actors_role role, void (*child)(void))
{
	/* Flat and nested types, threads, actors that end; short ones. */
	static const char *const names[] = {"uts", "calls", "orphans", NULL};

	each_need(role);
	play_parts(names, &(struct part){role, child});
}

void each_lesson(enum actors_role role, void (*child)(void))
{
	each_need(role);
	each_lesson_unasked(role, child);
}

void each_translation(enum actors_role role, void (*child)(void))
{
	each_need(role);
	for (each_source = lesson_sources; each_source->name; each_source++)
		if (!actors_play(role, child))
			fail_msg("%s in %s", each_source->name, each_source->language);
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
