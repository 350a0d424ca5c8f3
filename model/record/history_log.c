#include "model/record/history_log.h"

#include "model/base/util.h"

#include <string.h>

enum { BURST_MS = 60000 }; /* so much may be taken at once of what the time to come may take */

struct past {
	uint64_t keep_ms;
	size_t most_bytes;
	struct moment *moments;
	size_t count, room;
	uint64_t first; /* the number of moments[0] */
	size_t bytes;   /* of those that are owned, all of them or none */
	struct moment_writer writer;
	/* What was taken of the memory, as the time in which that much may be taken; it shrinks as time
	 * goes by. */
	uint64_t debt_ms, debt_at_ms;
};

struct past *past_new(uint64_t keep_ms, size_t most_bytes)
{
	struct past *past = xcalloc(1, sizeof(*past));

	past->keep_ms = keep_ms;
	past->most_bytes = most_bytes;
	past->first = 1;
	return past;
}

void past_free(struct past *past)
{
	if (!past)
		return;
	for (size_t i = 0; past->bytes && i < past->count; i++)
		free((void *)(uintptr_t)past->moments[i].data);
	free(past->moments);
	moment_writer_done(&past->writer);
	free(past);
}

static size_t cost_bytes(const struct moment *moment)
{
	return moment->len + sizeof(*moment);
}

/* May one be noted at @now_ms?  Half of the memory is what may be taken in the time that is kept, so
 * that the rest is there for the moments between two whole ones, and for a burst. */
static bool may_note(struct past *past, uint64_t now_ms)
{
	uint64_t passed = now_ms - past->debt_at_ms;

	past->debt_ms -= past->debt_ms < passed ? past->debt_ms : passed;
	past->debt_at_ms = now_ms;
	return past->debt_ms < BURST_MS;
}

/* Drops the first whole one and what follows from it. */
static void drop_first(struct past *past)
{
	size_t dropped = 0;

	do {
		past->bytes -= cost_bytes(&past->moments[dropped]);
		free((void *)(uintptr_t)past->moments[dropped].data);
		dropped++;
	} while (dropped < past->count && !past->moments[dropped].whole);
	past->count -= dropped;
	past->first += dropped;
	memmove(past->moments, past->moments + dropped, past->count * sizeof(*past->moments));
}

/* The second whole one, by index; the count where there is none. */
static size_t second_whole(const struct past *past)
{
	size_t at = 1;

	while (at < past->count && !past->moments[at].whole)
		at++;
	return at;
}

static void drop_old(struct past *past, uint64_t now_ms)
{
	for (;;) {
		size_t second = second_whole(past);

		if (second >= past->count ||
		    (past->bytes <= past->most_bytes &&
		        now_ms - past->moments[second].at_ms < past->keep_ms))
			return;
		drop_first(past);
	}
}

bool past_note(struct past *past, const struct graph *graph, uint64_t now_ms)
{
	struct moment moment;

	if (!may_note(past, now_ms) || moment_write(&past->writer, graph, now_ms, &moment) < 0)
		return false;
	moment.data = memcpy(xmalloc(moment.len), moment.data, moment.len);
	past_add(past, &moment);
	past->bytes += cost_bytes(&moment);
	past->debt_ms += cost_bytes(&moment) * past->keep_ms / (past->most_bytes / 2 + 1);
	drop_old(past, now_ms);
	return true;
}

void past_add(struct past *past, const struct moment *moment)
{
	array_reserve(past->moments, past->room, past->count + 1);
	past->moments[past->count++] = *moment;
}

uint64_t past_first(const struct past *past)
{
	return past->first;
}

uint64_t past_end(const struct past *past)
{
	return past->first + past->count;
}

const struct moment *past_moment(const struct past *past, uint64_t number)
{
	return &past->moments[number - past->first];
}

uint64_t past_find(const struct past *past, uint64_t at_ms)
{
	size_t later = lower_bound(i, past->count, past->moments[i].at_ms <= at_ms);

	return past->first + (later ? later - 1 : 0);
}

size_t past_bytes(const struct past *past)
{
	return past->bytes;
}

void past_reader_done(struct past_reader *reader)
{
	moment_reader_done(&reader->moments);
}

struct graph *past_graph(const struct past *past, struct past_reader *reader, uint64_t number)
{
	uint64_t from = number;

	while (from > past->first && !past_moment(past, from)->whole)
		from--;
	/* What was read already is not read again. */
	if (reader->next > from && reader->next <= number + 1)
		from = reader->next;
	for (; from <= number; from++) {
		reader->next = 0;
		reader->failed = from;
		if (moment_read(&reader->moments, past_moment(past, from)) < 0)
			return NULL;
		reader->next = from + 1;
	}
	return moment_graph(&reader->moments, past_moment(past, number));
}
