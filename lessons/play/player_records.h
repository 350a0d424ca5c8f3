/* The outcome of each block of a lesson. */
#pragma once

#include "lessons/play/player.h"

struct block_record {
	struct call_record *calls;   /* parallel to the block's calls; NULL for none */
	struct check_record *checks; /* parallel to the block's checks */
	int chosen;                  /* -1 for no answer so far */
	struct turn_record turn;
};

struct records;

struct records *records_new(const struct lesson *lesson);
void records_free(struct records *records);

struct block_record *records_block(const struct records *records, size_t step, size_t block);

/* Opens everything from the step @from on; answers to predictions, and tasks, only with @answers. */
void records_reset(struct records *records, size_t from, bool answers);

/* Opens the checks of one block again. */
void records_reset_checks(const struct records *records, size_t step, size_t block);
/* Was a call made in the step @from or behind it? */
bool records_called(const struct records *records, size_t from);

/* How many calls and checks failed. */
size_t records_failures(const struct records *records);

/* The largest number of blocks in a step. */
size_t records_most_blocks(const struct lesson *lesson);

/* Records the outcome of a call, and whether it was expected. */
void record_answer(
    struct call_record *record, const struct stage_answer *answer, const struct stage *stage);
