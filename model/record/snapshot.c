#include "model/record/snapshot.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/record/graph_codec.h"
#include "model/record/recording_1.h"

#include <errno.h>
#include <zstd.h>

enum {
	/* Who goes back reads from the last whole one on, so there are never many between. */
	BETWEEN_WHOLE_MAX = 16,
	TIME_BYTES = sizeof(uint64_t),
	CONTENT_BYTES_MAX = 2 * TIME_BYTES + GRAPH_BYTES_MAX,
	/* Higher ones take several times as long, and what changed becomes no smaller. */
	LEVEL = 1,
	/* The bit of the second field that says that a checksum follows, RFC 8878 3.1.1.1.1. */
	FRAME_FLAGS_AT = 4,
	FRAME_FLAG_CHECKSUM = 4,
};

/* --- Writing ------------------------------------------------------------------------------------- */

void snapshot_writer_done(struct snapshot_writer *writer)
{
	bytes_done(&writer->last);
	bytes_done(&writer->next);
	bytes_done(&writer->frame);
	ZSTD_freeCCtx(writer->zstd);
	writer->zstd = NULL;
}

static bool is_full_due(const struct snapshot_writer *writer)
{
	return writer->last.len == 0 || writer->since_full >= BETWEEN_WHOLE_MAX;
}

/* The window reaches from the end of the content to the beginning of the prefix, @bytes together; and the table of
 * places has one for every eighth byte of the prefix, for of a longer one only the end is looked at (Zstandard
 * 1.5.5). */
static void set_window(ZSTD_CCtx *zstd, size_t bytes)
{
	int window_log = ZSTD_cParam_getBounds(ZSTD_c_windowLog).lowerBound;

	while (bytes >> window_log)
		window_log++;
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_log);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_hashLog, window_log - 4);
}

static void compress(struct snapshot_writer *writer, bool whole)
{
	const struct bytes *next = &writer->next, *last = &writer->last;
	struct bytes *frame = &writer->frame;

	if (!writer->zstd)
		writer->zstd = ZSTD_createCCtx();
	if (!writer->zstd)
		out_of_memory();
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
	set_window(writer->zstd, next->len + (whole ? 0 : last->len));
	if (!whole)
		ZSTD_CCtx_refPrefix(writer->zstd, last->data, last->len);
	frame->len = 0;
	bytes_reserve(frame, ZSTD_compressBound(next->len));
	frame->len =
	    ZSTD_compress2(writer->zstd, frame->data, frame->capacity, next->data, next->len);
	/* There is room for any frame, so it is memory that was short. */
	if (ZSTD_isError(frame->len))
		out_of_memory();
}

int snapshot_write(struct snapshot_writer *writer, const struct graph *graph, uint64_t at_ms,
    struct snapshot *ret_snapshot)
{
	struct bytes last = writer->last;
	bool whole = is_full_due(writer);

	writer->next.len = 0;
	bytes_put_number(&writer->next, at_ms, TIME_BYTES);
	bytes_put_number(&writer->next, graph->stats.taken_at_ms, TIME_BYTES);
	graph_pack(graph, &writer->next);
	if (writer->next.len > CONTENT_BYTES_MAX)
		return -E2BIG;
	compress(writer, whole);
	writer->since_full = whole ? 0 : writer->since_full + 1;
	writer->last = writer->next;
	writer->next = last;
	*ret_snapshot = (struct snapshot){
	    .at_ms = at_ms,
	    .taken_at_ms = graph->stats.taken_at_ms,
	    .whole = whole,
	    .data = writer->frame.data,
	    .len = writer->frame.len,
	};
	return 0;
}

/* --- Reading ------------------------------------------------------------------------------------- */

const char *snapshot_fault(const struct snapshot *snapshot)
{
	unsigned long long content;

	if (snapshot->version_1)
		return NULL;
	if (snapshot->len <= FRAME_FLAGS_AT || bytes_u32(snapshot->data) != ZSTD_MAGICNUMBER ||
	    !(snapshot->data[FRAME_FLAGS_AT] & FRAME_FLAG_CHECKSUM))
		return N_("a Zstandard frame with a checksum");
	/* Unknown and wrong ones are the highest numbers. */
	content = ZSTD_getFrameContentSize(snapshot->data, snapshot->len);
	if (content < 2 * TIME_BYTES || content > CONTENT_BYTES_MAX)
		return N_("a Zstandard frame with the size of a graph");
	if (ZSTD_findFrameCompressedSize(snapshot->data, snapshot->len) != snapshot->len)
		return N_("a Zstandard frame that is as long as its record");
	return NULL;
}

void snapshot_reader_done(struct snapshot_reader *reader)
{
	bytes_done(&reader->content);
	bytes_done(&reader->spare);
	ZSTD_freeDCtx(reader->zstd);
	reader->zstd = NULL;
}

/* Into @content, which has @before as its prefix, of no bytes for none.  Returns what is wrong, or NULL. */
static const char *decompress(struct snapshot_reader *reader, const struct snapshot *snapshot,
    const struct bytes *before, struct bytes *content)
{
	const char *expected = snapshot_fault(snapshot);
	struct byte_reader times;
	size_t len;

	if (expected)
		return expected;
	if (!reader->zstd)
		reader->zstd = ZSTD_createDCtx();
	if (!reader->zstd ||
	    ZSTD_isError(ZSTD_DCtx_refPrefix(reader->zstd, before->data, before->len)))
		out_of_memory();
	/* As much as the frame says, and no more; it is an error where that is not what comes out. */
	content->len = 0;
	len = (size_t)ZSTD_getFrameContentSize(snapshot->data, snapshot->len);
	bytes_reserve(content, len);
	if (ZSTD_decompressDCtx(reader->zstd, content->data, len, snapshot->data, snapshot->len) !=
	    len)
		return snapshot->whole ? N_("a whole graph with its checksum")
		                       : N_("what changed since the graph before");
	content->len = len;
	times = (struct byte_reader){.data = content->data, .len = content->len};
	if (read_number(&times, TIME_BYTES, UINT64_MAX, "") != snapshot->at_ms ||
	    read_number(&times, TIME_BYTES, UINT64_MAX, "") != snapshot->taken_at_ms)
		return N_("the times of that graph");
	return NULL;
}

int snapshot_read(struct snapshot_reader *reader, const struct snapshot *snapshot)
{
	const struct bytes none = {0};
	struct bytes before = reader->content;

	reader->offset = snapshot->offset;
	if (snapshot->version_1)
		reader->expected =
		    recording_1_content(snapshot, &before, &reader->spare, &reader->offset);
	else if (!snapshot->whole && !before.len)
		reader->expected = N_("a whole graph");
	else
		reader->expected =
		    decompress(reader, snapshot, snapshot->whole ? &none : &before, &reader->spare);
	reader->content = reader->spare;
	reader->spare = before;
	if (!reader->expected)
		return 0;
	/* What follows from this one can't be read either. */
	reader->content.len = 0;
	return -EBADMSG;
}

struct graph *snapshot_graph(struct snapshot_reader *reader, const struct snapshot *snapshot)
{
	struct byte_reader in = {
	    .data = reader->content.data,
	    .len = reader->content.len,
	    .at = 2 * TIME_BYTES,
	    .short_numbers = snapshot->version_1,
	};
	struct graph *graph = graph_unpack(&in);

	/* A place in what was compressed is none in the file. */
	if (!graph) {
		reader->expected = in.expected;
		reader->offset = snapshot->offset;
	}
	return graph;
}
