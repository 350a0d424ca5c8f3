/* Parts of a lesson for some kernels only: what is understood, where mistakes are told, what is left. */
#include "lessons/script/lesson.h"
#include "lessons/stage/feature.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD         "# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
#define WHEN(line)   "```when\n" line "\n```\n\n"
#define BLOCK(lines) "```do\n" lines "\n```\n\n"
#define OLD          WHEN("not kernel 9999.0")
#define NEW          WHEN("kernel 9999.0")
#define ALWAYS       WHEN("always")

static struct lesson *parse(const char *text)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(text, strlen(text), "en", &lesson, &error) < 0)
		fail_msg("%d:%d: %s", error.line, error.column, error.message);
	return lesson;
}

static void conditions_are_kept(void **state)
{
	struct lesson *lesson = parse(HEAD "one\n\n" WHEN("exec-enters-time") "two\n\n" BLOCK(
	    "A: getpid()") WHEN("not  kernel  6.2") "three\n\n" ALWAYS "four\n\n## U\n\nfive\n");
	const struct lesson_block *blocks = lesson->steps[1].blocks;

	(void)state;
	assert_int_equal(lesson->steps[1].block_count, 5);
	assert_null(blocks[0].condition);
	assert_ptr_equal(blocks[1].condition, blocks[2].condition);
	assert_string_equal(blocks[1].condition->feature->word, "exec-enters-time");
	assert_false(blocks[1].condition->negated);
	assert_int_equal(blocks[1].condition->line, 12);
	assert_null(blocks[3].condition->feature);
	assert_string_equal(blocks[3].condition->kernel, "6.2");
	assert_true(blocks[3].condition->negated);
	assert_null(blocks[4].condition);
	assert_null(lesson->steps[2].blocks[0].condition);
	lesson_free(lesson);
}

/* A heading ends a part, and the next step is for every kernel. */
static void a_step_ends_it(void **state)
{
	struct lesson *lesson = parse(HEAD NEW "one\n\n## U\n\ntwo\n");

	(void)state;
	assert_non_null(lesson->steps[1].blocks[0].condition);
	assert_null(lesson->steps[2].blocks[0].condition);
	lesson_free(lesson);
}

static void the_rest_is_left_out(void **state)
{
	struct lesson *lesson = parse(HEAD "one\n\n" NEW "two\n\n" OLD "three\n\n" BLOCK(
	    "A: getpid()") ALWAYS "four\n\n"
	                          "## Gone\n\n" NEW "five\n\n"
	                          "## Empty\n\n"
	                          "## Kept\n\nsix\n");

	(void)state;
	lesson_fit(lesson);
	assert_int_equal(lesson->step_count, 4);
	assert_string_equal(lesson->steps[2].title, "Empty");
	assert_string_equal(lesson->steps[3].title, "Kept");
	assert_int_equal(lesson->steps[1].block_count, 3);
	/* What stands side by side now is one piece. */
	assert_int_equal(lesson->steps[1].blocks[0].prose_count, 2);
	assert_string_equal(lesson->steps[1].blocks[0].prose[0].text, "one");
	assert_string_equal(lesson->steps[1].blocks[0].prose[1].text, "three");
	assert_int_equal(lesson->steps[1].blocks[1].kind, BLOCK_DO);
	assert_string_equal(lesson->steps[1].blocks[2].prose[0].text, "four");
	lesson_free(lesson);
}

static void tasks_and_predictions_too(void **state)
{
	static const char text[] =
	    HEAD NEW "Which?\n\n- [ ] a\n- [x] b\n\n"
	             "```turn\nns(you, uts) != ns(me, uts)\n```\n\n1. x\n2. y\n\n"
	             "```solution\ntrue\n```\n\n" OLD "```sh\ntrue\n```\n\n```notes\nn\n```\n";
	struct lesson *lesson = parse(text);

	(void)state;
	lesson_fit(lesson);
	assert_int_equal(lesson->steps[1].block_count, 2);
	assert_int_equal(lesson->steps[1].blocks[0].kind, BLOCK_SHELL);
	assert_int_equal(lesson->steps[1].blocks[1].kind, BLOCK_NOTES);
	lesson_free(lesson);
}

/* Only one of two parts that exclude each other is ever played, so both may bring in the same actor. */
static void one_actor_in_two_parts(void **state)
{
	struct lesson *lesson = parse(HEAD OLD BLOCK("A: fork(B)\nB: getpid() -> x\nB: exit(x)")
	        NEW BLOCK("A: fork(B)") ALWAYS BLOCK("A: fork(C)\nC: exit(0)"));

	(void)state;
	lesson_free(lesson);
}

static const struct {
	const char *text;
	int line, column;
	const char *message;
} mistakes[] = {
    {HEAD WHEN("exec-enters-tmie"), 11, 1, "did you mean \"exec-enters-time\""},
    {HEAD WHEN("never"), 11, 1, "a when block knows no word"},
    {HEAD WHEN("not"), 11, 4, "a when block knows no word"},
    {HEAD WHEN("not not kernel 6.2"), 11, 5, "a when block knows no word"},
    {HEAD WHEN("kernel"), 11, 7, "a kernel is written like 5.6"},
    {HEAD WHEN("kernel 6"), 11, 8, "a kernel is written like 5.6"},
    {HEAD WHEN("kernel 6.2 6.3"), 11, 12, "one condition is enough"},
    {HEAD WHEN("exec-enters-time\nkernel 6.2"), 12, 0, "one condition is enough"},
    {HEAD WHEN(""), 10, 1, "no line"},
    {HEAD ALWAYS "one\n", 10, 1, "for every kernel anyway"},
    {HEAD NEW, 10, 0, "there is nothing under this condition"},
    {HEAD NEW "## U\n", 10, 0, "there is nothing under this condition"},
    {HEAD "one\n\n" NEW OLD "two\n", 12, 0, "there is nothing under this condition"},
    {HEAD "Which?\n\n" NEW "- [ ] a\n- [x] b\n", 16, 1, "a prediction needs a question"},
    {HEAD NEW BLOCK("A: fork(B)") ALWAYS BLOCK("B: exit(0)"), 23, 1, "no actor \"B\""},
    {HEAD NEW BLOCK("A: fork(B)") ALWAYS BLOCK("A: fork(B)"), 23, 0, "behind line 10 brings in B"},
    {HEAD NEW BLOCK("A: fork(B)") WHEN("kernel 5.1") BLOCK("A: fork(B)"), 23, 0,
        "behind line 10 brings in B"},
    {HEAD NEW BLOCK("A: getpid() -> x") ALWAYS BLOCK("A: exit(x)"), 23, 4,
        "no call of A has set a variable \"x\""},
    {"# T\n\n" NEW, 3, 1, "the lesson block must come before"},
    {HEAD "- one\n\n  ```when\n  always\n  ```\n", 12, 3, "can't be inside a list"},
    {HEAD "```turn\nns(you, uts) != ns(me, uts)\n```\n\n" NEW, 14, 1, "hints of the task"},
};

static void mistakes_have_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(mistakes); i++) {
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};
		const char *text = mistakes[i].text;
		int r = lesson_parse(text, strlen(text), "en", &lesson, &error);

		if (r != -EBADMSG || error.line != mistakes[i].line ||
		    error.column != mistakes[i].column ||
		    !strstr(error.message, mistakes[i].message))
			fail_msg("%s\ngave %d, %d:%d: %s\nnot %d:%d: … %s", text, r, error.line,
			    error.column, error.message, mistakes[i].line, mistakes[i].column,
			    mistakes[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conditions_are_kept),
	    cmocka_unit_test(a_step_ends_it),
	    cmocka_unit_test(the_rest_is_left_out),
	    cmocka_unit_test(tasks_and_predictions_too),
	    cmocka_unit_test(one_actor_in_two_parts),
	    cmocka_unit_test(mistakes_have_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
