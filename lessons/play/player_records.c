#include "lessons/play/player_records.h"

#include "lessons/script/cursor.h"
#include "model/base/util.h"

#include <string.h>

struct records {
	const struct lesson *lesson;
	struct block_record **steps;
};

static void reset_checks(const struct lesson_block *block, struct block_record *record)
{
	for (size_t i = 0; i < block->check_count; i++)
		record->checks[i] = (struct check_record){.check = &block->checks[i]};
}

static void reset_block(const struct lesson_block *block, struct block_record *record, bool answers)
{
	for (size_t i = 0; i < block->call_count; i++)
		record->calls[i] = (struct call_record){.call = &block->calls[i]};
	if (answers) {
		record->chosen = -1;
		record->turn = (struct turn_record){0};
	}
	/* Those of a task tell how it was done. */
	if (block->kind == BLOCK_TURN && record->turn.state != TURN_OPEN)
		return;
	reset_checks(block, record);
}

void records_reset_checks(const struct records *records, size_t step, size_t block)
{
	reset_checks(&records->lesson->steps[step].blocks[block], &records->steps[step][block]);
}

struct records *records_new(const struct lesson *lesson)
{
	struct records *records = xcalloc(1, sizeof(*records));

	records->lesson = lesson;
	records->steps = xcalloc(lesson->step_count, sizeof(struct block_record *));
	for (size_t i = 0; i < lesson->step_count; i++) {
		const struct lesson_step *step = &lesson->steps[i];

		records->steps[i] = xcalloc(step->block_count + 1, sizeof(struct block_record));
		for (size_t j = 0; j < step->block_count; j++) {
			struct block_record *record = &records->steps[i][j];

			record->calls =
			    xcalloc(step->blocks[j].call_count + 1, sizeof(*record->calls));
			record->checks =
			    xcalloc(step->blocks[j].check_count + 1, sizeof(*record->checks));
		}
	}
	records_reset(records, 0, true);
	return records;
}

void records_free(struct records *records)
{
	for (size_t i = 0; i < records->lesson->step_count; i++) {
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++) {
			free(records->steps[i][j].calls);
			free(records->steps[i][j].checks);
		}
		free(records->steps[i]);
	}
	free(records->steps);
	free(records);
}

struct block_record *records_block(const struct records *records, size_t step, size_t block)
{
	return &records->steps[step][block];
}

void records_reset(struct records *records, size_t from, bool answers)
{
	for (size_t i = from; i < records->lesson->step_count; i++)
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++)
			reset_block(
			    &records->lesson->steps[i].blocks[j], &records->steps[i][j], answers);
}

bool records_called(const struct records *records, size_t from)
{
	for (size_t i = from; i < records->lesson->step_count; i++)
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++)
			if (records->lesson->steps[i].blocks[j].call_count &&
			    records->steps[i][j].calls[0].outcome != OUTCOME_OPEN)
				return true;
	return false;
}

size_t records_failures(const struct records *records)
{
	size_t failures = 0;

	for (size_t i = 0; i < records->lesson->step_count; i++) {
		for (size_t j = 0; j < records->lesson->steps[i].block_count; j++) {
			const struct lesson_block *block = &records->lesson->steps[i].blocks[j];
			const struct block_record *record = &records->steps[i][j];

			for (size_t k = 0; k < block->call_count; k++)
				failures += record->calls[k].outcome == OUTCOME_FAILED;
			for (size_t k = 0; block->kind == BLOCK_CHECK && k < block->check_count;
			     k++)
				failures += record->checks[k].outcome == OUTCOME_FAILED;
		}
	}
	return failures;
}

size_t records_most_blocks(const struct lesson *lesson)
{
	size_t most = 0;

	for (size_t i = 0; i < lesson->step_count; i++)
		if (lesson->steps[i].block_count > most)
			most = lesson->steps[i].block_count;
	return most;
}

/* Is @answer the number that {…} stands for? */
static bool is_number(
    const char *braces, const struct stage_answer *answer, const struct stage *stage)
{
	autofree char *literal = xasprintf("\"%s\"", braces);
	char text[32];
	size_t len;
	long number;

	return stage_string(stage, literal, text, sizeof(text), &len) >= 0 &&
	       cursor_number(text, &number) && answer->result == number;
}

static bool as_expected(
    const char *expected, const struct stage_answer *answer, const struct stage *stage)
{
	char text[sizeof(answer->text)];
	size_t len;
	long number;

	if (answer->refused)
		return false;
	if (!expected)
		return !answer->error && !answer->failed;
	if (cursor_number(expected, &number))
		return !answer->error && answer->result == number;
	if (expected[0] == '{')
		return !answer->error && is_number(expected, answer, stage);
	if (expected[0] == '"')
		return !answer->error &&
		       stage_string(stage, expected, text, sizeof(text), &len) >= 0 &&
		       !strcmp(text, answer->text);
	return answer->error == lesson_errno(expected);
}

void record_answer(
    struct call_record *record, const struct stage_answer *answer, const struct stage *stage)
{
	record->answer = *answer;
	record->outcome =
	    as_expected(record->call->expected, answer, stage) ? OUTCOME_HELD : OUTCOME_FAILED;
}
