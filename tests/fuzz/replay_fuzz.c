/* Fuzzes recordings: any bytes are one, or none from some place on; and each graph that is read can be
 * shown.
 *
 * Checksums and Zstandard would keep a fuzzer out.  So the input is read a second time as what a frame holds, and a
 * third time as a recording of version 1 with checksums that are right. */
#include "model/base/util.h"
#include "model/graph/history.h"
#include "model/record/graph_codec.h"
#include "model/record/recording.h"
#include "model/view/outline.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <string.h>

enum { HEAD_BYTES = 9, MOMENTS_MAX = 64 };

static const char first_line[] = "nsscope recording 1\n";

static uint32_t crc_32(const uint8_t *head, const uint8_t *snapshot, size_t len)
{
	uint32_t sum = ~UINT32_C(0);

	for (size_t i = 0; i < 5 + len; i++) {
		sum ^= i < 5 ? head[i] : snapshot[i - 5];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum;
}

/* Gives each record of the file of version 1 its checksum, and the last one a length that fits. */
static void right_checksums(uint8_t *file, size_t len)
{
	size_t at = strlen(first_line);

	while (at <= len && len - at >= HEAD_BYTES) {
		uint8_t *head = file + at;
		size_t snapshot = bytes_u32(head + 1);

		at += HEAD_BYTES;
		if (snapshot > len - at) {
			snapshot = len - at;
			bytes_set_u32(head + 1, (uint32_t)snapshot);
		}
		bytes_set_u32(head + 5, crc_32(head, file + at, snapshot));
		at += snapshot;
	}
}

/* What was let through says the same of itself once more. */
static void check_packed(const struct graph *graph)
{
	struct bytes first = {0}, second = {0};
	struct byte_reader in;
	struct graph *twin;

	graph_pack(graph, &first);
	in = (struct byte_reader){.data = first.data, .len = first.len};
	twin = graph_unpack(&in);
	CHECK(twin);
	graph_pack(twin, &second);
	CHECK(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	graph_unref(twin);
	bytes_done(&first);
	bytes_done(&second);
}

static void check_outlines(const struct graph *graph)
{
	struct outline outline = {0};

	for (enum grouping grouping = 0; grouping < GROUPING_COUNT; grouping++) {
		const struct outline_options options = {
		    .grouping = grouping, .kernel_threads = true, .search = "a"};

		outline_build(&outline, graph, &options);
		for (uint32_t i = 0; i < outline.count; i++)
			CHECK(outline.rows[i].process || outline.rows[i].ns ||
			      outline.rows[i].key.kind != ROW_PROCESS);
	}
	outline_done(&outline);
}

static void check_graph(const struct graph *graph, const struct graph *before)
{
	struct events events = {0};

	CHECK(graph->living_count <= graph->process_count);
	CHECK(graph->living_ns_count <= graph->ns_count);
	for (size_t i = 0; i < graph->process_count; i++) {
		const struct process *process = graph->processes[i];

		CHECK(process->index == i && process->comm && process->pid_levels > 0);
		CHECK(graph_process(graph, &process->id) == process);
	}
	check_packed(graph);
	check_outlines(graph);
	if (before)
		diff_graphs(before, graph, &events);
	events_done(&events);
}

static void check_file(const uint8_t *data, size_t len)
{
	struct history_log *history_log = history_log_new(0, 0);
	struct history_log_reader reader = {.next = 0};
	struct recording_fault fault = {.expected = NULL};
	struct graph *before = NULL;
	int r = recording_load(data, len, history_log, &fault);
	uint64_t end = history_log_end(history_log), at = history_log_first(history_log);

	CHECK(r == 0 || (fault.expected && fault.offset <= len));
	for (; at < end && at < history_log_first(history_log) + MOMENTS_MAX; at++) {
		struct graph *graph = history_log_graph(history_log, &reader, at);

		if (!graph) {
			CHECK(reader.snapshots.expected && reader.snapshots.offset <= len);
			continue;
		}
		check_graph(graph, before);
		graph_unref(before);
		before = graph;
	}
	graph_unref(before);
	history_log_reader_done(&reader);
	history_log_free(history_log);
}

static void check_content(const uint8_t *data, size_t len)
{
	struct byte_reader in = {.data = data, .len = len};
	struct graph *graph = graph_unpack(&in);

	CHECK(graph || (in.expected && in.at <= len));
	if (graph)
		check_graph(graph, NULL);
	graph_unref(graph);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes version_1 = {0};

	check_file(data, len);
	check_content(data, len);
	if (len < strlen(first_line) || memcmp(data, first_line, strlen(first_line)) != 0)
		bytes_put(&version_1, first_line, strlen(first_line));
	bytes_put(&version_1, data, len);
	right_checksums(version_1.data, version_1.len);
	check_file(version_1.data, version_1.len);
	bytes_done(&version_1);
	return 0;
}
