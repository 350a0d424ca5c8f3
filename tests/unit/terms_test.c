/* Each term of a check, on a graph. */
#include "lessons/lesson_lines.h"
#include "lessons/player_check.h"
#include "lessons/terms.h"
#include "model/util.h"
#include "tests/unit/fixture.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 10 is nsscope.  A 20 has left alone; B 21 is two PID namespaces down, in a user namespace of its
 * own, and its thread 25 has a UTS namespace; Z 22 is a zombie, L 23 the dead leader of a living
 * thread; D 24 is somebody else's. */
#define NOW                                                                                        \
	"1 init\n"                                                                                 \
	"10 nsscope\n"                                                                             \
	"20 a parent=10 uts=210 uid=1000 pid_for_children=empty\n"                                 \
	"21 b parent=20 uid=65534 user=410 pid=320 uts=220 pids=21,7,1 threads=2\n"                \
	"22 z parent=21 state=Z all=zombie\n"                                                      \
	"23 l parent=20 state=Z threads=2 all=zombie\n"                                            \
	"24 d all=denied\n"                                                                        \
	"26 y parent=10 state=S start=500 uts=210\n"                                               \
	"27 y parent=10 start=501\n"                                                               \
	"ns pid initial unique=11\n"                                                               \
	"ns user initial unique=12\n"                                                              \
	"ns uts initial hostname=vm unique=13\n"                                                   \
	"ns uts 210 unique=77\n"                                                                   \
	"ns uts 220 owner=410 hostname=ns2 unique=78\n"                                            \
	"ns uts 230 unique=79\n"                                                                   \
	"ns uts 240 owner=denied unique=80\n"                                                      \
	"ns pid 310 parent=initial owner=410 unique=81\n"                                          \
	"ns pid 320 parent=310 owner=410 unique=82\n"                                              \
	"ns user 410 parent=initial owner=initial owner_uid=1000 unique=83\n"                      \
	"thread 21 25 worker uts=230\n"                                                            \
	"thread 23 28 left uts=240\n"                                                              \
	"fd 20 3 uts 230\n"                                                                        \
	"fd 20 4 uts 230\n"

static const struct person people[] = {
    {.name = "A", .id = {20, 100}}, {.name = "B", .id = {21, 100}}, {.name = "Z", .id = {22, 100}},
    {.name = "L", .id = {23, 100}}, {.name = "D", .id = {24, 100}},
    {.name = "Gone",
        .id = {99, 100},
        .last = {[NS_UTS] = {NS_UTS, 0, FIXTURE_DEV, 220, 78}},
        .known = {[NS_UTS] = true}},
    {.name = "Reused", .id = {20, 99}}, /* the pid is A's now */
};

static struct lesson_names names = {.names = {"A", "B", "Z", "L", "D", "Gone", "Reused"},
    .count = 7,
    .started = 7,
    .you = SIGHT_YOU_MAX};
static struct variables variables;
static struct graph *graph;

static int setup(void **state)
{
	(void)state;
	graph = fixture_graph(NULL, NOW);
	variables_set(&variables, "A", "fd", 3, NULL);
	variables_set(&variables, "A", "huge", LONG_MAX, NULL);
	variables_set(&variables, "A", "name", 0, "ns1");
	variables_copy(&names.variables, &variables);
	variables_set(&names.variables, "A", "late", 0, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	graph_unref(graph);
	variables_done(&variables);
	variables_done(&names.variables);
	return 0;
}

static struct check_record evaluate(const char *text, const struct sights *sights)
{
	const struct lesson_line line = {text, strlen(text), 1};
	struct lesson_check check = {0};
	struct lesson_error error = {0};
	struct check_record record = {0};

	if (lesson_line_check(&line, &names, &check, &error) < 0)
		fail_msg("%s: %d: %s", text, error.column, error.message);
	check_evaluate(&check, sights, &record);
	record.check = NULL;
	lesson_check_done(&check);
	return record;
}

static struct sights sights_of(const struct graph *now)
{
	const struct sight sight = {now, people, array_len(people), &variables};

	return (struct sights){
	    .now = sight,
	    .before = sight,
	    .start = sight,
	    .me = 10,
	    .you = {{26, 500}, {27, 999}},
	};
}

/* What a term is worth is read from the left side of a check that tells something of its kind. */
static void values(void **state)
{
	static const struct {
		const char *check, *left;
	} terms_of[] = {
	    {"ns(A, uts) == ns(me, uts)", "uts:210"},
	    {"ns(Z, uts) == ns(me, uts)", NULL},
	    {"thread(B, uts) == ns(B, uts)", "uts:230"},
	    {"thread(L, uts) == ns(B, uts)", "uts:240"},
	    {"thread(A, uts) == ns(B, uts)", "all threads of A are where A is"},
	    {"thread(B, net) == ns(B, net)", "all threads of B are where B is"},
	    {"last(A, uts) == ns(me, uts)", "uts:210"},
	    {"last(Gone, uts) == ns(me, uts)", "uts:220"},
	    {"last(Gone, net) == thread(B, net)", "it could never be read"},
	    {"last(me, uts) == ns(A, uts)", NULL},
	    {"last(you, uts) == ns(me, uts)", "uts:210"},
	    {"last(you2, uts) == ns(me, uts)", "it could never be read"},
	    {"exists(last(Gone, uts)) == 0", "1"},
	    {"members(last(Gone, uts)) == 0", "1"},
	    {"parent(ns(B, pid)) == ns(B, pid)", "pid:310"},
	    {"parent(ns(B, user)) == ns(B, user)", NULL},
	    {"parent(ns(me, pid)) == ns(B, pid)", "it has no parent"},
	    {"owner(ns(B, uts)) == ns(me, user)", "user:410"},
	    {"owner(ns(B, user)) == ns(B, user)", NULL},
	    {"owner(ns(me, user)) == ns(B, user)", "it has no owner"},
	    {"owner(thread(L, uts)) == ns(B, user)", NULL},
	    {"hostname(B) == \"\"", "\"ns2\""},
	    {"hostname(A) == \"\"", "its host name could not be read"},
	    {"pid(B) == 1", "21"},
	    {"pid(Reused) == 1", "Reused is not there"},
	    {"ppid(B) == 1", "20"},
	    {"ppid(Z) == 1", "21"},
	    {"inner(A) == 1", "20"},
	    {"inner(B) == 7", "1"},
	    {"levels(A) == 2", "1"},
	    {"levels(B) == 1", "3"},
	    {"state(A) == \"Z\"", "\"S\""},
	    {"state(Z) == \"S\"", "\"Z\""},
	    {"uid(A) == 0", "1000"},
	    {"uid(B) == 0", "65534"},
	    {"alive(A) == 0", "1"},
	    {"alive(Z) == 1", "0"},
	    {"alive(L) == 0", "1"},
	    {"alive(Gone) == 1", "0"},
	    {"alive(Reused) == 1", "0"},
	    {"unread(A, uts) == \"ENOENT\"", "\"none\""},
	    {"unread(A, pid_for_children) == \"none\"", "\"ENOENT\""},
	    {"unread(Z, uts) == \"none\"", "\"zombie\""},
	    {"unread(D, uts) == \"none\"", "\"EACCES\""},
	    {"unread(Gone, uts) == \"none\"", "Gone is not there"},
	    {"members(ns(A, uts)) == 0", "2"},
	    {"members(thread(B, uts)) == 3", "0"},
	    {"exists(before(ns(A, uts))) == 0", "1"},
	    {"kept(ns(A, uts)) == 3", "0"},
	    {"kept(thread(B, uts)) == 0", "3"},
	    {"kept(parent(ns(B, pid))) == 0", "1"},
	    {"kept_by(ns(A, uts)) == \"fd\"", "\"none\""},
	    {"kept_by(thread(B, uts)) == \"fd\"", "\"thread\""},
	    {"kept_by(parent(ns(B, pid))) == \"fd\"", "\"child\""},
	    {"kept_by(ns(B, user)) == \"fd\"", "\"owned\""},
	    {"owner_uid(ns(B, user)) == 0", "1000"},
	    {"owner_uid(owner(ns(B, uts))) == 0", "1000"},
	    {"level(ns(me, pid)) == 1", "0"},
	    {"level(ns(B, pid)) == 0", "2"},
	    {"level(ns(B, user)) == 0", "1"},
	    {"A.fd == 4", "3"},
	    {"A.name == \"\"", "\"ns1\""},
	    {"A.late == 4", "A.late was not set"},
	    {"ns(you, uts) == ns(me, uts)", "uts:210"},
	    {"pid(you) == 1", "26"},
	    {"pid(you2) == 1", "you2 is not there"},
	};
	struct sights sights = sights_of(graph);

	(void)state;
	for (size_t i = 0; i < array_len(terms_of); i++) {
		struct check_record record = evaluate(terms_of[i].check, &sights);

		assert_int_equal(record.outcome, OUTCOME_FAILED);
		if (terms_of[i].left && strcmp(record.left, terms_of[i].left) != 0)
			fail_msg(
			    "%s: %s, not %s", terms_of[i].check, record.left, terms_of[i].left);
	}
}

static void relations_and_sums(void **state)
{
	static const struct {
		const char *check;
		bool holds;
		const char *left;
	} checks[] = {
	    {"pid(A) == 20", true, "20"},
	    {"pid(A) == 21", false, "20"},
	    {"pid(A) != 21", true, "20"},
	    {"pid(A) != 20", false, "20"},
	    {"pid(A) < 21", true, "20"},
	    {"pid(A) < 20", false, "20"},
	    {"pid(A) <= 20", true, "20"},
	    {"pid(A) <= 19", false, "20"},
	    {"pid(A) > 19", true, "20"},
	    {"pid(A) > 20", false, "20"},
	    {"pid(A) >= 20", true, "20"},
	    {"pid(A) >= 21", false, "20"},
	    {"pid(A) - 1 == ppid(A) + 9", true, "19"},
	    {"pid(A) - -1 + A.fd == pid(B) + 3", true, "24"},
	    {"levels(B) == levels(me) + 2", true, "3"},
	    {"A.huge + 1 > 0", false, "too large a number"},
	    {"0 - A.huge - 2 < 0", false, "too large a number"},
	    {"A.huge - 1 > 0", true, NULL},
	    {"1 + pid(Gone) > pid(A)", false, "Gone is not there"},
	    {"pid(A) + pid(Gone) != 5 + A.fd", false, "Gone is not there"},
	};
	struct sights sights = sights_of(graph);

	(void)state;
	for (size_t i = 0; i < array_len(checks); i++) {
		struct check_record record = evaluate(checks[i].check, &sights);

		if ((record.outcome == OUTCOME_HELD) != checks[i].holds ||
		    (checks[i].left && strcmp(record.left, checks[i].left) != 0))
			fail_msg("%s: %s, %s", checks[i].check, record.left, record.right);
	}
}

/* What is gone can be counted, and asked whether it is there; all else of it is not known. */
static void of_what_is_gone(void **state)
{
	static const struct {
		const char *check;
		bool holds;
		const char *left;
	} checks[] = {
	    {"exists(before(ns(B, uts))) == 0", true, "0"},
	    {"exists(before(ns(me, uts))) == 1", true, "1"},
	    {"members(before(ns(B, uts))) == 0", true, "0"},
	    {"kept(before(ns(B, uts))) == 0", true, "0"},
	    {"kept_by(before(ns(B, user))) == \"none\"", true, "\"none\""},
	    {"owner(before(ns(B, uts))) == ns(me, user)", false, "the namespace is gone"},
	    {"level(before(ns(B, pid))) == 2", false, "the namespace is gone"},
	    {"before(level(ns(B, pid))) == 2", true, "2"},
	    {"before(owner(ns(B, uts))) != ns(me, user)", true, "user:410"},
	    {"alive(B) == 0", true, "0"},
	    {"before(alive(B)) == 1", true, "1"},
	    {"before(inner(B)) == 1", true, "1"},
	    {"inner(B) == 1", false, "B is not there"},
	    {"exists(before(ns(Gone, uts))) == 0", false, "Gone is not there"},
	};
	struct graph *now = fixture_graph(graph, "1 init\n10 nsscope\n"
	                                         "ns uts initial hostname=vm unique=13\n");
	struct sights sights = sights_of(graph);

	(void)state;
	sights.now.graph = now;
	for (size_t i = 0; i < array_len(checks); i++) {
		struct check_record record = evaluate(checks[i].check, &sights);

		if ((record.outcome == OUTCOME_HELD) != checks[i].holds ||
		    strcmp(record.left, checks[i].left) != 0)
			fail_msg("%s: %s, %s", checks[i].check, record.left, record.right);
	}
	graph_unref(now);
}

/* The dead stay in a graph for a while (history.h), but they are not there. */
static void the_lingering_are_gone(void **state)
{
	struct history *history = history_new(1000);
	struct sights sights;

	(void)state;
	fixture_push(history, 1, NOW);
	fixture_push(history, 2, "1 init\n10 nsscope\n");
	sights = sights_of(history_now(history));
	sights.before.graph = graph;
	assert_string_equal(evaluate("alive(A) == 0", &sights).left, "0");
	assert_string_equal(evaluate("exists(before(ns(B, uts))) == 0", &sights).left, "0");
	assert_string_equal(evaluate("kept(before(thread(B, uts))) == 0", &sights).left, "0");
	history_free(history);
}

static void without_a_picture_nothing_is_known(void **state)
{
	struct sights sights = sights_of(graph);

	(void)state;
	sights.before = (struct sight){0};
	assert_string_equal(
	    evaluate("before(alive(A)) == 0", &sights).left, "there was no such moment");
	assert_string_equal(evaluate("before(A.fd) == 0", &sights).left, "A.fd was not set");
	assert_string_equal(
	    evaluate("members(before(ns(A, uts))) == 0", &sights).left, "there was no such moment");
}

/* The table itself: what is said of each term is enough to read, evaluate and explain it. */
static void the_table_is_whole(void **state)
{
	(void)state;
	for (const struct term *term = terms; term->name; term++) {
		size_t len = strlen(term->name);

		assert_int_equal(strncmp(term->form, term->name, len), 0);
		assert_int_equal(term->form[len], '(');
		assert_non_null(strstr(term->form, term->takes == TAKES_WHO        ? "(WHO)"
		                                   : term->takes == TAKES_WHO_LINK ? "(WHO, LINK)"
		                                   : term->takes == TAKES_NS       ? "(NS)"
		                                                                   : "(TERM)"));
		assert_true(term->doc[0] && term->doc[strlen(term->doc) - 1] != '.');
		assert_int_equal(!term->evaluate, term->takes == TAKES_TERM);
		assert_int_equal(term->moment != MOMENT_SAME, term->takes == TAKES_TERM);
		assert_true(term->least <= term->most);
		assert_int_equal(term->gives == GIVES_NUMBER, term->most > 0);
		for (const struct term *other = terms; other < term; other++)
			assert_string_not_equal(term->name, other->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(relations_and_sums),
	    cmocka_unit_test(of_what_is_gone),
	    cmocka_unit_test(the_lingering_are_gone),
	    cmocka_unit_test(without_a_picture_nothing_is_known),
	    cmocka_unit_test(the_table_is_whole),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
