/* The log of the history: the snapshots of the last minutes in bounded memory, or those of a file.
 *
 * Each has a number, which it keeps while older ones are dropped: from history_log_first up to, but
 * not including, history_log_end. */
#pragma once

#include "model/record/snapshot.h"

struct history_log;

/* @keep_ms: so long snapshots are kept, unless they exceed @most_bytes: where much changes, some
 * snapshots are omitted. */
struct history_log *history_log_new(uint64_t keep_ms, size_t most_bytes);
void history_log_free(struct history_log *history_log); /* NULL is fine */

/* Notes that @graph was shown at @now_ms, later than all so far, unless it is to be left out.
 * Returns whether it was noted. */
bool history_log_note(struct history_log *history_log, const struct graph *graph, uint64_t now_ms);

/* Adds a snapshot of a file, whose bytes are borrowed. Then nothing is dropped. */
void history_log_add(struct history_log *history_log, const struct snapshot *snapshot);

uint64_t history_log_first(const struct history_log *history_log);
uint64_t history_log_end(const struct history_log *history_log);
/* Borrowed until the next one is added. */
const struct snapshot *history_log_snapshot(const struct history_log *history_log, uint64_t number);
/* The last one that is not later than @at_ms on their clock; the first where all are later.  There must be
 * one. */
uint64_t history_log_find(const struct history_log *history_log, uint64_t at_ms);
/* Their size, bytes. */
size_t history_log_bytes(const struct history_log *history_log);

/* A reader and its place; independent readers have one each. All zero to begin with. */
struct history_log_reader {
	struct snapshot_reader snapshots;
	uint64_t next;   /* the number after the last one that was read; 0 for none */
	uint64_t failed; /* after an error: the number of the unreadable snapshot */
};

void history_log_reader_done(struct history_log_reader *reader);

/* The graph of snapshot @number, which must exist, as a new reference. NULL where it, or one that it
 * follows from, can't be read: @reader->failed has the number, @reader->snapshots the fault. Reading
 * the next one is cheapest. */
struct graph *history_log_graph(
    const struct history_log *history_log, struct history_log_reader *reader, uint64_t number);
