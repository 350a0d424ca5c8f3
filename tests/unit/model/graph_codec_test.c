/* A graph as bytes and back; and bytes that are no graph. */
#include "model/base/util.h"
#include "model/record/graph_codec.h"
#include "model/record/snapshot.h"
#include "tests/unit/fixture.h"
#include "tests/unit/random_machine.h"
#include "tests/unit/twins.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

enum { ROUNDS = 200 };

/* Something of everything. */
static const char everything[] =
    "1 init\n"
    "2 kthreadd kernel parent=0 all=denied\n"
    "40 \"s h\\x1b[31m\\xff\" uid=1000 login=joe uts=210 cmd=\"sh|-c||echo hi\" threads=3\n"
    "41 sleep parent=40 uts=210 pid=300 pids=41,1 start=200 state=Z\n"
    "42 secret all=denied cmd=\"\"\n"
    "43 late exiting pid_for_children=empty mnt=220 net=230 cgroup_path=/a/b\n"
    "thread 40 44 helper uts=211 time=unsupported start=150\n"
    "thread 40 45 other\n"
    "fd 40 3 net 231\n"
    "socket 43 5 net 232\n"
    "tun 43 6 net 233; fd 40 8 net 233 45\n"
    "mount uts 212 \"/run/a b\" 220\n"
    "ns uts 210 hostname=\"bl\\nue\" unique=77\n"
    "ns pid 300 parent=initial owner=denied unseen\n"
    "ns user 400 parent=initial owner=initial owner_uid=4294967295\n"
    "ns net 231 name=blue owner=400 netnsid=0\n"
    "ns net 232 linkname=old\n"
    "ns cgroup 500 initial\n"
    "own 41\n";

static struct graph *packed_twin(const struct graph *graph)
{
	struct bytes bytes = {0};
	struct byte_reader in;
	struct graph *twin;

	graph_pack(graph, &bytes);
	in = (struct byte_reader){.data = bytes.data, .len = bytes.len};
	twin = graph_unpack(&in);
	if (!twin)
		fail_msg("byte %zu of %zu: expected %s", in.at, in.len, in.expected);
	bytes_done(&bytes);
	return twin;
}

static void everything_comes_back(void **state)
{
	struct history *history = history_new(5000);
	const struct graph *graph = fixture_push(history, 1000, everything);
	struct graph *twin;

	(void)state;
	twin = packed_twin(graph);
	assert_twins(graph, twin);
	assert_string_equal(twin->host, "machine");
	assert_memory_equal(fixture_process(twin, 40)->cmdline, "sh\0-c\0\0echo hi", 14);
	assert_non_null(fixture_process(twin, 42)->cmdline);
	assert_null(fixture_process(twin, 43)->cmdline);
	assert_string_equal(fixture_process(twin, 43)->cgroup, "/a/b");
	assert_null(fixture_process(twin, 42)->cgroup);
	assert_int_equal(fixture_ns(twin, NS_NET, 231)->netnsid, 0);
	assert_int_equal(fixture_ns(twin, NS_NET, 232)->netnsid, -1);
	assert_int_equal(fixture_ns(twin, NS_NET, 232)->holder_count, 1);
	assert_true(fixture_ns(twin, NS_PID, 300)->own);
	assert_false(fixture_ns(twin, NS_NET, 232)->own);
	assert_true(fixture_ns(twin, NS_NET, 232)->named_by_link);
	assert_false(fixture_ns(twin, NS_NET, 231)->named_by_link);
	graph_unref(twin);

	/* The dead too, with who their parents were. */
	graph = fixture_push(history, 2000, "1 init; 41 sleep start=200; 44 new uts=213");
	twin = packed_twin(graph);
	assert_twins(graph, twin);
	assert_int_equal(graph_process(twin, &(struct process_id){40, 100})->life.ended_ms, 2000);
	assert_int_equal(fixture_process(twin, 44)->life.appeared_ms, 2000);
	graph_unref(twin);
	history_free(history);
}

/* What the scan says of itself, each by itself. */
static void the_stats_come_back(void **state)
{
	(void)state;
	for (int flag = 0; flag < 3 + NS_TYPE_COUNT; flag++) {
		struct graph_builder *builder = fixture_builder(NULL, "1 init");
		struct scan_stats *stats = graph_stats(builder);
		struct graph *graph, *twin;

		stats->hidden = flag == 0;
		stats->foreign_proc = flag == 1;
		stats->names_late = flag == 2;
		for (int type = 0; type < NS_TYPE_COUNT; type++)
			stats->type_missing[type] = flag == 3 + type;
		stats->denied = 1;
		stats->vanished = 2;
		stats->unchanged = 3;
		stats->fds_denied = 4;
		stats->taken_at_ms = 5;
		stats->taken_at_ticks = 6;
		stats->scan_ms = 7.5;
		graph = graph_freeze(builder);
		twin = packed_twin(graph);
		assert_memory_equal(&twin->stats, &graph->stats, sizeof(graph->stats));
		graph_unref(graph);
		graph_unref(twin);
	}
}

static void an_init_that_is_gone_comes_back(void **state)
{
	struct history *history = history_new(1);
	struct graph *twin;

	(void)state;
	fixture_push(
	    history, 1000, "1 init; 5 a pid_for_children=300; 6 b pid=300 pids=6,1 start=200");
	fixture_push(history, 2000, "1 init; 5 a pid_for_children=300");
	fixture_push(history, 3000, "1 init; 5 a pid_for_children=300");
	twin = packed_twin(history_now(history));
	assert_true(process_id_equal(
	    &fixture_ns(twin, NS_PID, 300)->had_init, &(struct process_id){6, 200}));
	graph_unref(twin);
	history_free(history);
}

/* Numbers stay with a namespace while it is in sight, and are not used again. */
static void numbers_are_kept(void **state)
{
	struct history *history = history_new(1);
	uint32_t first, second;

	(void)state;
	fixture_push(history, 1000, "1 init; 40 sh uts=210");
	first = fixture_ns(history_now(history), NS_UTS, 210)->number;
	assert_int_not_equal(first, 0);
	fixture_push(history, 2000, "1 init; 40 sh uts=210; 41 sh uts=211");
	second = fixture_ns(history_now(history), NS_UTS, 211)->number;
	assert_int_equal(fixture_ns(history_now(history), NS_UTS, 210)->number, first);
	assert_true(second > first);
	/* The same inode, and another namespace: nobody is left who was in it. */
	fixture_push(history, 3000, "1 init; 42 sh uts=211");
	assert_true(fixture_ns(history_now(history), NS_UTS, 211)->number > second);
	history_free(history);
}

static void random_graphs_come_back(void **state)
{
	uint32_t seed = 77007;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct history *history = history_new(5000);
		struct snapshot_writer writer = {.since_full = 0};
		struct snapshot_reader reader = {.offset = 0};

		for (uint64_t push = 1; push <= 4; push++) {
			autofree char *machine = random_machine(&seed);
			const struct graph *graph = fixture_push(history, push * 1500, machine);
			struct snapshot snapshot;
			struct graph *twin = packed_twin(graph);

			assert_twins(graph, twin);
			graph_unref(twin);

			/* The same by what changed. */
			assert_int_equal(snapshot_write(&writer, graph, push, &snapshot), 0);
			assert_int_equal(snapshot.whole, push == 1);
			assert_null(snapshot_fault(&snapshot));
			assert_int_equal(snapshot_read(&reader, &snapshot), 0);
			twin = snapshot_graph(&reader, &snapshot);
			assert_non_null(twin);
			assert_twins(graph, twin);
			graph_unref(twin);
		}
		snapshot_writer_done(&writer);
		snapshot_reader_done(&reader);
		history_free(history);
	}
}

/* @count processes, of which the last is in @state. */
static char *many_processes(unsigned count, char state)
{
	struct bytes text = {0};

	bytes_put(&text, "1 init\n", strlen("1 init\n"));
	for (unsigned i = 2; i <= count; i++) {
		autofree char *line =
		    xasprintf("%u app%u uid=%u start=%u state=%c cmd=\"/usr/bin/app|--id|%u\"\n", i,
		        i % 30, 1000 + i % 20, 100 + i * 7, i == count ? state : 'S', i * 7919);

		bytes_put(&text, line, strlen(line));
	}
	bytes_put_number(&text, 0, 1);
	return (char *)text.data;
}

/* Where nothing or little changes, little is said, however much there is. */
static void changes_are_short(void **state)
{
	autofree char *sleeping = many_processes(3000, 'S'), *running = many_processes(3000, 'R');
	const struct {
		const char *machine;
		size_t most_bytes;
	} steps[] = {
	    {everything, 64},
	    {"1 init; 40 sh state=R cmd=\"sh|-c||a long line that stays as it was\"", 64},
	    {"1 init; 40 sh state=S cmd=\"sh|-c||a long line that stays as it was\"", 64},
	    {sleeping, 256},
	    {running, 256},
	};
	struct history *history = history_new(1);
	struct snapshot_writer writer = {.since_full = 0};

	(void)state;
	for (size_t i = 0; i < array_len(steps); i++) {
		struct snapshot snapshot;

		/* Those that died are told of the second one, and leave with the third. */
		for (uint64_t again = 0; again < 3; again++) {
			uint64_t at_ms = 1000 * (3 * i + again + 1);
			const struct graph *graph = fixture_push(history, at_ms, steps[i].machine);

			assert_int_equal(snapshot_write(&writer, graph, at_ms, &snapshot), 0);
			assert_int_equal(snapshot.whole, i == 0 && again == 0);
			/* The one that runs is all that is new. */
			if (steps[i].machine == running)
				assert_true(snapshot.len <= steps[i].most_bytes);
		}
		assert_true(snapshot.len <= steps[i].most_bytes);
	}
	snapshot_writer_done(&writer);
	history_free(history);
}

/* Now and then one is whole, so that there are never many to read. */
static void whole_now_and_then(void **state)
{
	struct history *history = history_new(1);
	struct snapshot_writer writer = {.since_full = 0};
	unsigned since_full = 0;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++) {
		struct snapshot snapshot;

		assert_int_equal(
		    snapshot_write(&writer, fixture_push(history, i, "1 init"), i, &snapshot), 0);
		since_full = snapshot.whole ? 0 : since_full + 1;
		assert_true(since_full <= 16);
	}
	snapshot_writer_done(&writer);
	history_free(history);
}

/* --- Bytes that are no moment -------------------------------------------------------------------- */

static const char frame_expected[] = "a Zstandard frame with a checksum";
static const char size_expected[] = "a Zstandard frame with the size of a graph";

/* A frame of @count zero bytes, in blocks of one byte repeated 128 Ki times, that says it had @told of them. */
static void put_bomb(struct bytes *out, uint64_t count, uint64_t told)
{
	const uint64_t block = 128 * 1024;

	bytes_put_number(out, 0xfd2fb528, 4);
	bytes_put_number(out, 0xe4, 1); /* the size takes eight bytes, one segment, a checksum */
	bytes_put_number(out, told, 8);
	for (; count > block; count -= block) {
		bytes_put_number(out, block << 3 | 1 << 1, 3);
		bytes_put_number(out, 0, 1);
	}
	bytes_put_number(out, count << 3 | 1 << 1 | 1, 3);
	bytes_put_number(out, 0, 1);
	bytes_put_number(out, 0, 4);
}

/* What takes little and would become much is refused before it does, or stopped where it has said it would
 * end. */
static void a_bomb_is_refused(void **state)
{
	static const struct {
		uint64_t count, told;
		const char *expected; /* by snapshot_fault; NULL: only when it is read */
	} bombs[] = {
	    {UINT64_C(65) << 20, UINT64_C(65) << 20, size_expected},
	    {UINT64_C(65) << 20, UINT64_MAX, size_expected},
	    {UINT64_C(65) << 20, UINT64_MAX - 1, size_expected},
	    {UINT64_C(256) << 20, 4096, NULL}, /* it says less than it is */
	    {4096, UINT64_C(64) << 20, NULL},  /* and more */
	    {4096, 0, size_expected},
	};
	struct snapshot_reader reader = {.offset = 0};

	(void)state;
	for (size_t i = 0; i < array_len(bombs); i++) {
		struct bytes bytes = {0};
		struct snapshot snapshot = {.whole = true, .offset = 7};

		put_bomb(&bytes, bombs[i].count, bombs[i].told);
		snapshot.data = bytes.data;
		snapshot.len = bytes.len;
		if (bombs[i].expected)
			assert_string_equal(snapshot_fault(&snapshot), bombs[i].expected);
		else
			assert_null(snapshot_fault(&snapshot));
		assert_int_equal(snapshot_read(&reader, &snapshot), -EBADMSG);
		assert_string_equal(reader.expected,
		    bombs[i].expected ? bombs[i].expected : "a whole graph with its checksum");
		assert_int_equal(reader.offset, 7);
		assert_true(reader.content.capacity <= (65U << 20));
		bytes_done(&bytes);
	}
	snapshot_reader_done(&reader);
}

/* Compresses @content as a moment of the test's own. */
static void put_frame(struct bytes *out, const void *content, size_t len, int checksum)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, checksum);
	bytes_reserve(out, ZSTD_compressBound(len));
	out->len +=
	    ZSTD_compress2(zstd, out->data + out->len, out->capacity - out->len, content, len);
	ZSTD_freeCCtx(zstd);
}

/* Frames that are right by themselves. */
static void not_such_a_frame(void **state)
{
	struct snapshot_reader reader = {.offset = 0};
	uint8_t content[100] = {1};
	struct bytes without = {0}, two = {0}, skippable = {0}, small = {0};

	(void)state;
	put_frame(&without, content, sizeof(content), 0);
	put_frame(&two, content, sizeof(content), 1);
	put_frame(&two, content, sizeof(content), 1);
	bytes_put_number(&skippable, 0x184d2a50, 4);
	bytes_put_number(&skippable, 4, 4);
	bytes_put_number(&skippable, 0, 4);
	put_frame(&small, content, 8, 1);

	const struct {
		const struct bytes *bytes;
		const char *expected;
	} frames[] = {
	    {&without, frame_expected},
	    {&skippable, frame_expected},
	    {&small, size_expected},
	    {&two, "a Zstandard frame that is as long as its record"},
	};

	for (size_t i = 0; i < array_len(frames); i++) {
		const struct snapshot snapshot = {
		    .whole = true, .data = frames[i].bytes->data, .len = frames[i].bytes->len};

		assert_string_equal(snapshot_fault(&snapshot), frames[i].expected);
		assert_int_equal(snapshot_read(&reader, &snapshot), -EBADMSG);
	}
	bytes_done(&without);
	bytes_done(&two);
	bytes_done(&skippable);
	bytes_done(&small);
	snapshot_reader_done(&reader);
}

/* A moment that is another one's says so. */
static void other_times(void **state)
{
	struct graph *graph = fixture_graph(NULL, everything);
	struct snapshot_writer writer = {.since_full = 0};
	struct snapshot_reader reader = {.offset = 0};
	struct snapshot snapshot, other;

	(void)state;
	assert_int_equal(snapshot_write(&writer, graph, 1000, &snapshot), 0);
	for (int i = 0; i < 2; i++) {
		other = snapshot;
		other.at_ms += i == 0;
		other.taken_at_ms += i == 1;
		assert_int_equal(snapshot_read(&reader, &other), -EBADMSG);
		assert_string_equal(reader.expected, "the times of that graph");
		/* What follows from it can't be read either. */
		other.whole = false;
		assert_int_equal(snapshot_read(&reader, &other), -EBADMSG);
		assert_string_equal(reader.expected, "a whole graph");
	}
	assert_int_equal(snapshot_read(&reader, &snapshot), 0);
	snapshot_writer_done(&writer);
	snapshot_reader_done(&reader);
	graph_unref(graph);
}

/* Cut anywhere, it is no graph, and the place is told. */
static void cut_anywhere(void **state)
{
	struct graph *graph = fixture_graph(NULL, everything);
	struct bytes bytes = {0};

	(void)state;
	graph_pack(graph, &bytes);
	for (size_t len = 0; len < bytes.len; len++) {
		/* Of its exact size, so that a read past the end is noticed. */
		autofree uint8_t *cut = xmalloc(len + !len);
		struct byte_reader in = {.data = cut, .len = len};
		struct graph *part;

		memcpy(cut, bytes.data, len);
		part = graph_unpack(&in);
		/* Between two records nothing but what they say of each other tells. */
		if (!part) {
			assert_non_null(in.expected);
			assert_true(in.at <= len);
		}
		graph_unref(part);
	}
	bytes_done(&bytes);
	graph_unref(graph);
}

/* Any byte may be any other one. */
static void turned_anywhere(void **state)
{
	struct graph *graph = fixture_graph(NULL, everything);
	struct bytes bytes = {0};
	size_t refused = 0;

	(void)state;
	graph_pack(graph, &bytes);
	for (size_t at = 0; at < bytes.len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			struct byte_reader in = {.data = bytes.data, .len = bytes.len};
			struct graph *other;

			bytes.data[at] ^= (uint8_t)(1 << bit);
			other = graph_unpack(&in);
			assert_true(other || in.expected);
			refused += !other;
			graph_unref(other);
			bytes.data[at] ^= (uint8_t)(1 << bit);
		}
	}
	assert_true(refused > bytes.len);
	bytes_done(&bytes);
	graph_unref(graph);
}

/* A link to a namespace of another type would break the lists of members. */
static void wrong_edges(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init; 40 sh uts=210 net=230");
	struct bytes bytes = {0};
	struct byte_reader in;

	(void)state;
	/* The graph is the test's own. */
	((struct process *)(uintptr_t)fixture_process(graph, 40))->ns[NS_UTS] =
	    fixture_ns(graph, NS_NET, 230);
	graph_pack(graph, &bytes);
	in = (struct byte_reader){.data = bytes.data, .len = bytes.len};
	assert_null(graph_unpack(&in));
	assert_string_equal(in.expected, "the number of a namespace of that type");
	bytes_done(&bytes);
	graph_unref(graph);
}

/* What tells nothing but its number would make much memory of few bytes. */
static void heads_alone(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init");
	struct bytes bytes = {0};

	(void)state;
	graph_pack(graph, &bytes);
	for (uint64_t kind = 2; kind <= 3; kind++) {
		struct byte_reader in;

		/* Behind the record of the machine. */
		bytes.len = 4 + bytes_u32(bytes.data);
		bytes_put_number(&bytes, 17 + 79, 4);
		bytes_put_number(&bytes, kind, 1);
		bytes_put_number(&bytes, 1000, 8);
		bytes_put_number(&bytes, 1, 8);
		for (int i = 0; i < 79; i++)
			bytes_put_number(&bytes, 1, 1);
		in = (struct byte_reader){.data = bytes.data, .len = bytes.len};
		assert_null(graph_unpack(&in));
		assert_string_equal(in.expected, "a whole record");
	}
	bytes_done(&bytes);
	graph_unref(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_comes_back),
	    cmocka_unit_test(the_stats_come_back),
	    cmocka_unit_test(an_init_that_is_gone_comes_back),
	    cmocka_unit_test(numbers_are_kept),
	    cmocka_unit_test(random_graphs_come_back),
	    cmocka_unit_test(changes_are_short),
	    cmocka_unit_test(whole_now_and_then),
	    cmocka_unit_test(a_bomb_is_refused),
	    cmocka_unit_test(not_such_a_frame),
	    cmocka_unit_test(other_times),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(turned_anywhere),
	    cmocka_unit_test(wrong_edges),
	    cmocka_unit_test(heads_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
