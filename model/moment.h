/* Moments: graphs that follow each other, as bytes.  The past that the explorer can go back to and the
 * files of "nsscope record" are made of them.
 *
 * Now and then a moment is whole; those between say only what changed.
 */
#pragma once

#include "model/bytes.h"
#include "model/graph.h"

struct moment {
	uint64_t at_ms;       /* when the graph was shown, on the clock of history_push */
	uint64_t taken_at_ms; /* wall clock, since 1970, when its sweep began */
	bool whole;
	const uint8_t *data; /* what moment_read reads */
	size_t len;
	size_t offset; /* where that stands in a file, else 0 */
};

/* Writes moments, each of which follows from the one before. */
struct moment_writer {
	struct bytes last; /* the graph before, packed; nothing before the first */
	struct bytes next;
	uint64_t since_whole_bytes;
	unsigned since_whole;
};

void moment_writer_done(struct moment_writer *writer);

/* Appends @graph to @out.  Of a moment in @ret_moment all but data and offset are set: the bytes are the last
 * ones of @out.
 * Returns 0 or -E2BIG: no graph may take more than GRAPH_BYTES_MAX. */
int moment_write(struct moment_writer *writer, const struct graph *graph, uint64_t at_ms,
    struct bytes *out, struct moment *ret_moment);

/* Reads moments: what has been read so far. */
struct moment_reader {
	struct bytes graph, spare;
	const char *expected; /* after a mistake: what should have stood there, msgid */
	size_t offset;        /* and where, in the file */
};

void moment_reader_done(struct moment_reader *reader);

/* Goes on to @moment, which is whole or follows from the one that was read last.
 * Returns 0, or -EBADMSG with @expected and @offset set; then only a whole one can follow. */
int moment_read(struct moment_reader *reader, const struct moment *moment);

/* The graph of the moment that was read last, as a new reference; NULL with @expected and @offset
 * set where it makes none. */
struct graph *moment_graph(struct moment_reader *reader, const struct moment *moment);
