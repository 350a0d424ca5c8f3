#include "model/moment.h"

#include "model/delta.h"
#include "model/graph_codec.h"
#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>

/* Who goes back reads from the last whole one on, so there are never many between. */
enum { BETWEEN_WHOLE_MAX = 64 };

void moment_writer_done(struct moment_writer *writer)
{
	bytes_done(&writer->last);
	bytes_done(&writer->next);
}

/* A whole one costs no more than what it saves: where much changes there are more of them. */
static bool is_whole_due(const struct moment_writer *writer)
{
	return writer->last.len == 0 || writer->since_whole >= BETWEEN_WHOLE_MAX ||
	       writer->since_whole_bytes > writer->next.len;
}

int moment_write(struct moment_writer *writer, const struct graph *graph, uint64_t at_ms,
    struct bytes *out, struct moment *ret_moment)
{
	size_t from = out->len;
	struct bytes last = writer->last;
	bool whole;

	writer->next.len = 0;
	graph_pack(graph, &writer->next);
	if (writer->next.len > GRAPH_BYTES_MAX)
		return -E2BIG;
	whole = is_whole_due(writer);
	if (whole)
		bytes_put(out, writer->next.data, writer->next.len);
	else
		delta_make(last.data, last.len, writer->next.data, writer->next.len, out);
	writer->since_whole = whole ? 0 : writer->since_whole + 1;
	writer->since_whole_bytes = whole ? 0 : writer->since_whole_bytes + (out->len - from);
	writer->last = writer->next;
	writer->next = last;
	*ret_moment = (struct moment){
	    .at_ms = at_ms,
	    .taken_at_ms = graph->stats.taken_at_ms,
	    .whole = whole,
	    .len = out->len - from,
	};
	return 0;
}

void moment_reader_done(struct moment_reader *reader)
{
	bytes_done(&reader->graph);
	bytes_done(&reader->spare);
}

int moment_read(struct moment_reader *reader, const struct moment *moment)
{
	struct byte_reader in = {.data = moment->data, .len = moment->len};
	struct bytes before = reader->graph;
	bool fits;

	reader->spare.len = 0;
	if (moment->whole) {
		fits = records_check(&in);
		if (fits)
			bytes_put(&reader->spare, moment->data, moment->len);
	} else {
		fits = before.len &&
		       delta_apply(before.data, before.len, &in, GRAPH_BYTES_MAX, &reader->spare);
	}
	reader->graph = reader->spare;
	reader->spare = before;
	if (fits)
		return 0;
	reader_fail(&in, N_("a whole graph"));
	reader->expected = in.expected;
	reader->offset = moment->offset + in.at;
	/* What follows from this one can't be read either. */
	reader->graph.len = 0;
	return -EBADMSG;
}

struct graph *moment_graph(struct moment_reader *reader, const struct moment *moment)
{
	struct byte_reader in = {.data = reader->graph.data, .len = reader->graph.len};
	struct graph *graph = graph_unpack(&in);

	if (!graph) {
		reader->expected = in.expected;
		/* A place in what came out of a delta is none in the file. */
		reader->offset = moment->offset + (moment->whole ? in.at : 0);
	}
	return graph;
}
