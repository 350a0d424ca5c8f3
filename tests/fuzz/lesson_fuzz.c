/* Fuzzes the lesson parser: any bytes are a lesson or a mistake with a place, and what is a lesson
 * keeps to its limits. */
#include "lessons/lesson_lines.h"
#include "lessons/prose.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

static void check_prose(const struct lesson_prose *prose, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *plain = prose_plain(prose[i].text);

		CHECK(strlen(plain) <= strlen(prose[i].text));
		CHECK(prose[i].kind == PROSE_CODE || !strchr(prose[i].text, '\n'));
		CHECK(prose[i].depth <= LESSON_DEPTH_MAX);
		free(plain);
	}
}

static void check_block(const struct lesson_block *block)
{
	check_prose(block->prose, block->prose_count);
	CHECK(block->call_count <= LESSON_LINES_MAX);
	CHECK(block->check_count <= LESSON_LINES_MAX);
	CHECK((block->kind == BLOCK_DO) == (block->call_count > 0));
	CHECK((block->kind == BLOCK_CHECK) == (block->check_count > 0));
	CHECK((block->kind == BLOCK_SHELL) == (block->shell != NULL));
	CHECK((block->kind == BLOCK_PREDICT) == (block->choice_count > 1));
	for (size_t i = 0; i < block->call_count; i++) {
		CHECK(block->calls[i].argument_count <= LESSON_ARGUMENTS_MAX);
		CHECK(block->calls[i].source && block->calls[i].actor && block->calls[i].line > 0);
	}
	for (size_t i = 0; i < block->check_count; i++)
		CHECK(block->checks[i].source && block->checks[i].line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct lesson *lesson = NULL;
	struct lesson_error error = {0};

	if (lesson_parse((const char *)data, len, "en", &lesson, &error) < 0) {
		CHECK(!lesson);
		CHECK(error.message[0] && memchr(error.message, 0, sizeof(error.message)));
		CHECK(error.line >= 0 && error.column >= 0);
		CHECK(error.column <= LESSON_LINE_BYTES_MAX + 1);
		return 0;
	}
	CHECK(lesson->title && lesson->name && lesson->step_count > 1);
	CHECK(lesson->step_count <= LESSON_STEPS_MAX);
	CHECK(lesson->actor_count <= LESSON_ACTORS_MAX);
	for (size_t i = 0; i < lesson->step_count; i++) {
		CHECK(lesson->steps[i].block_count <= LESSON_BLOCKS_MAX);
		for (size_t j = 0; j < lesson->steps[i].block_count; j++)
			check_block(&lesson->steps[i].blocks[j]);
	}
	lesson_free(lesson);
	return 0;
}
