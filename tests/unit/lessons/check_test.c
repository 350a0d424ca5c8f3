/* What the terms of a check are worth on a graph, and when it holds. */
#include "lessons/script/check.h"
#include "model/base/util.h"
#include "tests/unit/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 10 is nsscope itself; A 20 and P 21 are in a namespace that is called ns1, B 22 in another. */
#define PEOPLE                                                                                     \
	"1 init\n"                                                                                 \
	"10 nsscope\n"                                                                             \
	"20 a uts=210\n"                                                                           \
	"21 p parent=20 uts=210\n"                                                                 \
	"22 b parent=20 uts=220 ipc=denied\n"                                                      \
	"ns uts initial hostname=vm unique=1\n"                                                    \
	"ns uts 210 hostname=ns1 unique=77\n"
#define NOW PEOPLE "ns uts 220 unique=78\n"

static const struct actor_state people[] = {{.name = "A", .id = {20, 100}},
    {.name = "P", .id = {21, 100}}, {.name = "B", .id = {22, 0}},
    {.name = "Gone", .id = {99, 100}}};

static struct lesson *parse(const char *check)
{
	autofree char *text =
	    xasprintf("# T\n\n```lesson\nname: t\nactors: A, P, B, Gone\n```\n\n## S\n\n"
	              "```check\n%s\n```\n",
	        check);
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(text, strlen(text), "en", &lesson, &error) < 0)
		fail_msg("%s: %d: %s", check, error.column, error.message);
	return lesson;
}

static struct check_record evaluate(const char *check, const struct check_contexts *contexts)
{
	struct lesson *lesson = parse(check);
	struct check_record record = {0};

	check_evaluate(&lesson->steps[1].blocks[0].checks[0], contexts, &record);
	lesson_free(lesson);
	return record;
}

static struct check_context check_context(const struct graph *graph)
{
	return (struct check_context){graph, people, array_len(people), NULL};
}

static void values_now(void **state)
{
	static const struct {
		const char *check;
		bool holds;
		const char *left, *right;
	} checks[] = {
	    {"ns(A, uts) == ns(P, uts)", true, "uts:210", "uts:210"},
	    {"ns(A, uts) != ns(P, uts)", false, "uts:210", "uts:210"},
	    {"ns(A, uts) == ns(B, uts)", false, "uts:210", "uts:220"},
	    {"ns(A, uts) != ns(me, uts)", true, "uts:210", NULL},
	    {"ns(A, pid) == ns(me, pid)", true, NULL, NULL},
	    {"ns(A, pid) == ns(A, pid_for_children)", true, NULL, NULL},
	    {"hostname(A) == \"ns1\"", true, "\"ns1\"", "\"ns1\""},
	    {"hostname(A) == \"ns\"", false, "\"ns1\"", "\"ns\""},
	    {"hostname(A) == \"ns1x\"", false, "\"ns1\"", "\"ns1x\""},
	    {"hostname(A) == \"n\\x73\\61\"", true, "\"ns1\"", "\"ns1\""},
	    {"hostname(A) == \"ns1\\0\"", false, NULL, NULL},
	    {"hostname(A) != hostname(me)", true, "\"ns1\"", "\"vm\""},
	    {"\"vm\" == hostname(me)", true, "\"vm\"", "\"vm\""},
	    {"pid(A) == 20", true, "20", "20"},
	    {"pid(me) == 10", true, "10", "10"},
	    {"pid(A) != pid(P)", true, "20", "21"},
	    {"members(ns(A, uts)) == 2", true, "2", "2"},
	    {"members(ns(B, uts)) != 1", false, "1", "1"},
	};
	struct graph *graph = fixture_graph(NULL, NOW);
	const struct check_contexts contexts = {.now = check_context(graph), .me = 10};

	(void)state;
	for (size_t i = 0; i < array_len(checks); i++) {
		struct check_record record = evaluate(checks[i].check, &contexts);

		if ((record.outcome == OUTCOME_HELD) != checks[i].holds ||
		    (record.outcome != OUTCOME_HELD && record.outcome != OUTCOME_FAILED))
			fail_msg("%s: %s, %s", checks[i].check, record.left, record.right);
		if (checks[i].left)
			assert_string_equal(record.left, checks[i].left);
		if (checks[i].right)
			assert_string_equal(record.right, checks[i].right);
	}
	graph_unref(graph);
}

/* Neither == nor != holds of what nobody could read, and the reason is told. */
static void unknown_never_holds(void **state)
{
	static const struct {
		const char *left, *right, *why;
	} sides[] = {
	    {"hostname(B)", "\"ns2\"", "its host name could not be read"},
	    {"ns(B, ipc)", "ns(A, ipc)", NULL},
	    {"pid(Gone)", "99", "Gone is not there"},
	    {"ns(Gone, pid)", "ns(Gone, pid_for_children)", "Gone is not there"},
	    {"members(ns(Gone, uts))", "0", "Gone is not there"},
	    {"start(hostname(A))", "\"ns1\"", "there is no such snapshot"},
	    {"before(pid(me))", "10", "there is no such snapshot"},
	};
	struct graph *graph = fixture_graph(NULL, NOW);
	const struct check_contexts contexts = {.now = check_context(graph), .me = 10};

	(void)state;
	for (size_t i = 0; i < array_len(sides); i++) {
		autofree char *same = xasprintf("%s == %s", sides[i].left, sides[i].right);
		autofree char *other = xasprintf("%s != %s", sides[i].left, sides[i].right);
		struct check_record record = evaluate(same, &contexts);

		assert_int_equal(record.outcome, OUTCOME_FAILED);
		if (sides[i].why)
			assert_string_equal(record.left, sides[i].why);
		else
			assert_string_equal(record.left, read_status_text(READ_DENIED));
		assert_int_equal(evaluate(other, &contexts).outcome, OUTCOME_FAILED);
	}
	graph_unref(graph);
}

static void start_and_before(void **state)
{
	struct graph *start = fixture_graph(NULL, "1 init\n10 nsscope\n20 a\n"
	                                          "ns uts initial hostname=vm unique=1\n");
	struct graph *before = fixture_graph(start, NOW);
	struct graph *now = fixture_graph(before, "1 init\n10 nsscope\n20 a uts=230\n"
	                                          "ns uts initial hostname=other unique=1\n"
	                                          "ns uts 230 hostname=ns3 unique=79\n");
	const struct check_contexts contexts = {.now = check_context(now),
	    .start = check_context(start),
	    .before = check_context(before),
	    .me = 10};

	(void)state;
	assert_int_equal(
	    evaluate("hostname(me) == start(hostname(me))", &contexts).outcome, OUTCOME_FAILED);
	assert_int_equal(
	    evaluate("start(hostname(me)) == \"vm\"", &contexts).outcome, OUTCOME_HELD);
	assert_int_equal(
	    evaluate("start(ns(A, uts)) == ns(me, uts)", &contexts).outcome, OUTCOME_HELD);
	assert_int_equal(
	    evaluate("before(ns(A, uts)) == before(ns(P, uts))", &contexts).outcome, OUTCOME_HELD);
	assert_int_equal(
	    evaluate("before(ns(A, uts)) != ns(A, uts)", &contexts).outcome, OUTCOME_HELD);
	assert_int_equal(
	    evaluate("before(hostname(A)) == \"ns1\"", &contexts).outcome, OUTCOME_HELD);
	/* The namespace that was, counted then and now. */
	assert_int_equal(
	    evaluate("before(members(ns(A, uts))) == 2", &contexts).outcome, OUTCOME_HELD);
	assert_int_equal(
	    evaluate("members(before(ns(A, uts))) == 0", &contexts).outcome, OUTCOME_HELD);
	graph_unref(start);
	graph_unref(before);
	graph_unref(now);
}

/* The inode came back: another namespace, though the number is the same. */
static void a_recycled_inode_is_another_namespace(void **state)
{
	struct graph *before =
	    fixture_graph(NULL, "1 init\n20 a uts=210\nns uts 210 hostname=x unique=5\n");
	struct graph *now =
	    fixture_graph(before, "1 init\n20 a uts=210\nns uts 210 hostname=x unique=6\n");
	const struct check_contexts contexts = {
	    .now = check_context(now), .before = check_context(before), .me = 1};

	(void)state;
	assert_int_equal(
	    evaluate("before(ns(A, uts)) == ns(A, uts)", &contexts).outcome, OUTCOME_FAILED);
	assert_int_equal(
	    evaluate("members(before(ns(A, uts))) == 0", &contexts).outcome, OUTCOME_HELD);
	graph_unref(before);
	graph_unref(now);
}

static void the_dead_are_not_there(void **state)
{
	struct history *history = history_new(1000);
	const struct check_contexts *contexts;
	struct check_contexts now = {.me = 1};

	(void)state;
	fixture_push(history, 1, "1 init\n20 a uts=210\nns uts 210 hostname=x unique=5\n");
	now.before = check_context(graph_ref(history_now(history)));
	fixture_push(history, 2, "1 init\n");
	now.now = check_context(history_now(history));
	contexts = &now;
	assert_string_equal(evaluate("pid(A) == 20", contexts).left, "A is not there");
	assert_int_equal(
	    evaluate("members(before(ns(A, uts))) == 0", contexts).outcome, OUTCOME_HELD);
	graph_unref((struct graph *)now.before.graph);
	history_free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_now),
	    cmocka_unit_test(unknown_never_holds),
	    cmocka_unit_test(start_and_before),
	    cmocka_unit_test(a_recycled_inode_is_another_namespace),
	    cmocka_unit_test(the_dead_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
