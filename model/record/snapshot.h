/* Snapshots: graphs that follow each other, as bytes. The history of the explorer and the files of
 * "nsscope record" consist of them.
 *
 * A snapshot is one frame of Zstandard (RFC 8878) with a checksum and the size of its content: the two
 * times below, eight bytes each, and the graph as of graph_codec.h. Now and then a snapshot is whole;
 * those between are compressed with the content of the previous one as a prefix, so they are small
 * where little changed. */
#pragma once

#include "model/base/bytes.h"
#include "model/graph/graph.h"

struct snapshot {
	uint64_t at_ms;       /* when the graph was shown, on the clock of history_push */
	uint64_t taken_at_ms; /* wall clock, since 1970, when its scan began */
	bool whole;
	bool version_1;      /* its bytes are of version 1, see snapshot.c */
	const uint8_t *data; /* what snapshot_read reads */
	size_t len;
	size_t offset; /* its place in a file, else 0 */
};

/* Writes snapshots, each of which follows from the previous one. All zero to begin with. */
struct snapshot_writer {
	struct bytes last; /* the previous content; empty before the first */
	struct bytes next, frame;
	struct ZSTD_CCtx_s *zstd;
	unsigned since_full;
};

void snapshot_writer_done(struct snapshot_writer *writer);

/* Makes a snapshot of @graph. The bytes of @ret_snapshot are borrowed from @writer until the next one;
 * its offset is 0.
 * Returns 0 or -E2BIG: no graph may take more than GRAPH_BYTES_MAX. */
int snapshot_write(struct snapshot_writer *writer, const struct graph *graph, uint64_t at_ms,
    struct snapshot *ret_snapshot);

/* Returns the fault of a snapshot, as far as its beginning and its length show, in English, for N_();
 * NULL for none. Damage of its bytes is found when it is read. */
const char *snapshot_fault(const struct snapshot *snapshot);

/* The state of a reader of snapshots. All zero to begin with. */
struct snapshot_reader {
	struct bytes content, spare;
	struct ZSTD_DCtx_s *zstd;
	const char *expected; /* after an error: what was expected, msgid */
	size_t offset;        /* and its place in the file */
};

void snapshot_reader_done(struct snapshot_reader *reader);

/* Reads @snapshot, which is whole or follows from the one that was read last.
 * Returns 0, or -EBADMSG with @expected and @offset set; then only a whole one can follow. */
int snapshot_read(struct snapshot_reader *reader, const struct snapshot *snapshot);

/* The graph of the snapshot that was read last, as a new reference; NULL with @expected and @offset
 * set where it is invalid. */
struct graph *snapshot_graph(struct snapshot_reader *reader, const struct snapshot *snapshot);
