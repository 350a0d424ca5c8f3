#include "model/record/snapshot.h"

#include "model/base/i18n.h"
#include "model/base/util.h"
#include "model/record/graph_codec.h"

#include <errno.h>
#include <zstd.h>

enum {
	/* A reader begins at the last whole snapshot, so there are never many between. */
	BETWEEN_WHOLE_MAX = 16,
	TIME_BYTES = sizeof(uint64_t),
	RECORD_LENGTH_BYTES = 4,
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
	/* Any frame fits, so the error is a lack of memory. */
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

/* --- Version 1 -----------------------------------------------------------------------------------
 *
 * A snapshot of version 1 is its two times and a graph, which has the records and fields of graph_codec.h; but a
 * number, whatever its width, takes only the bytes that it needs (LEB128).  Changes are steps that keep, drop, add
 * or patch records of the graph before. */

/* Each step is a number: what to do in the lowest two bits, how often or how much above. */
enum step { STEP_KEEP, STEP_DROP, STEP_NEW, STEP_PATCH };

struct patcher {
	struct byte_reader *delta;
	const uint8_t *before;
	size_t before_len, before_at;
	struct bytes *after;
};

static bool has_capacity(const struct patcher *patcher, size_t len)
{
	return patcher->after->len <= CONTENT_BYTES_MAX &&
	       len <= CONTENT_BYTES_MAX - patcher->after->len;
}

/* Goes over the next old record, which is @ret_len bytes with its length. */
static bool pass_record(struct patcher *patcher, const uint8_t **ret_record, size_t *ret_len)
{
	size_t left = patcher->before_len - patcher->before_at;

	if (!left)
		return false;
	*ret_record = patcher->before + patcher->before_at;
	*ret_len = RECORD_LENGTH_BYTES + bytes_u32(*ret_record);
	patcher->before_at += *ret_len;
	return true;
}

static bool keep_or_drop(struct patcher *patcher, uint64_t count, bool keep)
{
	const uint8_t *record;
	size_t len;

	for (; count; count--) {
		if (!pass_record(patcher, &record, &len) || (keep && !has_capacity(patcher, len)))
			return false;
		if (keep)
			bytes_put(patcher->after, record, len);
	}
	return true;
}

static bool add_record(struct patcher *patcher, uint64_t len)
{
	const uint8_t *data = read_bytes(patcher->delta, (size_t)len, N_("a whole record"));

	if (!data || !has_capacity(patcher, RECORD_LENGTH_BYTES + (size_t)len))
		return false;
	bytes_put_number(patcher->after, len, RECORD_LENGTH_BYTES);
	bytes_put(patcher->after, data, (size_t)len);
	return true;
}

/* What is the same at the beginning and at the end stays; what is between is replaced. */
static bool patch_record(struct patcher *patcher, uint64_t head)
{
	struct byte_reader *delta = patcher->delta;
	uint64_t tail = read_number(delta, sizeof(uint64_t), SIZE_MAX, N_("a length"));
	size_t middle_len =
	    (size_t)read_number(delta, sizeof(uint64_t), SIZE_MAX, N_("a part of a record"));
	const uint8_t *middle = read_bytes(delta, middle_len, N_("a part of a record"));
	const uint8_t *old;
	size_t old_len, len;

	if (!middle || !pass_record(patcher, &old, &old_len))
		return false;
	if (head > old_len - RECORD_LENGTH_BYTES || tail > old_len - RECORD_LENGTH_BYTES - head)
		return false;
	len = (size_t)head + middle_len + (size_t)tail;
	if (!has_capacity(patcher, RECORD_LENGTH_BYTES + len))
		return false;
	bytes_put_number(patcher->after, len, RECORD_LENGTH_BYTES);
	bytes_put(patcher->after, old + RECORD_LENGTH_BYTES, (size_t)head);
	bytes_put(patcher->after, middle, middle_len);
	bytes_put(patcher->after, old + old_len - tail, (size_t)tail);
	return true;
}

static bool take_step(struct patcher *patcher, uint64_t step)
{
	switch ((enum step)(step & 3)) {
	case STEP_KEEP:
	case STEP_DROP:
		return keep_or_drop(patcher, step >> 2, (step & 3) == STEP_KEEP);
	case STEP_NEW:
		return add_record(patcher, step >> 2);
	case STEP_PATCH:
		return patch_record(patcher, step >> 2);
	}
	return false;
}

static void apply(struct patcher *patcher)
{
	struct byte_reader *delta = patcher->delta;

	while (reader_ok(delta) && delta->at < delta->len) {
		size_t from = delta->at;
		uint64_t step =
		    read_number(delta, sizeof(uint64_t), UINT64_MAX, N_("a step of a delta"));

		if (!take_step(patcher, step) && reader_ok(delta)) {
			delta->at = from;
			reader_fail(delta, N_("a step that fits the graph before"));
		}
	}
	if (reader_ok(delta) && patcher->before_at != patcher->before_len)
		reader_fail(delta, N_("a step for what is left of the graph before"));
}

/* A list that can be patched: do the lengths of its records fit? */
static void check_records(struct byte_reader *in)
{
	while (reader_ok(in) && in->at < in->len) {
		const uint8_t *length =
		    read_bytes(in, RECORD_LENGTH_BYTES, N_("the length of a record"));

		if (length)
			read_bytes(in, bytes_u32(length), N_("a whole record"));
	}
}

/* Makes the content of @snapshot of what @before was; of no bytes: nothing was read.
 * Returns NULL, or the expected text, a msgid, and sets @offset to its place in the file. */
static const char *content_1(const struct snapshot *snapshot, const struct bytes *before,
    struct bytes *content, size_t *offset)
{
	struct byte_reader in = {
	    .data = snapshot->data, .len = snapshot->len, .short_numbers = true};
	struct patcher patcher = {
	    .delta = &in,
	    .before = before->data,
	    .before_len = before->len,
	    .before_at = 2 * TIME_BYTES,
	    .after = content,
	};

	content->len = 0;
	bytes_put_number(content, snapshot->at_ms, sizeof(uint64_t));
	bytes_put_number(content, snapshot->taken_at_ms, sizeof(uint64_t));
	if (snapshot->whole) {
		check_records(&in);
		bytes_put(content, snapshot->data, snapshot->len);
	} else if (before->len > 2 * TIME_BYTES) {
		apply(&patcher);
	} else {
		reader_fail(&in, N_("a whole graph"));
	}
	*offset = snapshot->offset + in.at;
	return in.expected;
}

/* --- Snapshots ---------------------------------------------------------------------------------- */

int snapshot_read(struct snapshot_reader *reader, const struct snapshot *snapshot)
{
	const struct bytes none = {0};
	struct bytes before = reader->content;

	reader->offset = snapshot->offset;
	if (snapshot->version_1)
		reader->expected = content_1(snapshot, &before, &reader->spare, &reader->offset);
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
