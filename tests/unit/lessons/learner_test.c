/* Who has done a task, and who comes nearest. */
#include "lessons/play/learner.h"
#include "model/base/util.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 10 is nsscope, 11 a helper of it, 12 its stage and 20 the actor A on it.  2 is the kernel's, 30 a
 * service that is in a room of its own already, 40 the learner's shell. */
#define PEOPLE                                                                                     \
	"1 init\n"                                                                                 \
	"2 kthread kernel\n"                                                                       \
	"10 nsscope parent=40\n"                                                                   \
	"12 stage parent=10\n"                                                                     \
	"20 actor parent=12 uts=210\n"                                                             \
	"30 logind uts=220\n"                                                                      \
	"40 sh\n"                                                                                  \
	"ns uts initial hostname=vm\n"                                                             \
	"ns uts 210 hostname=mine\n"                                                               \
	"ns uts 220 hostname=vm\n"
#define MINE "ns uts 300 hostname=mine\n"

#define ONE_ROOM "ns(you, uts) != ns(me, uts)\nhostname(you) == \"mine\"\n"
/* The second line is of both. */
#define VISIT "ns(you, uts) != ns(me, uts)\nns(you2, uts) == ns(you, uts)\npid(you2) == 51\n"

/* What the kernel would know of logins, by PID: 60 to 69 have a terminal, and odd ones were logged in by another. */
static bool logins_are_known;

static struct learner_login login_of(pid_t pid)
{
	return (struct learner_login){
	    .loginuid = logins_are_known ? (pid % 2 ? 1001 : 1000) : LOGINUID_UNSET,
	    .terminal = pid >= 60 && pid < 70,
	};
}

struct play {
	struct lesson *lesson;
	struct graph *start, *now;
	bool done;
	struct learner learners[CHECK_CONTEXT_YOU_MAX];
	struct check_record checks[8];
};

static const struct actor_state people[] = {{.name = "A", .id = {20, 100}}};

static struct lesson *parse(const char *lines)
{
	autofree char *text = xasprintf("# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
	                                "```turn\n%s```\n- a\n- b\n\n```solution\ntrue\n```\n",
	    lines);
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(text, strlen(text), "en", &lesson, &error) < 0)
		fail_msg("%s: %d:%d: %s", lines, error.line, error.column, error.message);
	return lesson;
}

static struct check_context check_context(const struct graph *graph)
{
	return (struct check_context){
	    .graph = graph, .actors = people, .actor_count = array_len(people)};
}

/* The task @lines, which began at @start, and @now. */
static struct play look(
    const char *lines, const char *start, const char *now, pid_t pupil, pid_t subshell)
{
	struct play play = {.lesson = parse(lines), .start = fixture_graph(NULL, start)};
	struct check_contexts contexts = {.me = 10}, before;

	play.now = fixture_graph(play.start, now);
	contexts.now = check_context(play.now);
	contexts.start = check_context(play.start);
	before = contexts;
	before.now = check_context(play.start);
	play.done = learner_find(
	    &(struct learner_search){
	        .block = &play.lesson->steps[1].blocks[0],
	        .now = &contexts,
	        .start = &before,
	        .pupil = pupil,
	        .subshell = subshell,
	        .login_of = login_of,
	    },
	    play.learners, play.checks);
	return play;
}

static void end(struct play *play)
{
	graph_unref(play->start);
	graph_unref(play->now);
	lesson_free(play->lesson);
}

/* Looks, and expects @you and @you2 to be found; 0: nobody. */
static void expect(
    const char *lines, const char *start, const char *now, bool done, pid_t you, pid_t you2)
{
	struct play play = look(lines, start, now, 0, 0);

	if (play.done != done || play.learners[0].id.pid != you || play.learners[1].id.pid != you2)
		fail_msg("%sin\n%sgave %d: %d and %d, not %d: %d and %d", lines, now, play.done,
		    play.learners[0].id.pid, play.learners[1].id.pid, done, you, you2);
	end(&play);
}

static void somebody_does_it(void **state)
{
	(void)state;
	expect(ONE_ROOM, PEOPLE, PEOPLE, false, 0, 0);
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 sh parent=40 start=200\n", false, 0, 0);
	expect(ONE_ROOM, PEOPLE,
	    PEOPLE "50 sh parent=40 start=200 uts=310\nns uts 310 hostname=vm\n", false, 50, 0);
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 sh parent=40 start=200 uts=300\n" MINE, true, 50, 0);
}

/* The same process, moved or renamed: it need not be a new one. */
static void a_process_that_was_there_does_it(void **state)
{
	(void)state;
	expect(ONE_ROOM, PEOPLE "50 sh parent=40\n", PEOPLE "50 sh parent=40 uts=300\n" MINE, true,
	    50, 0);
	expect(ONE_ROOM, PEOPLE "50 sh parent=40 uts=300\nns uts 300 hostname=vm unique=7\n",
	    PEOPLE "50 sh parent=40 uts=300\nns uts 300 hostname=mine unique=7\n", true, 50, 0);
}

static void what_was_so_does_not_count(void **state)
{
	(void)state;
	expect(ONE_ROOM, PEOPLE "50 sh uts=300\n" MINE, PEOPLE "50 sh uts=300\n" MINE, false, 0, 0);
	/* The number is another's now. */
	expect(ONE_ROOM, PEOPLE "50 sh uts=300\n" MINE, PEOPLE "50 sh start=200 uts=300\n" MINE,
	    true, 50, 0);
}

static void nsscope_is_no_learner(void **state)
{
	/* A helper in A's room. */
	const char *helper = PEOPLE "11 helper parent=10 start=200 uts=210\n"
	                            "21 grandchild parent=20 start=200 uts=210\n"
	                            "3 kworker kernel start=200 uts=210\n";
	struct play play;

	(void)state;
	expect(ONE_ROOM, PEOPLE, helper, false, 0, 0);
	play = look(ONE_ROOM, PEOPLE, helper, 11, 0);
	/* Only what descends from the solver, not that itself. */
	assert_false(play.done);
	end(&play);
	play = look(ONE_ROOM, PEOPLE,
	    PEOPLE "11 helper parent=10 start=200\n50 sh parent=11 start=200 uts=300\n" MINE, 11,
	    0);
	assert_true(play.done);
	assert_int_equal(play.learners[0].id.pid, 50);
	end(&play);
	/* Nobody else then. */
	play = look(ONE_ROOM, PEOPLE,
	    PEOPLE "11 helper parent=10 start=200\n50 sh parent=40 start=200 uts=300\n" MINE, 11,
	    0);
	assert_false(play.done);
	assert_int_equal(play.learners[0].id.pid, 0);
	end(&play);
}

/* A shell that nsscope opened for the person. */
static void what_a_guest_does_counts(void **state)
{
	static const char subshell[] =
	    PEOPLE "11 helper parent=10 start=200\n13 sh parent=11 start=200\n"
	           "50 sh parent=13 start=210 uts=300\n" MINE;
	static const char other[] =
	    PEOPLE "11 helper parent=10 start=200\n50 sh parent=40 start=210 uts=300\n" MINE;
	struct play play = look(ONE_ROOM, PEOPLE, subshell, 0, 0);

	(void)state;
	assert_false(play.done);
	end(&play);
	play = look(ONE_ROOM, PEOPLE, subshell, 0, 11);
	assert_true(play.done);
	assert_int_equal(play.learners[0].id.pid, 50);
	end(&play);
	/* And so does what others do meanwhile, but no other helper's doing. */
	play = look(ONE_ROOM, PEOPLE, other, 0, 11);
	assert_true(play.done);
	end(&play);
	play = look(ONE_ROOM, PEOPLE, subshell, 0, 12);
	assert_false(play.done);
	end(&play);
}

#define IN_ROOM " start=200 uts=300\n" MINE

/* Of another nsscope's processes only what a shell that it opened has started counts. */
static void another_nsscope_is_no_learner(void **state)
{
	(void)state;
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 nsscope-probe parent=40" IN_ROOM, false, 0, 0);
	expect(
	    ONE_ROOM, PEOPLE, PEOPLE "50 nsscope-stage\n51 actor-A parent=50" IN_ROOM, false, 0, 0);
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 actor-A\n51 sh parent=50" IN_ROOM, false, 0, 0);
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 nsscope parent=40" IN_ROOM, false, 0, 0);
	expect(ONE_ROOM, PEOPLE,
	    PEOPLE "50 nsscope parent=40\n51 nsscope-solver parent=50\n52 sh parent=51" IN_ROOM,
	    false, 0, 0);
	expect(
	    ONE_ROOM, PEOPLE, PEOPLE "50 nsscope\n51 nsscope-shell parent=50" IN_ROOM, false, 0, 0);
	expect(ONE_ROOM, PEOPLE,
	    PEOPLE "50 nsscope\n51 nsscope-shell parent=50\n52 sh parent=51" IN_ROOM, true, 52, 0);
}

/* Without a loginuid the user at the top counts: that of the terminal, or the first one who is not root. */
static void another_user_is_no_learner(void **state)
{
	static const char users[] =
	    "1 init\n40 sh uid=7\n41 sudo parent=40\n10 nsscope parent=41\n20 actor uts=210\n"
	    "42 sshd\n43 sshd parent=42 uid=8\n44 sudo parent=43\n45 sshd parent=42 uid=7\n"
	    "46 sudo parent=45\nns uts 210 hostname=mine\nns uts initial hostname=vm\n";
	static const char terminals[] =
	    "1 init\n38 sshd\n60 sh parent=38\n10 nsscope parent=60\n20 actor uts=210\n"
	    "62 login\n64 sh parent=62 uid=7\n66 sh parent=38\n68 su parent=66\n"
	    "69 sh parent=68 uid=7\nns uts 210 hostname=mine\nns uts initial hostname=vm\n";
	autofree char *text = NULL;

	(void)state;
#define EXPECT(people, parent, done)                                                               \
	do {                                                                                       \
		free(text);                                                                        \
		text = xasprintf("%s50 sh parent=%d" IN_ROOM, people, parent);                     \
		expect(ONE_ROOM, people, text, done, (done) ? 50 : 0, 0);                          \
	} while (0)
	EXPECT(users, 40, true);
	EXPECT(users, 46, true);
	EXPECT(users, 44, false);
	EXPECT(users, 42, false);
	/* Root's terminal, where root has become another user; another user's; none at all. */
	EXPECT(terminals, 69, true);
	EXPECT(terminals, 64, false);
	EXPECT(terminals, 38, false);
	logins_are_known = true;
	expect(ONE_ROOM, users, "1 init\n10 nsscope\n20 actor\n50 sh" IN_ROOM, true, 50, 0);
	expect(ONE_ROOM, users, "1 init\n10 nsscope\n20 actor\n51 sh" IN_ROOM, false, 0, 0);
	logins_are_known = false;
#undef EXPECT
}

/* Unshared, but the name was set in the old namespace. */
static void what_was_done_elsewhere_is_told(void **state)
{
	static const char now[] =
	    "1 init\n10 nsscope parent=40\n40 sh\n50 sh parent=40 start=200 uts=310\n"
	    "ns uts initial hostname=mine\nns uts 310 hostname=vm\n";
	struct play play = look(ONE_ROOM, PEOPLE, now, 0, 0);

	(void)state;
	assert_false(play.done);
	assert_int_equal(play.learners[0].id.pid, 50);
	assert_int_equal(play.checks[1].outcome, OUTCOME_FAILED);
	assert_true(play.checks[1].elsewhere);
	assert_false(play.checks[0].elsewhere);
	autofree char *why = check_why_not(&play.checks[1]);

	assert_non_null(strstr(why, "it is \"vm\" here; it was changed in the old namespace"));
	end(&play);
	/* Where the name was so from the beginning, nobody did anything. */
	play = look(ONE_ROOM, PEOPLE,
	    PEOPLE "50 sh parent=40 start=200 uts=310\nns uts 310 hostname=vm\n", 0, 0);
	assert_int_equal(play.checks[1].outcome, OUTCOME_FAILED);
	assert_false(play.checks[1].elsewhere);
	end(&play);
}

static void the_nearest_is_told(void **state)
{
	struct play play;

	(void)state;
	/* More lines, whoever is newer; of equals the newer. */
	play = look("ns(you, uts) != ns(me, uts)\nns(you, ipc) != ns(me, ipc)\n"
	            "hostname(you) == \"mine\"\n",
	    PEOPLE,
	    PEOPLE "50 sh parent=40 start=200 uts=310 ipc=311\n"
	           "51 sh parent=40 start=300 uts=310 ipc=312\n"
	           "52 sh parent=40 start=400 uts=310\n"
	           "ns uts 310 hostname=theirs\n",
	    0, 0);
	assert_false(play.done);
	assert_int_equal(play.learners[0].id.pid, 51);
	assert_string_equal(play.learners[0].comm, "sh");
	assert_int_equal(play.checks[0].outcome, OUTCOME_HELD);
	assert_string_equal(play.checks[0].left, "uts:310");
	assert_int_equal(play.checks[1].outcome, OUTCOME_HELD);
	assert_int_equal(play.checks[2].outcome, OUTCOME_FAILED);
	assert_string_equal(play.checks[2].left, "\"theirs\"");
	end(&play);
	play = look(ONE_ROOM, PEOPLE, PEOPLE, 0, 0);
	assert_int_equal(play.checks[0].outcome, OUTCOME_OPEN);
	assert_ptr_equal(play.checks[0].check, &play.lesson->steps[1].blocks[0].checks[0]);
	end(&play);
}

/* What holds for nsscope too is no sign of somebody at work. */
static void lines_that_tell_nothing_make_no_candidate(void **state)
{
	const char *lines = "ns(you, pid) == ns(me, pid)\nns(you, uts) != ns(me, uts)\n";

	(void)state;
	expect(lines, PEOPLE, PEOPLE "50 ls parent=40 start=200\n", false, 0, 0);
	expect(lines, PEOPLE, PEOPLE "50 sh parent=40 start=200 uts=310 pid=500 pids=50,1\n", false,
	    50, 0);
	expect(lines, PEOPLE, PEOPLE "50 sh parent=40 start=200 uts=310\n", true, 50, 0);
}

static void two_do_it(void **state)
{
	(void)state;
	expect(VISIT, PEOPLE, PEOPLE "50 sh parent=1 start=200 uts=310\n", false, 50, 0);
	/* A guest, but not the right one. */
	expect(VISIT, PEOPLE,
	    PEOPLE "50 sh parent=1 start=200 uts=310\n52 sh parent=50 start=300 uts=310\n", false,
	    52, 50);
	expect(VISIT, PEOPLE,
	    PEOPLE "50 sh parent=1 start=200 uts=310\n51 sh parent=40 start=200 uts=310\n", true,
	    50, 51);
	/* Nobody is both. */
	expect(VISIT, PEOPLE, PEOPLE "51 sh parent=40 start=200 uts=310\n", false, 51, 0);
}

static void lines_of_nobody_must_hold_too(void **state)
{
	const char *lines = "ns(you, uts) != ns(me, uts)\nhostname(A) == \"mine\"\n";
	const char *now = PEOPLE "50 sh parent=40 start=200 uts=310\n";

	(void)state;
	expect(lines, PEOPLE, now, true, 50, 0);
	expect(
	    "ns(you, uts) != ns(me, uts)\nhostname(A) == \"other\"\n", PEOPLE, now, false, 50, 0);
}

static void the_dead_and_the_unreadable(void **state)
{
	struct history *history = history_new(1000);
	struct check_contexts now = {.me = 10}, start;
	struct lesson *lesson = parse(ONE_ROOM);
	struct learner learners[CHECK_CONTEXT_YOU_MAX];
	struct check_record checks[2];

	(void)state;
	/* A host name that can't be read, of a room that can't be seen. */
	expect(ONE_ROOM, PEOPLE, PEOPLE "50 sh parent=40 start=200 uts=denied\n", false, 0, 0);
	now.start = check_context(graph_ref(fixture_push(history, 1, PEOPLE)));
	fixture_push(history, 2, PEOPLE "50 sh start=200 uts=300\n" MINE);
	now.now = check_context(fixture_push(history, 3, PEOPLE));
	start = now;
	start.now = now.start;
	assert_false(learner_find(
	    &(struct learner_search){
	        .block = &lesson->steps[1].blocks[0], .now = &now, .start = &start},
	    learners, checks));
	assert_int_equal(learners[0].id.pid, 0);
	graph_unref((struct graph *)now.start.graph);
	history_free(history);
	lesson_free(lesson);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(somebody_does_it),
	    cmocka_unit_test(a_process_that_was_there_does_it),
	    cmocka_unit_test(what_was_so_does_not_count),
	    cmocka_unit_test(nsscope_is_no_learner),
	    cmocka_unit_test(what_a_guest_does_counts),
	    cmocka_unit_test(another_nsscope_is_no_learner),
	    cmocka_unit_test(another_user_is_no_learner),
	    cmocka_unit_test(what_was_done_elsewhere_is_told),
	    cmocka_unit_test(the_nearest_is_told),
	    cmocka_unit_test(lines_that_tell_nothing_make_no_candidate),
	    cmocka_unit_test(two_do_it),
	    cmocka_unit_test(lines_of_nobody_must_hold_too),
	    cmocka_unit_test(the_dead_and_the_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
