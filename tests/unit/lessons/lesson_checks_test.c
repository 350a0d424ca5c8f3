/* The lines of check blocks: what is understood, and what each mistake is told as. */
#include "lessons/script/lesson_parse.h"
#include "lessons/script/terms.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A and B are there from the start; P came later.  A.fd is a number, A.name a text. */
static struct lesson_names names = {.names = {"A", "B", "P"}, .count = 3, .started = 2};

static int setup(void **state)
{
	(void)state;
	variables_set(&names.variables, "A", "fd", 0, NULL);
	variables_set(&names.variables, "A", "name", 0, "");
	variables_set(&names.variables, "B", "other", 0, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	variables_done(&names.variables);
	return 0;
}

static int read_check(
    const char *text, struct lesson_check *ret_check, struct lesson_error *ret_error)
{
	/* Of its exact size, so that a read past the end is noticed. */
	size_t len = strlen(text);
	autofree char *exact = xmalloc(len + 1);
	const struct lesson_line line = {exact, len, 7};

	memcpy(exact, text, len);
	*ret_check = (struct lesson_check){0};
	return lesson_line_check(&line, &names, ret_check, ret_error);
}

static const struct mistake {
	const char *text;
	int column;
	const char *message; /* must be in it */
} mistakes[] = {
    {"ns(A, uts)", 11, "expected one of == != < <= > >="},
    {"ns(A, uts) = ns(B, uts)", 12, "claimed with \"=\"; there is: == != < <= > >="},
    {"pid(A) => 3", 8, "claimed with \"=>\""},
    {"pid(A) === 3", 8, "claimed with \"===\""},
    {"ns(A, uts) == ", 15, "expected a term"},
    {"ns(A, utc) == ns(B, uts)", 7, "did you mean \"uts\""},
    {"ns(A uts) == ns(B, uts)", 6, "expected \",\""},
    {"ns(C, uts) == ns(B, uts)", 4, "no actor \"C\"; there is: me A B P"},
    {"ns(you, uts) == ns(B, uts)", 4, "no actor \"you\""},
    {"sn(A, uts) == ns(B, uts)", 1, "did you mean \"ns\""},
    {"hostnam(A) == \"a\"", 1, "did you mean \"hostname\""},
    {"xyzzy(A) == \"a\"", 1, "there is: ns thread last parent"},
    {"hostname(A == \"a\"", 12, "expected \")\""},
    {"hostname(A) == ns1", 16, "expected a term"},
    {"hostname(A) == \"a", 16, "without an end"},
    {"hostname(A) == 1", 1, "one kind"},
    {"hostname(A) == A.fd", 1, "one kind"},
    {"pid(A) == A.name", 1, "one kind"},
    {"ns(A, uts) == \"a\"", 1, "one kind"},
    {"ns(A, uts) == ns(A, ipc)", 1, "uts and ipc namespaces are never the same"},
    {"ns(A, uts) != owner(ns(A, uts))", 1, "uts and user namespaces"},
    {"\"a\" == \"a\"", 1, "proves nothing"},
    {"1 != 2", 1, "proves nothing"},
    {"1 + 2 < 2 - -4", 1, "proves nothing"},
    {"pid(A) == pid(A)", 1, "proves nothing"},
    {"ns(A, uts) == ns( A ,uts )", 1, "proves nothing"},
    {"hostname(A) != hostname(A)", 1, "proves nothing"},
    {"A.name == A.name", 1, "proves nothing"},
    {"before(start(pid(A))) == start(pid(A))", 1, "proves nothing"},
    {"members(before(ns(A, uts))) <= members(before(ns(A, uts))) + 1", 1, "proves nothing"},
    {"pid(A) + 1 == 1 + pid(A)", 1, "proves nothing"},
    {"pid(A) - pid(A) == 0", 1, "proves nothing"},
    {"pid(A) + ppid(B) > ppid(B) + 3 + pid(A)", 1, "proves nothing"},
    {"members(ns(A, uts)) >= 0", 1, "proves nothing"},
    {"0 <= members(ns(A, uts))", 1, "proves nothing"},
    {"members(ns(A, uts)) + 1 > 0", 1, "proves nothing"},
    {"members(ns(A, uts)) == -1", 1, "proves nothing"},
    {"start(pid(A)) < 1", 1, "proves nothing"},
    {"alive(A) == 2", 1, "proves nothing"},
    {"alive(A) <= 1", 1, "proves nothing"},
    {"alive(A) + alive(B) > 2", 1, "proves nothing"},
    {"alive(A) - alive(B) < -1", 1, "proves nothing"},
    {"levels(A) != 0", 1, "proves nothing"},
    {"state(A) == \"z\"", 13, "never \"z\"; did you mean \"Z\""},
    {"state(A) == \"zombie\"", 13, "there is: R S D Z T t X I"},
    {"\"ENOEN\" == unread(A, uts)", 1, "did you mean \"ENOENT\""},
    {"kept_by(ns(A, uts)) != \"process\"", 24, "there is: none thread for_children fd"},
    {"before(kept_by(ns(A, uts))) != \"fds\"", 32, "did you mean \"fd\""},
    {"hostname(A) < \"a\"", 13, "only numbers are less or more: \"<\""},
    {"ns(A, uts) >= ns(B, uts)", 12, "only numbers are less or more: \">=\""},
    {"hostname(A) + 1 == \"a\"", 13, "only numbers can be added"},
    {"1 + hostname(A) == \"a\"", 5, "only numbers can be added"},
    {"pid(A) - ns(B, uts) == 1", 10, "only numbers can be added"},
    {"pid(A) + == 1", 10, "expected a term"},
    {"pid(A) + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 == 1", 36, "more than 8 terms in a sum"},
    {"pid(A) == 1000000000000000", 11, "expected a term"},
    {"members(A) == 1", 9, "expected a term"},
    {"members(\"a\") == 1", 9, "takes a namespace: members(ns(A, uts))"},
    {"members(pid(A)) == 1", 9, "takes a namespace: members(ns(A, uts))"},
    {"level(hostname(A)) == 1", 7, "takes a namespace: level(ns(A, user))"},
    {"parent(ns(A, uts)) == ns(me, uts)", 8, "parent() does not apply to a uts namespace"},
    {"owner_uid(ns(A, pid)) == 1", 11, "owner_uid() does not apply to a pid namespace"},
    {"level(thread(A, net)) == 1", 7, "level() does not apply to a net namespace"},
    {"exists(ns(A, uts)) == 1", 8, "what is visible now exists"},
    {"exists(parent(ns(A, pid))) == 1", 8, "exists(before("},
    {"last(A, uts) == last(A, net)", 1, "uts and net namespaces"},
    {"last(A, uts) == last(A,uts)", 1, "proves nothing"},
    {"ns(A, uts) == last(A, uts)", 1, "proves nothing"},
    {"before(exists(ns(A, uts))) == 1", 15, "what is visible now exists"},
    {"start(\"a\") == \"a\"", 7, "start() takes what can change"},
    {"before(3) == 3", 8, "before() takes what can change"},
    {"start(start(start(start(start(start(pid(A))))))) == 1", 37, "more than 6 terms"},
    {"hostname(A) == \"a\" x", 20, "end of the line"},
    {"pid(A) == 3 4", 13, "end of the line"},
    {"pid(P) == start(pid(P))", 21, "at the start there is no actor \"P\""},
    {"C.fd == 3", 1, "no actor \"C\""},
    {"me.fd == 3", 1, "no actor \"me\""},
    {"A.fb == 3", 3, "so far A has no variable \"fb\"; did you mean \"fd\""},
    {"B.fd == 3", 3, "so far B has no variable \"fd\"; there is: other"},
    {"P.fd == 3", 3, "so far P has no variable \"fd\""},
    {"A. == 3", 3, "so far A has no variable \"\""},
    {"start(A.fd) == 3", 7, "at the start there are no variables"},
    {"members(A.fd) == 3", 9, "takes a namespace"},
};

static void mistakes_have_a_place_and_a_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		struct lesson_check check;
		struct lesson_error error = {0};
		int r = read_check(mistake->text, &check, &error);

		if (r != -EBADMSG || error.line != 7 || error.column != mistake->column ||
		    !strstr(error.message, mistake->message))
			fail_msg("%s\ngave %d, %d:%d: %s\nnot 7:%d: … %s", mistake->text, r,
			    error.line, error.column, error.message, mistake->column,
			    mistake->message);
		lesson_check_done(&check);
	}
}

static struct lesson_check understood(const char *text)
{
	struct lesson_check check;
	struct lesson_error error = {0};

	if (read_check(text, &check, &error) < 0)
		fail_msg("%s: %d: %s", text, error.column, error.message);
	return check;
}

/* Each of these can come out both ways. */
static void checks_that_tell(void **state)
{
	static const char *const checks[] = {
	    "ns(A, pid) == ns(A, pid_for_children)",
	    "ns(A, user) == owner(ns(A, uts))",
	    "thread(A, uts) != ns(A, uts)",
	    "parent(parent(ns(A, pid))) == ns(me, pid)",
	    "level(before(parent(ns(A, pid)))) == 1",
	    "before(pid(A)) == start(pid(A))",
	    "before(ns(A, uts)) != ns(A, uts)",
	    "exists(before(ns(A, uts))) == 0",
	    "exists(last(A, uts)) == 0",
	    "exists(parent(last(A, user))) == 1",
	    "last(A, uts) == ns(B, uts)",
	    "last(A, uts) == before(ns(A, uts))",
	    "exists(before(parent(ns(A, pid)))) == 0",
	    "exists(parent(before(ns(A, pid)))) == 0",
	    "alive(A) == 1",
	    "alive(A) >= 1",
	    "alive(A) + alive(B) >= 2",
	    "alive(A) == alive(B)",
	    "members(ns(A, uts)) > 0",
	    "members(ns(A, uts)) >= 1",
	    "members(ns(A, uts)) <= 0",
	    "members(ns(A, uts)) == before(members(ns(A, uts))) + 1",
	    "pid(A) + pid(A) == 4",
	    "pid(A)-1==ppid(A)",
	    "inner(A) == 1",
	    "levels(P) == levels(me) + 2",
	    "uid(A) == 65534",
	    "owner_uid(ns(A, user)) == 0",
	    "state(A) == \"Z\"",
	    "state(A) == state(B)",
	    "unread(A, pid_for_children) == \"ENOENT\"",
	    "kept(ns(A, uts)) != 0",
	    "kept_by(ns(A, uts)) == \"fd\"",
	    "A.fd == -1",
	    "A.fd == 3",
	    "A.name == \"x\"",
	    "A.name == hostname(A)",
	    "before(A.fd) < A.fd",
	    "A.fd == B.other",
	    "A.fd + 999999999999999 == 0",
	};

	(void)state;
	for (size_t i = 0; i < array_len(checks); i++) {
		struct lesson_check check = understood(checks[i]);

		assert_string_equal(check.source, checks[i]);
		lesson_check_done(&check);
	}
}

static void sums_are_taken_apart(void **state)
{
	struct lesson_check check = understood("  members(ns(A, uts)) - -3+A.fd  <=  12 ");
	const struct lesson_sum *left = &check.left;

	(void)state;
	assert_string_equal(check.source, "members(ns(A, uts)) - -3+A.fd  <=  12");
	assert_int_equal(check.relation, RELATION_AT_MAX);
	assert_int_equal(check.line, 7);
	assert_int_equal(left->term_count, 3);
	assert_true(left->varies);
	assert_int_equal(left->terms[0].kind, TERM_CALL);
	assert_string_equal(left->terms[0].term->name, "members");
	assert_int_equal(left->terms[0].arguments[0].kind, TERM_CALL);
	assert_int_equal(left->terms[0].arguments[0].arguments[1].kind, TERM_NAME);
	assert_int_equal(left->terms[0].minus, 0);
	assert_string_equal(left->terms[1].word, "-3");
	assert_int_equal(left->terms[1].kind, TERM_LITERAL);
	assert_int_equal(left->terms[1].minus, 1);
	assert_int_equal(left->terms[2].kind, TERM_VARIABLE);
	assert_string_equal(left->terms[2].word, "A");
	assert_string_equal(left->terms[2].variable, "fd");
	assert_int_equal(left->terms[2].minus, 0);
	assert_int_equal(check.right.term_count, 1);
	assert_false(check.right.varies);
	lesson_check_done(&check);
}

static void every_relation_is_read(void **state)
{
	(void)state;
	for (int i = 0; i < RELATION_COUNT; i++) {
		autofree char *text = xasprintf("pid(A)%sppid(B)", lesson_relation_words[i]);
		struct lesson_check check = understood(text);

		assert_int_equal(check.relation, i);
		lesson_check_done(&check);
	}
}

/* Whom a turn block may name besides. */
static void you_where_you_are_allowed(void **state)
{
	struct lesson_check check;
	struct lesson_error error = {0};

	(void)state;
	names.you = 1;
	assert_int_equal(read_check("ns(you, uts) != ns(me, uts)", &check, &error), 0);
	lesson_check_done(&check);
	assert_int_equal(read_check("pid(you2) != ppid(you)", &check, &error), -EBADMSG);
	assert_non_null(strstr(error.message, "did you mean \"you\""));
	lesson_check_done(&check);
	names.you = 2;
	assert_int_equal(read_check("pid(you2) != ppid(you)", &check, &error), 0);
	lesson_check_done(&check);
	assert_int_equal(read_check("start(ns(you2, uts)) == ns(you, uts)", &check, &error), 0);
	lesson_check_done(&check);
	names.you = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mistakes_have_a_place_and_a_word),
	    cmocka_unit_test(checks_that_tell),
	    cmocka_unit_test(sums_are_taken_apart),
	    cmocka_unit_test(every_relation_is_read),
	    cmocka_unit_test(you_where_you_are_allowed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
