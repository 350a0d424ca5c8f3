/* The terms of checks on the real kernel, and sums of them: little lessons whose checks all hold. */
#include "model/base/util.h"
#include "tests/kernel/play.h"
#include "tests/kernel/roles.h"

#include <string.h>
#include <sys/prctl.h>

#define LESSON(text) "# T\n\n```lesson\nname: t\nstage: user\nactors: A\n```\n\n## S\n\n" text

static void play_text(const char *text)
{
	const struct lesson_source source = {"en", "t", text, text + strlen(text)};
	struct lesson *lesson = play_parse(&source);
	struct play play;

	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	play_begin(&play, lesson);
	play_all(&play);
	CHECK(play_failures(&play) == 0);
	CHECK(play.player->state == PLAYER_ENDED);
	play_end(&play);
	lesson_free(lesson);
}

static void play_owners_and_levels(void)
{
	play_text(LESSON("```do\n"
	                 "A: fork(B)\n"
	                 "B: unshare(CLONE_NEWUTS|CLONE_NEWUSER|CLONE_NEWPID)\n"
	                 "```\n"
	                 "```check\n"
	                 "ppid(B) == pid(A)\n"
	                 "parent(ns(B, user)) == ns(A, user)\n"
	                 "owner(ns(B, user)) == ns(A, user)\n"
	                 "owner(ns(B, uts)) == ns(B, user)\n"
	                 "owner(ns(A, uts)) != ns(A, user)\n"
	                 "level(ns(B, user)) == level(ns(me, user)) + 2\n"
	                 "owner_uid(ns(A, user)) == uid(A)\n"
	                 "uid(B) == uid(A)\n"
	                 "kept_by(ns(A, user)) == \"child\"\n"
	                 "kept(ns(B, uts)) == 0\n"
	                 "kept_by(ns(B, uts)) == \"none\"\n"
	                 "unread(B, pid) == \"none\"\n"
	                 "unread(B, pid_for_children) == \"ENOENT\"\n"
	                 "state(A) != \"Z\"\n"
	                 "```\n"));
}

static void play_numbers_and_ends(void)
{
	play_text(LESSON("```do\n"
	                 "A: unshare(CLONE_NEWPID)\n"
	                 "A: fork(B)\n"
	                 "B: fork(C)\n"
	                 "B: unshare(CLONE_NEWPID|CLONE_NEWUTS)\n"
	                 "B: fork(D)\n"
	                 "C: getpid() -> own\n"
	                 "```\n"
	                 "```check\n"
	                 "pid(A) == before(pid(A))\n"
	                 "inner(B) == 1\n"
	                 "inner(C) == 2\n"
	                 "C.own == inner(C)\n"
	                 "levels(C) == levels(me) + 1\n"
	                 "levels(D) == levels(B) + 1\n"
	                 "inner(D) == 1\n"
	                 "ppid(D) == pid(B)\n"
	                 "parent(ns(D, pid)) == ns(B, pid)\n"
	                 "parent(parent(ns(D, pid))) == ns(me, pid)\n"
	                 "level(ns(D, pid)) - level(ns(me, pid)) == 2\n"
	                 "ns(B, pid_for_children) == ns(D, pid)\n"
	                 "kept_by(ns(D, pid)) == \"for_children\"\n"
	                 "members(ns(B, pid)) + members(ns(D, pid)) > 2\n"
	                 "alive(B) + alive(C) + alive(D) >= 3\n"
	                 "```\n"
	                 "```do\n"
	                 "B: exit(3)\n"
	                 "```\n"
	                 "```check\n"
	                 "alive(A) == 1\n"
	                 "alive(B) + alive(C) + alive(D) <= 0\n"
	                 "before(alive(D)) == 1\n"
	                 "exists(before(ns(B, uts))) == 0\n"
	                 "exists(before(ns(D, pid))) == 0\n"
	                 "exists(before(ns(B, pid))) == 1\n"
	                 "members(before(ns(B, pid))) == 0\n"
	                 "kept(before(ns(B, pid))) == 1\n"
	                 "kept_by(before(ns(B, pid))) == \"for_children\"\n"
	                 "before(C.own) == 2\n"
	                 "C.own > 1\n"
	                 "```\n"));
}

/* What opens a namespace keeps it, and that is to be seen at once. */
static void play_kept(void)
{
	play_text(LESSON("```do\n"
	                 "A: fork(B)\n"
	                 "B: unshare(CLONE_NEWUTS)\n"
	                 "A: open(\"/proc/{B}/ns/uts\", O_RDONLY) -> fd\n"
	                 "```\n"
	                 "```check\n"
	                 "kept(ns(B, uts)) == 1\n"
	                 "kept_by(ns(B, uts)) == \"fd\"\n"
	                 "```\n"
	                 "```do\n"
	                 "B: exit(0)\n"
	                 "```\n"
	                 "```check\n"
	                 "alive(B) == 0\n"
	                 "exists(before(ns(B, uts))) == 1\n"
	                 "members(before(ns(B, uts))) == 0\n"
	                 "owner(before(ns(B, uts))) == ns(A, user)\n"
	                 "kept(before(ns(B, uts))) == 1\n"
	                 "```\n"
	                 "## T\n\n"
	                 "```do\n"
	                 "A: close(fd)\n"
	                 "```\n"
	                 "```check\n"
	                 "exists(last(B, uts)) == 0\n"
	                 "exists(last(B, user)) == 1\n"
	                 "```\n"));
}

static void play_threads(void)
{
	play_text(LESSON("```do\n"
	                 "A: thread_unshare(CLONE_NEWUTS) -> tid\n"
	                 "```\n"
	                 "```check\n"
	                 "thread(A, uts) != ns(A, uts)\n"
	                 "owner(thread(A, uts)) == ns(A, user)\n"
	                 "members(thread(A, uts)) == 0\n"
	                 "kept_by(thread(A, uts)) == \"thread\"\n"
	                 "A.tid != pid(A)\n"
	                 "```\n"
	                 "```do\n"
	                 "A: thread_end()\n"
	                 "```\n"
	                 "```check\n"
	                 "exists(before(thread(A, uts))) == 0\n"
	                 "```\n"));
}

static void play_zombies(void)
{
	play_text(LESSON("```do\n"
	                 "A: signal(SIGCHLD, SIG_DFL)\n"
	                 "A: fork(B)\n"
	                 "B: unshare(CLONE_NEWUTS)\n"
	                 "```\n"
	                 "```check\n"
	                 "state(B) != \"Z\"\n"
	                 "```\n"
	                 "```do\n"
	                 "B: exit(3)\n"
	                 "```\n"
	                 "```check\n"
	                 "state(B) == \"Z\"\n"
	                 "alive(B) == 0\n"
	                 "pid(B) == before(pid(B))\n"
	                 "ppid(B) == pid(A)\n"
	                 "unread(B, uts) == \"zombie\"\n"
	                 "unread(B, pid) == \"none\"\n"
	                 "exists(last(B, uts)) == 0\n"
	                 "```\n"
	                 "```do\n"
	                 "A: waitpid(B) = \"exited 3\"\n"
	                 "```\n"
	                 "```check\n"
	                 "alive(B) == 0\n"
	                 "before(state(B)) == \"Z\"\n"
	                 "```\n"));
}

/* An orphan of the inner namespace goes to its init; with a subreaper between, to that one. */
static void play_orphans(void)
{
	play_text(LESSON("```do\n"
	                 "A: clone(B, CLONE_NEWPID)\n"
	                 "B: fork(C)\n"
	                 "C: fork(D)\n"
	                 "D: fork(E)\n"
	                 "```\n"
	                 "```check\n"
	                 "ppid(E) == pid(D)\n"
	                 "inner(E) == inner(B) + 3\n"
	                 "```\n"
	                 "```do\n"
	                 "D: exit(0)\n"
	                 "```\n"
	                 "```check\n"
	                 "ppid(E) == pid(B)\n"
	                 "before(ppid(E)) != ppid(E)\n"
	                 "```\n"));
}

BOTH_ROLES(owners_and_levels)
BOTH_ROLES(threads)
BOTH_ROLES(zombies)
BOTH_ROLES(orphans)
BOTH_ROLES(kept)
BOTH_ROLES(numbers_and_ends)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST_ROLES(owners_and_levels),
	    TEST_ROLES(threads),
	    TEST_ROLES(zombies),
	    TEST_ROLES(orphans),
	    TEST_ROLES(kept),
	    TEST_ROLES(numbers_and_ends),
	};

	actors_isolate();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
