/* Whose processes count for a task, on the real kernel: never those of another user, of a helper of another
 * nsscope, or of another lesson's actor. */
#include "model/base/util.h"
#include "scanner/helper/helper.h"
#include "tests/kernel/play.h"
#include "tests/kernel/skip.h"
#include "tests/kernel/troupe.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define NAME "learnt"

static const char text[] =
    "# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
    "```turn\nns(you, uts) != ns(me, uts)\nhostname(you) == \"" NAME "\"\n```\n"
    "1. a\n2. b\n\n```solution\ntrue\n```\n";

enum { OTHER_USER = 4711 };

/* The player of a lesson with a task, in a process of its own, as it is in another terminal. */
struct watcher {
	pid_t pid;
	int look; /* a byte: to look once more; closed: to end */
	int seen; /* a byte for each: 'n' not done, 'y' done */
};

_Noreturn static void watch(int look, int seen)
{
	const struct lesson_source source = {"en", "t", text, text + strlen(text)};
	struct lesson *lesson = play_parse(&source);
	struct play play;
	char byte;

	play_begin(&play, lesson);
	/* At the task the player waits for the learner. */
	while (play.player->state != PLAYER_WATCHING) {
		play_settle(&play);
		if (play.player->state == PLAYER_READING)
			player_next(play.player);
	}
	CHECK(write(seen, "n", 1) == 1);
	while (read(look, &byte, 1) == 1) {
		play_look(&play);
		CHECK(write(seen, play.player->state == PLAYER_WATCHING ? "n" : "y", 1) == 1);
	}
	play_end(&play);
	lesson_free(lesson);
	_exit(0);
}

static char watcher_read(const struct watcher *watcher)
{
	char byte;

	CHECK(read(watcher->seen, &byte, 1) == 1);
	return byte;
}

static struct watcher watcher_begin(void)
{
	struct watcher watcher;
	int look[2], seen[2];

	CHECK(pipe2(look, O_CLOEXEC) == 0 && pipe2(seen, O_CLOEXEC) == 0);
	watcher.pid = fork();
	CHECK(watcher.pid >= 0);
	if (watcher.pid == 0) {
		close(look[1]);
		close(seen[0]);
		watch(look[0], seen[1]);
	}
	close(look[0]);
	close(seen[1]);
	watcher.look = look[1];
	watcher.seen = seen[0];
	CHECK(watcher_read(&watcher) == 'n');
	return watcher;
}

static bool watcher_sees(const struct watcher *watcher)
{
	CHECK(write(watcher->look, "l", 1) == 1);
	return watcher_read(watcher) == 'y';
}

static void watcher_end(struct watcher *watcher)
{
	int status;

	close(watcher->look);
	CHECK(waitpid(watcher->pid, &status, 0) == watcher->pid && status == 0);
	close(watcher->seen);
}

/* A process that does the task itself or has it done, and stays until it is ended. */
struct doer {
	pid_t pid;
	int hold;
};

static void do_task(void)
{
	CHECK(unshare(CLONE_NEWUTS) == 0);
	CHECK(sethostname(NAME, strlen(NAME)) == 0);
}

static struct doer doer_begin(void (*prepare)(int hold))
{
	int hold[2], ready[2];
	struct doer doer;
	char byte;

	CHECK(pipe2(hold, O_CLOEXEC) == 0 && pipe2(ready, O_CLOEXEC) == 0);
	doer.pid = fork();
	CHECK(doer.pid >= 0);
	if (doer.pid == 0) {
		close(hold[1]);
		prepare(hold[0]);
		CHECK(write(ready[1], "r", 1) == 1);
		CHECK(read(hold[0], &byte, 1) == 0);
		_exit(0);
	}
	close(hold[0]);
	close(ready[1]);
	CHECK(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	doer.hold = hold[1];
	return doer;
}

static void doer_end(const struct doer *doer)
{
	close(doer->hold);
	CHECK(waitpid(doer->pid, NULL, 0) == doer->pid);
}

static void by_hand(int hold)
{
	(void)hold;
	do_task();
}

/* What another user's sudo(8) has started: root's, below a process of that user. */
static void by_another_user(int hold)
{
	int ready[2];
	char byte;

	CHECK(pipe2(ready, O_CLOEXEC) == 0);
	if (fork() == 0) {
		do_task();
		close(ready[1]);
		CHECK(read(hold, &byte, 1) == 0);
		_exit(0);
	}
	close(ready[1]);
	CHECK(read(ready[0], &byte, 1) == 0);
	CHECK(setresuid(OTHER_USER, OTHER_USER, OTHER_USER) == 0);
}

static bool set_login(unsigned uid)
{
	autofree char *number = xasprintf("%u", uid);
	autoclose int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, number, strlen(number)) == (ssize_t)strlen(number);
}

static void by_another_login(int hold)
{
	(void)hold;
	CHECK(set_login(OTHER_USER));
	do_task();
}

/* A helper that reads host names is a member of each UTS namespace for a moment. */
static void by_a_helper(int hold)
{
	int ends[2];
	char byte;

	(void)hold;
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	if (fork() == 0) {
		helper_begin(ends[0], HELPER_PROBE);
		do_task();
		CHECK(write(STDIN_FILENO, "r", 1) == 1);
		CHECK(read(STDIN_FILENO, &byte, 1) == 0);
		_exit(0);
	}
	close(ends[0]);
	CHECK(read(ends[1], &byte, 1) == 1);
}

/* Of a stage that ends with its caller. */
static void by_an_actor(int hold)
{
	struct stage *stage = actors_stage("A");

	(void)hold;
	CHECK(actors_call(stage, "A: unshare(CLONE_NEWUTS)").error == 0);
	CHECK(actors_call(stage, "A: sethostname(\"" NAME "\")").error == 0);
	CHECK(actors_call(stage, "A: fork(B)").error == 0);
}

/* --- The tests -------------------------------------------------------------------------------- */

static void (*other)(int hold);

/* What @other does is not the learner's, what is done by hand is. */
static void look_at_both(void)
{
	struct watcher watcher = watcher_begin();
	struct doer doer = doer_begin(other);

	CHECK(!watcher_sees(&watcher));
	CHECK(!watcher_sees(&watcher));
	doer_end(&doer);
	doer = doer_begin(by_hand);
	CHECK(watcher_sees(&watcher));
	doer_end(&doer);
	watcher_end(&watcher);
	actors_reap();
}

static void another_user_does_not_count(void **state)
{
	(void)state;
	other = by_another_user;
	if (!actors_isolated())
		skip_because("only root becomes another user");
	assert_true(actors_play(AS_ROOT, look_at_both));
}

static void look_at_logins(void)
{
	CHECK(set_login(OTHER_USER + 1));
	look_at_both();
}

static void another_login_does_not_count(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	other = by_another_login;
	if (child == 0)
		_exit(set_login(OTHER_USER + 1) && set_login(OTHER_USER) ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		skip_because("the loginuid of a process can't be set here");
	assert_true(actors_play(AS_ROOT, look_at_logins));
}

static void a_helper_does_not_count(void **state)
{
	(void)state;
	other = by_a_helper;
	if (!actors_isolated())
		skip_because("only root makes a UTS namespace without a user namespace");
	assert_true(actors_play(AS_ROOT, look_at_both));
}

static void an_actor_does_not_count(void **state)
{
	(void)state;
	other = by_an_actor;
	if (!actors_isolated())
		skip_because("only root makes a UTS namespace without a user namespace");
	assert_true(actors_play(AS_ROOT, look_at_both));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_user_does_not_count),
	    cmocka_unit_test(another_login_does_not_count),
	    cmocka_unit_test(a_helper_does_not_count),
	    cmocka_unit_test(an_actor_does_not_count),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
