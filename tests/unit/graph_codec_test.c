/* A graph as bytes and back; and bytes that are no graph. */
#include "model/graph_codec.h"
#include "model/moment.h"
#include "model/util.h"
#include "tests/unit/fixture.h"
#include "tests/unit/random_machine.h"
#include "tests/unit/twins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	assert_int_equal(fixture_ns(twin, NS_NET, 232)->keeper_count, 1);
	assert_true(fixture_ns(twin, NS_PID, 300)->own);
	assert_false(fixture_ns(twin, NS_NET, 232)->own);
	assert_true(fixture_ns(twin, NS_NET, 232)->named_by_link);
	assert_false(fixture_ns(twin, NS_NET, 231)->named_by_link);
	graph_unref(twin);

	/* The dead too, with who their parents were. */
	graph = fixture_push(history, 2000, "1 init; 41 sleep start=200; 44 new uts=213");
	twin = packed_twin(graph);
	assert_twins(graph, twin);
	assert_int_equal(graph_process(twin, &(struct process_id){40, 100})->life.died_ms, 2000);
	assert_int_equal(fixture_process(twin, 44)->life.born_ms, 2000);
	graph_unref(twin);
	history_free(history);
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
		struct moment_writer writer = {.since_whole = 0};
		struct moment_reader reader = {.offset = 0};

		for (uint64_t push = 1; push <= 4; push++) {
			autofree char *machine = random_machine(&seed);
			const struct graph *graph = fixture_push(history, push * 1500, machine);
			struct bytes bytes = {0};
			struct moment moment;
			struct graph *twin = packed_twin(graph);

			assert_twins(graph, twin);
			graph_unref(twin);

			/* The same by what changed. */
			assert_int_equal(moment_write(&writer, graph, push, &bytes, &moment), 0);
			moment.data = bytes.data;
			if (push == 1)
				assert_true(moment.whole);
			assert_int_equal(moment_read(&reader, &moment), 0);
			twin = moment_graph(&reader, &moment);
			assert_non_null(twin);
			assert_twins(graph, twin);
			graph_unref(twin);
			bytes_done(&bytes);
		}
		moment_writer_done(&writer);
		moment_reader_done(&reader);
		history_free(history);
	}
}

/* Where nothing or little changes, little is said. */
static void changes_are_short(void **state)
{
	static const struct {
		const char *machine;
		size_t most_bytes;
	} steps[] = {
	    {everything, 1500},
	    {everything, 16},
	    {"1 init; 40 sh state=R cmd=\"sh|-c||a long line that stays as it was\"", 1500},
	    {"1 init; 40 sh state=S cmd=\"sh|-c||a long line that stays as it was\"", 16},
	};
	struct history *history = history_new(1);
	struct moment_writer writer = {.since_whole = 0};

	(void)state;
	for (size_t i = 0; i < array_len(steps); i++) {
		struct bytes bytes = {0};
		struct moment moment;

		/* Those that died are told of the second one, and leave with the third. */
		for (uint64_t again = 0; again < 2; again++) {
			const struct graph *graph =
			    fixture_push(history, 1000 * (2 * i + again + 1), steps[i].machine);

			bytes.len = 0;
			assert_int_equal(moment_write(&writer, graph, 1, &bytes, &moment), 0);
			if (i == 3 && again == 0)
				assert_false(moment.whole);
		}
		assert_true(moment.len <= steps[i].most_bytes);
		bytes_done(&bytes);
	}
	moment_writer_done(&writer);
	history_free(history);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everything_comes_back),
	    cmocka_unit_test(an_init_that_is_gone_comes_back),
	    cmocka_unit_test(numbers_are_kept),
	    cmocka_unit_test(random_graphs_come_back),
	    cmocka_unit_test(changes_are_short),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(turned_anywhere),
	    cmocka_unit_test(wrong_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
