/* View blocks: how a lesson shows the tree, and the mistakes in them. */
#include "lessons/script/lesson.h"
#include "model/base/util.h"
#include "model/graph/nstype.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD      "# T\n\n```lesson\nname: t\nactors: A B\n```\n\n## S\n\n"
#define VIEW(all) HEAD "```view\n" all "```\n"

static void all_of_it(void **state)
{
	static const char text[] =
	    VIEW("# a comment\ngroup: owner\n\ntypes: user, uts\npoint: B uts\n") "Text.\n";
	struct lesson *lesson = NULL;
	struct lesson_error error;

	(void)state;
	assert_int_equal(lesson_parse(text, strlen(text), "en", &lesson, &error), 0);
	const struct lesson_block *block = &lesson->steps[1].blocks[0];

	assert_int_equal(block->kind, BLOCK_VIEW);
	assert_string_equal(block->look.group, "owner");
	assert_int_equal(block->look.types, 1u << NS_USER | 1u << NS_UTS);
	assert_string_equal(block->look.point, "B");
	assert_int_equal(block->look.point_types, 1u << NS_UTS);
	lesson_free(lesson);
}

static const struct mistake {
	const char *text;
	int line, column;
	const char *message; /* must be in it */
} mistakes[] = {
    {VIEW(""), 10, 1, "no line"},
    {VIEW("group: ownr\n"), 11, 8, "did you mean \"owner\""},
    {VIEW("group: owner pid\n"), 11, 14, "one value only"},
    {VIEW("group:\n"), 11, 7, "no value"},
    {VIEW("group owner\n"), 11, 7, "expected \":\""},
    {VIEW("group: pid\ngroup: pid\n"), 12, 1, "said twice"},
    {VIEW("types: uts uts\n"), 11, 12, "said twice"},
    {VIEW("types: utz\n"), 11, 8, "did you mean \"uts\""},
    {VIEW("point: C\n"), 11, 8, "so far there is no actor"},
    {VIEW("point: A utz\n"), 11, 10, "did you mean \"uts\""},
    {VIEW("point: A uts pid\n"), 11, 14, "are enough"},
    {VIEW("piont: A\n"), 11, 1, "did you mean \"point\""},
    {VIEW(": A\n"), 11, 1, "word: value"},
    {"# T\n\n```view\ngroup: pid\n```\n", 3, 1, "must come before"},
};

static void mistakes_have_a_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_len(mistakes); i++) {
		const struct mistake *mistake = &mistakes[i];
		struct lesson *lesson = NULL;
		struct lesson_error error = {0};
		int r = lesson_parse(mistake->text, strlen(mistake->text), "en", &lesson, &error);

		if (r != -EBADMSG || error.line != mistake->line ||
		    error.column != mistake->column || !strstr(error.message, mistake->message))
			fail_msg("%s\ngave %d, %d:%d: %s\nnot %d:%d: … %s", mistake->text, r,
			    error.line, error.column, error.message, mistake->line, mistake->column,
			    mistake->message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_of_it),
	    cmocka_unit_test(mistakes_have_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
