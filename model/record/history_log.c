#include "model/record/history_log.h"

#include "model/base/util.h"

#include <string.h>

enum { BURST_MS = 60000 }; /* the greatest advance on the memory of the time to come */

struct history_log {
	uint64_t keep_ms;
	size_t most_bytes;
	struct snapshot *snapshots;
	size_t count, capacity;
	uint64_t first; /* the number of snapshots[0] */
	size_t bytes;   /* of all snapshots where they are owned, else 0 */
	struct snapshot_writer writer;
	/* The memory in use, as the time in which that much may be used; it shrinks as time goes by. */
	uint64_t debt_ms, debt_at_ms;
};

struct history_log *history_log_new(uint64_t keep_ms, size_t most_bytes)
{
	struct history_log *history_log = xcalloc(1, sizeof(*history_log));

	history_log->keep_ms = keep_ms;
	history_log->most_bytes = most_bytes;
	history_log->first = 1;
	return history_log;
}

void history_log_free(struct history_log *history_log)
{
	if (!history_log)
		return;
	for (size_t i = 0; history_log->bytes && i < history_log->count; i++)
		free((void *)(uintptr_t)history_log->snapshots[i].data);
	free(history_log->snapshots);
	snapshot_writer_done(&history_log->writer);
	free(history_log);
}

static size_t cost_bytes(const struct snapshot *snapshot)
{
	return snapshot->len + sizeof(*snapshot);
}

/* May a snapshot be added at @now_ms? Half of the memory may be used in the time that is kept; the
 * rest is for the snapshots between two whole ones, and for a burst. */
static bool may_note(struct history_log *history_log, uint64_t now_ms)
{
	uint64_t passed = now_ms - history_log->debt_at_ms;

	history_log->debt_ms -= history_log->debt_ms < passed ? history_log->debt_ms : passed;
	history_log->debt_at_ms = now_ms;
	return history_log->debt_ms < BURST_MS;
}

/* Drops the first whole one and what follows from it. */
static void drop_first(struct history_log *history_log)
{
	size_t dropped = 0;

	do {
		history_log->bytes -= cost_bytes(&history_log->snapshots[dropped]);
		free((void *)(uintptr_t)history_log->snapshots[dropped].data);
		dropped++;
	} while (dropped < history_log->count && !history_log->snapshots[dropped].whole);
	history_log->count -= dropped;
	history_log->first += dropped;
	memmove(history_log->snapshots, history_log->snapshots + dropped,
	    history_log->count * sizeof(*history_log->snapshots));
}

/* The second whole one, by index; the count where there is none. */
static size_t second_whole(const struct history_log *history_log)
{
	size_t at = 1;

	while (at < history_log->count && !history_log->snapshots[at].whole)
		at++;
	return at;
}

static void drop_old(struct history_log *history_log, uint64_t now_ms)
{
	for (;;) {
		size_t second = second_whole(history_log);

		if (second >= history_log->count ||
		    (history_log->bytes <= history_log->most_bytes &&
		        now_ms - history_log->snapshots[second].at_ms < history_log->keep_ms))
			return;
		drop_first(history_log);
	}
}

bool history_log_note(struct history_log *history_log, const struct graph *graph, uint64_t now_ms)
{
	struct snapshot snapshot;

	if (!may_note(history_log, now_ms) ||
	    snapshot_write(&history_log->writer, graph, now_ms, &snapshot) < 0)
		return false;
	snapshot.data = memcpy(xmalloc(snapshot.len), snapshot.data, snapshot.len);
	history_log_add(history_log, &snapshot);
	history_log->bytes += cost_bytes(&snapshot);
	history_log->debt_ms +=
	    cost_bytes(&snapshot) * history_log->keep_ms / (history_log->most_bytes / 2 + 1);
	drop_old(history_log, now_ms);
	return true;
}

void history_log_add(struct history_log *history_log, const struct snapshot *snapshot)
{
	array_reserve(history_log->snapshots, history_log->capacity, history_log->count + 1);
	history_log->snapshots[history_log->count++] = *snapshot;
}

uint64_t history_log_first(const struct history_log *history_log)
{
	return history_log->first;
}

uint64_t history_log_end(const struct history_log *history_log)
{
	return history_log->first + history_log->count;
}

const struct snapshot *history_log_snapshot(const struct history_log *history_log, uint64_t number)
{
	return &history_log->snapshots[number - history_log->first];
}

uint64_t history_log_find(const struct history_log *history_log, uint64_t at_ms)
{
	size_t later = lower_bound(i, history_log->count, history_log->snapshots[i].at_ms <= at_ms);

	return history_log->first + (later ? later - 1 : 0);
}

size_t history_log_bytes(const struct history_log *history_log)
{
	return history_log->bytes;
}

void history_log_reader_done(struct history_log_reader *reader)
{
	snapshot_reader_done(&reader->snapshots);
}

struct graph *history_log_graph(
    const struct history_log *history_log, struct history_log_reader *reader, uint64_t number)
{
	uint64_t from = number;

	while (from > history_log->first && !history_log_snapshot(history_log, from)->whole)
		from--;
	/* Snapshots that were read already are not read again. */
	if (reader->next > from && reader->next <= number + 1)
		from = reader->next;
	for (; from <= number; from++) {
		reader->next = 0;
		reader->failed = from;
		if (snapshot_read(&reader->snapshots, history_log_snapshot(history_log, from)) < 0)
			return NULL;
		reader->next = from + 1;
	}
	return snapshot_graph(&reader->snapshots, history_log_snapshot(history_log, number));
}
