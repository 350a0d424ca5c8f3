/* Tasks as they are written: the turn block, its hints, its solution; and notes. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD     "# T\n\n```lesson\nname: t\nactors: A\n```\n\n## S\n\n"
#define TURN     "```turn\nns(you, uts) != ns(me, uts)\n```\n"
#define HINTS    "1. vague\n2. plain\n"
#define SOLUTION "```solution\nunshare --uts sleep 9\n```\n"

static struct lesson *parse(const char *text)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse(text, strlen(text), "en", &lesson, &error) < 0)
		fail_msg("%d:%d: %s\n%s", error.line, error.column, error.message, text);
	return lesson;
}

static void whole_task(void **state)
{
	struct lesson *lesson = parse(HEAD "Do it:\n\n"
	                                   "```turn\n"
	                                   "# a comment\n"
	                                   "ns(you, uts) != ns(A, uts)\n"
	                                   "\n"
	                                   "ns(you2, uts) == ns(you, uts)\n"
	                                   "```\n"
	                                   "<!-- for authors -->\n"
	                                   "- Which *call*\n"
	                                   "  makes one?\n"
	                                   "\n"
	                                   "  And who may?\n"
	                                   "- `unshare`\n"
	                                   "\n"
	                                   "```solution\n"
	                                   "unshare --uts sh -c 'sleep 9'\n"
	                                   "nsenter {A}\n"
	                                   "```\n"
	                                   "Behind it.\n");
	const struct lesson_step *step = &lesson->steps[1];
	const struct lesson_block *block = &step->blocks[1];

	(void)state;
	assert_int_equal(step->block_count, 3);
	assert_int_equal(block->kind, BLOCK_TURN);
	assert_int_equal(block->line, 12);
	assert_int_equal(block->check_count, 2);
	assert_string_equal(block->checks[1].source, "ns(you2, uts) == ns(you, uts)");
	assert_true(lesson_check_names(&block->checks[0], "you"));
	assert_true(lesson_check_names(&block->checks[0], "A"));
	assert_false(lesson_check_names(&block->checks[0], "you2"));
	assert_false(lesson_check_names(&block->checks[0], "uts2"));
	assert_true(lesson_check_names(&block->checks[1], "you2"));
	assert_int_equal(block->hint_count, 2);
	assert_string_equal(block->hints[0], "Which *call* makes one? And who may?");
	assert_string_equal(block->hints[1], "`unshare`");
	assert_string_equal(block->solution, "unshare --uts sh -c 'sleep 9'\nnsenter {A}\n");
	assert_int_equal(step->blocks[2].kind, BLOCK_PROSE);
	lesson_free(lesson);
}

static void notes_are_as_written(void **state)
{
	struct lesson *lesson = parse(HEAD "```notes\nAsk *them*.\n\n  Wait.\n```\nText.\n");
	const struct lesson_block *block = &lesson->steps[1].blocks[0];

	(void)state;
	assert_int_equal(block->kind, BLOCK_NOTES);
	assert_string_equal(block->notes, "Ask *them*.\n\n  Wait.\n");
	lesson_free(lesson);
}

static const struct mistake {
	const char *text;
	int line, column;
	const char *message; /* must be in it */
} mistakes[] = {
    {HEAD "```turn\n```\n", 10, 1, "no line"},
    {HEAD "```turn\nhostname(A) == \"a\"\n```\n" HINTS SOLUTION, 10, 1, "about the learner"},
    {HEAD "```turn\nhostname(yuo) == \"a\"\n```\n", 11, 10, "did you mean \"you\""},
    {HEAD "```check\nhostname(you) == \"a\"\n```\n", 11, 10, "no actor \"you\""},
    {HEAD TURN HINTS SOLUTION "```check\nhostname(you) == \"a\"\n```\n", 19, 10, "\"you\""},
    {HEAD TURN, 10, 0, "its hints, as a list"},
    {HEAD TURN "## Next\n", 13, 1, "expected the hints"},
    {HEAD TURN "Prose.\n" HINTS, 13, 1, "expected the hints"},
    {HEAD TURN SOLUTION, 13, 1, "expected the hints"},
    {HEAD TURN "1. only one\n\n" SOLUTION, 13, 0, "at least 2 hints"},
    {HEAD TURN "- a\n- \n", 14, 1, "without words"},
    {HEAD TURN "- a\n- b\n\n      code\n", 16, 7, "of paragraphs"},
    {HEAD TURN "- a\n- b\n- c\n- d\n- e\n- f\n- g\n- h\n- i\n- j\n", 22, 0, "9 hints"},
    {HEAD TURN "- a\n- <b>b</b>\n", 14, 0, "HTML has no place"},
    {HEAD TURN HINTS, 10, 0, "a solution block"},
    {HEAD TURN HINTS "\nProse.\n", 16, 1, "expected the task's solution"},
    {HEAD TURN HINTS "```sh\nls\n```\n", 15, 1, "expected the task's solution"},
    {HEAD TURN HINTS "```solution\n \n```\n", 15, 1, "no line"},
    {HEAD TURN HINTS SOLUTION SOLUTION, 18, 1, "after a turn block"},
    {HEAD SOLUTION, 10, 1, "after a turn block"},
    {HEAD "```tunr\n```\n", 10, 1, "did you mean \"turn\""},
};

static void mistakes_have_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};
		int r = lesson_parse(mistake->text, strlen(mistake->text), "en", &lesson, &error);

		if (r != -EBADMSG || lesson || error.line != mistake->line ||
		    error.column != mistake->column || !strstr(error.message, mistake->message))
			fail_msg("%s\ngave %d, %d:%d: %s\nnot %d:%d: … %s", mistake->text, r,
			    error.line, error.column, error.message, mistake->line, mistake->column,
			    mistake->message);
	}
}

static void every_beginning_of_a_task_is_survived(void **state)
{
	static const char text[] =
	    HEAD TURN "1. `a` *b*\n\n   c\n2. d\n\n" SOLUTION "```notes\nx\n```\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};

		if (lesson_parse(text, len, "en", &lesson, &error) >= 0)
			lesson_free(lesson);
		else
			assert_true(error.message[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_task),
	    cmocka_unit_test(notes_are_as_written),
	    cmocka_unit_test(mistakes_have_a_place),
	    cmocka_unit_test(every_beginning_of_a_task_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
