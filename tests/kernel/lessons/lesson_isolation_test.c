/* Nothing of a lesson can be seen outside of it: the machine's picture is the same before and after,
 * when it was played whole, left half way, and killed.  As on a machine with systemd, "/" is shared.
 *   LESSON_ROUNDS=n   so many rounds (make soak-lessons), from a fixed seed */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "tests/kernel/lesson_each.h"
#include "tests/kernel/machine.h"
#include "tests/kernel/room.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/tool.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum fate { WHOLE, LEFT, KILLED, FATE_COUNT };
enum { ROUNDS = 16, SEED = 20260731 };

static const char *const fates[FATE_COUNT] = {"played whole", "left", "killed"};

struct draw {
	enum fate fate;
	enum actors_role role;
	size_t step;
};

/* xorshift32: the same rounds each time. */
static uint32_t random_state = SEED;

static size_t pick(size_t count)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % count;
}

static void pick_lesson(size_t round)
{
	size_t count = 0;

	while (lesson_sources[count].name)
		count++;
	/* Each once in a row, from another language in the next. */
	each_source = &lesson_sources[(round * 2 + round * 2 / count) % count];
}

/* Plays up to the end of @draw's step, tells so, and goes on. */
_Noreturn static void play(const struct draw *draw, int told)
{
	struct play play;
	struct lesson *lesson;

	actors_take_role(draw->role);
	lesson = each_begin(&play);
	play.solves = draw->fate == WHOLE;
	if (draw->fate != WHOLE)
		play_through(&play, draw->step);
	CHECK(write(told, "", 1) == 1);
	if (draw->fate != LEFT)
		play_all(&play);
	CHECK(play_failures(&play) == 0);
	/* As somebody who kills must come in time. */
	if (draw->fate == KILLED)
		pause();
	each_end(&play, lesson);
	_exit(0);
}

/* Plays the lesson as @draw says; all that comes of it has ended then.  Returns whether it went well. */
static bool play_round(const struct draw *draw)
{
	int ends[2], status = -1;
	pid_t player;
	char byte;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	player = fork();
	assert_true(player >= 0);
	if (player == 0)
		play(draw, ends[1]);
	close(ends[1]);
	if (draw->fate == KILLED && read(ends[0], &byte, 1) == 1)
		kill(player, SIGKILL);
	close(ends[0]);
	assert_int_equal(waitpid(player, &status, 0), player);
	/* This is the reaper of all that it left. */
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	assert_int_equal(errno, ECHILD);
	return draw->fate == KILLED ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
	                            : status == 0;
}

static void nothing_can_be_seen_outside(void **state)
{
	const char *wanted = getenv("LESSON_ROUNDS");
	size_t rounds = wanted ? strtoul(wanted, NULL, 10) : ROUNDS;

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("root is needed to play the lessons as root and as nobody");
	assert_int_equal(mount("none", "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (size_t round = 0; round < rounds; round++) {
		struct draw draw = {
		    (enum fate)(round % FATE_COUNT), (enum actors_role)(round / FATE_COUNT % 2), 0};
		autofree char *before = machine_picture(), *after = NULL;
		struct lesson *lesson;
		bool well;

		pick_lesson(round);
		lesson = play_parse(each_source);
		draw.step = pick(lesson->step_count);
		lesson_free(lesson);
		well = play_round(&draw);
		after = machine_picture();
		machine_print_difference(before, after);
		if (!well || strcmp(before, after) != 0)
			fail_msg("round %zu: %s, %s at step %zu as %s: %s", round,
			    each_source->name, fates[draw.fate], draw.step,
			    draw.role == AS_ROOT ? "root" : "nobody",
			    well ? "the machine is another one" : "it did not go well");
	}
	printf("# %zu rounds\n", rounds);
}

/* --- The picture itself --------------------------------------------------------------------- */

/* What a lesson must not do, and how it is undone. */
static const struct leak {
	const char *done, *undone;
} leaks[] = {
    {"hostname leaked", "hostname \"$KEPT\""},
    {"mount -t tmpfs none /tmp", "umount /tmp"},
    {"mount --make-private /", "mount --make-shared /"},
    {"ip link set lo up", "ip link set lo down"},
    {"ip link add leak type veth peer name left", "ip link delete leak"},
    {"ipcmk --shmem 64 --mode 600", "ipcrm --all=shm"},
    {"ipcmk --queue", "ipcrm --all=msg"},
    {"sysctl --write kernel.msgmni=17", "sysctl --write kernel.msgmni=32000"},
};

static void run_line(const char *line)
{
	char shell[] = "sh", option[] = "-c";
	autofree char *copy = xstrdup(line);
	struct output output = tool_run((char *[]){shell, option, copy, NULL}, false);

	if (output.status != 0)
		fail_msg("%s: status %d", line, output.status);
	output_done(&output);
}

static void picture_shows_what_leaks(void **state)
{
	char host[HOST_NAME_MAX + 1] = "";

	(void)state;
	need_test_machine();
	if (!room_has_users())
		skip_because("root is needed to do what a lesson must not do");
	assert_int_equal(mount("none", "/", NULL, MS_REC | MS_SHARED, NULL), 0);
	assert_int_equal(gethostname(host, sizeof(host)), 0);
	assert_int_equal(setenv("KEPT", host, 1), 0);
	for (size_t i = 0; i < array_len(leaks); i++) {
		autofree char *before = machine_picture(), *during = NULL;

		run_line(leaks[i].done);
		during = machine_picture();
		run_line(leaks[i].undone);
		if (strcmp(before, during) == 0)
			fail_msg("nobody sees: %s", leaks[i].done);
	}
}

/* A process that is left is seen, and its namespaces are. */
static void picture_shows_who_is_left(void **state)
{
	autofree char *before = NULL, *during = NULL, *after = NULL;
	struct member member;

	(void)state;
	need_test_machine();
	before = machine_picture();
	member = member_start(CLONE_NEWUTS, NULL, NULL);
	during = machine_picture();
	member_end(&member);
	after = machine_picture();
	assert_string_not_equal(before, during);
	assert_string_equal(before, after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_can_be_seen_outside),
	    cmocka_unit_test(picture_shows_what_leaks),
	    cmocka_unit_test(picture_shows_who_is_left),
	};

	stage_resume(program_invocation_name);
	test_machine_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
