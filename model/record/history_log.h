/* The past: moments of the last minutes in bounded memory, or those of a file.
 *
 * Each has a number of its own, which it keeps while older ones are dropped: from history_log_first on, up
 * to but not history_log_end.
 */
#pragma once

#include "model/record/snapshot.h"

struct history_log;

/* @keep_ms: so much is kept at least, and not much more, unless it would take more than @most_bytes:
 * where much changes some moments are left out, so that these suffice. */
struct history_log *history_log_new(uint64_t keep_ms, size_t most_bytes);
void history_log_free(struct history_log *history_log); /* NULL is fine */

/* Notes that @graph was shown at @now_ms, later than all so far, unless it is to be left out.
 * Returns whether it was noted. */
bool history_log_note(struct history_log *history_log, const struct graph *graph, uint64_t now_ms);

/* Adds a moment of a file, whose bytes are borrowed.  Nothing is dropped then. */
void history_log_add(struct history_log *history_log, const struct snapshot *snapshot);

uint64_t history_log_first(const struct history_log *history_log);
uint64_t history_log_end(const struct history_log *history_log);
/* Borrowed until the next one is noted or added. */
const struct snapshot *history_log_snapshot(const struct history_log *history_log, uint64_t number);
/* The last one that is not later than @at_ms on their clock; the first where all are later.  There must be
 * one. */
uint64_t history_log_find(const struct history_log *history_log, uint64_t at_ms);
/* What they take, bytes. */
size_t history_log_bytes(const struct history_log *history_log);

/* Who reads in the past, and where: each that wanders by itself has one.  All zero to begin with. */
struct history_log_reader {
	struct snapshot_reader snapshots;
	uint64_t next;   /* the number that follows from what was read; 0 for none */
	uint64_t failed; /* after a mistake: the number of the moment that can't be read */
};

void history_log_reader_done(struct history_log_reader *reader);

/* The graph of moment @number, which must be there, as a new reference.  NULL where it, or one that it follows
 * from, can't be read: @reader->failed and @reader->moments tell which, and what is wrong.  The next one costs
 * least. */
struct graph *history_log_graph(
    const struct history_log *history_log, struct history_log_reader *reader, uint64_t number);
