/* Files of moments: whole ones, cut ones and damaged ones. */
#include "model/base/util.h"
#include "model/record/recording.h"
#include "tests/unit/fixture.h"
#include "tests/unit/twins.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

enum { MOMENTS = 5 };

struct made {
	struct bytes file;
	struct graph *graphs[MOMENTS];
	size_t ends[MOMENTS]; /* where each moment's record ends */
	size_t begin;
};

static void make(struct made *made)
{
	struct history *history = history_new(4000);
	struct snapshot_writer writer = {.since_full = 0};

	*made = (struct made){.begin = 0};
	recording_begin(&made->file);
	made->begin = made->file.len;
	for (unsigned i = 0; i < MOMENTS; i++) {
		autofree char *text = xasprintf("1 init; %u sh uts=%u", 40 + i / 2, 210 + i);

		made->graphs[i] = graph_ref(fixture_push(history, 1000 * (i + 1), text));
		assert_int_equal(
		    recording_put(&writer, made->graphs[i], 1000 * (i + 1), &made->file), 0);
		made->ends[i] = made->file.len;
	}
	recording_end(&made->file);
	snapshot_writer_done(&writer);
	history_free(history);
}

static void drop(struct made *made)
{
	for (unsigned i = 0; i < MOMENTS; i++)
		graph_unref(made->graphs[i]);
	bytes_done(&made->file);
}

/* The first @count are those that were written. */
static void assert_first_moments(
    const struct history_log *history_log, const struct made *made, size_t count)
{
	struct history_log_reader reader = {.next = 0};

	for (size_t i = 0; i < count; i++) {
		struct graph *graph =
		    history_log_graph(history_log, &reader, history_log_first(history_log) + i);

		assert_non_null(graph);
		assert_twins(made->graphs[i], graph);
		assert_int_equal(
		    history_log_snapshot(history_log, history_log_first(history_log) + i)->at_ms,
		    1000 * (i + 1));
		graph_unref(graph);
	}
	history_log_reader_done(&reader);
}

/* And there are no more. */
static void assert_moments(
    const struct history_log *history_log, const struct made *made, size_t count)
{
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log), count);
	assert_first_moments(history_log, made, count);
}

static void comes_back(void **state)
{
	struct history_log *history_log = history_log_new(0, 0);
	struct recording_fault fault;
	struct made made;

	(void)state;
	make(&made);
	assert_int_equal(recording_load(made.file.data, made.file.len, history_log, &fault), 0);
	assert_moments(history_log, &made, MOMENTS);
	history_log_free(history_log);
	drop(&made);
}

/* Whole moments of a file that ends at @len. */
static size_t moments_within(const struct made *made, size_t len)
{
	size_t count = 0;

	while (count < MOMENTS && made->ends[count] <= len)
		count++;
	return count;
}

static void cut_anywhere(void **state)
{
	struct made made;

	(void)state;
	make(&made);
	for (size_t len = 0; len < made.file.len; len++) {
		struct history_log *history_log = history_log_new(0, 0);
		struct recording_fault fault = {.expected = NULL};
		size_t count = moments_within(&made, len);
		bool between = len == made.begin || (count && made.ends[count - 1] == len);
		autofree uint8_t *cut = xmalloc(len + !len);
		int r;

		memcpy(cut, made.file.data, len);
		r = recording_load(cut, len, history_log, &fault);
		if (len < made.begin)
			assert_true(r == -EINVAL || r == -ENOTSUP);
		else
			assert_int_equal(r, between ? -ENODATA : -EBADMSG);
		assert_non_null(fault.expected);
		/* The place is where the record that is not whole begins, or goes on. */
		assert_true(fault.offset <= len);
		if (len >= made.begin && count)
			assert_true(fault.offset >= made.ends[count - 1]);
		assert_moments(history_log, &made, count);
		history_log_free(history_log);
	}
	drop(&made);
}

/* How many moments from the first one on can be read. */
static size_t readable(const struct history_log *history_log)
{
	struct history_log_reader reader = {.next = 0};
	uint64_t number = history_log_first(history_log);

	for (; number < history_log_end(history_log); number++) {
		struct graph *graph = history_log_graph(history_log, &reader, number);

		if (!graph)
			break;
		graph_unref(graph);
	}
	assert_true(number == history_log_end(history_log) || reader.snapshots.expected);
	history_log_reader_done(&reader);
	return number - history_log_first(history_log);
}

/* Whatever bit turned, what is read is what was written.  What comes before it can be read; what was turned can't,
 * but for the few bits of a frame that mean nothing. */
static void turned_anywhere(void **state)
{
	struct made made;
	size_t unnoticed = 0;

	(void)state;
	make(&made);
	for (size_t at = 0; at < made.file.len; at++) {
		struct history_log *history_log = history_log_new(0, 0);
		struct recording_fault fault = {.expected = NULL};
		size_t before = moments_within(&made, at), count;
		int r;

		made.file.data[at] ^= (uint8_t)(1 << at % 8);
		r = recording_load(made.file.data, made.file.len, history_log, &fault);
		assert_true(r == 0 || (fault.expected && r != -ENODATA));
		count = readable(history_log);
		if (at < made.begin) {
			assert_true(r < 0);
		} else {
			unnoticed += r == 0 && count == MOMENTS;
			assert_true(count >= before);
			assert_first_moments(history_log, &made, count);
		}
		made.file.data[at] ^= (uint8_t)(1 << at % 8);
		history_log_free(history_log);
	}
	assert_true(unnoticed <= made.file.len / 100);
	drop(&made);
}

static void what_is_no_recording(void **state)
{
#define HEAD(kind, len) "nsscope recording 2\n" kind len "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0"
	static const struct {
		const char *data;
		size_t len;
		int error;
		size_t offset;
		const char *expected;
	} files[] = {
#define FILE_OF(data) data, sizeof(data) - 1
	    {FILE_OF(""), -EINVAL, 0, "\"nsscope recording\""},
	    {FILE_OF("nsscope"), -EINVAL, 0, "\"nsscope recording\""},
	    {FILE_OF("#!/bin/sh\n# something longer\n"), -EINVAL, 0, "\"nsscope recording\""},
	    {FILE_OF("nsscope recording 3\n"), -ENOTSUP, 18, "version 1 or 2"},
	    {FILE_OF("nsscope recording 22"), -ENOTSUP, 18, "version 1 or 2"},
	    {FILE_OF("nsscope recording 2"), -ENOTSUP, 18, "version 1 or 2"},
	    {FILE_OF("nsscope recording 2\n"), -ENODATA, 20, "its last record"},
	    {FILE_OF("nsscope recording 2\nX"), -EBADMSG, 20, "the beginning of a record"},
	    {FILE_OF("nsscope recording 2\nW123"), -EBADMSG, 21, "the rest of a record"},
	    {FILE_OF("nsscope recording 2\nEE"), -EBADMSG, 21, "nothing more"},
	    {FILE_OF(HEAD("W", "\5\0\0\0") "1234"), -EBADMSG, 41, "the rest of a record"},
	    {FILE_OF(HEAD("W", "\5\0\0\0") "12345"), -EBADMSG, 41,
	        "a Zstandard frame with a checksum"},
	    {FILE_OF(HEAD("D", "\5\0\0\0") "12345"), -EBADMSG, 41, "a whole graph"},
	    {FILE_OF("nsscope recording 2\nW\0\0\0\0\377\377\377\377\377\377\377\377TAKENTAK"),
	        -EBADMSG, 41, "a time"},
	    {FILE_OF("nsscope recording 1\n"), -ENODATA, 20, "its last record"},
	    {FILE_OF("nsscope recording 1\nX"), -EBADMSG, 20, "the rest of a record"},
	    {FILE_OF("nsscope recording 1\nX........"), -EBADMSG, 20, "the beginning of a record"},
	};
#undef FILE_OF
#undef HEAD

	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		struct history_log *history_log = history_log_new(0, 0);
		struct recording_fault fault;
		int r = recording_load(
		    (const uint8_t *)files[i].data, files[i].len, history_log, &fault);

		assert_int_equal(r, files[i].error);
		assert_int_equal(fault.offset, files[i].offset);
		assert_string_equal(fault.expected, files[i].expected);
		history_log_free(history_log);
	}
}

/* What has no end is refused by its beginning. */
static void the_beginning_tells(void **state)
{
	static const struct {
		const char *text;
		bool may_begin;
	} files[] = {
	    {"", true},
	    {"nsscope rec", true},
	    {"nsscope recording 2\n", true},
	    {"nsscope recording 2\nW", true},
	    {"nsscope recording 1\nW", true},
	    {"nsscope recording 2\nX", false},
	    {"nsscope recording 1\nX", false},
	    {"nsscope recording 3", false},
	    {"nsscope recording 22", false},
	    {"nsscope wreck", false},
	    {"x", false},
	};

	(void)state;
	for (size_t i = 0; i < array_len(files); i++)
		assert_int_equal(
		    recording_may_begin((const uint8_t *)files[i].text, strlen(files[i].text)),
		    files[i].may_begin);
}

static void an_earlier_moment(void **state)
{
	struct graph *graph = fixture_graph(NULL, "1 init");
	struct snapshot_writer writer = {.since_full = 0};
	struct recording_fault fault;
	struct history_log *history_log = history_log_new(0, 0);
	struct bytes file = {0};
	size_t first;

	(void)state;
	recording_begin(&file);
	assert_int_equal(recording_put(&writer, graph, 1000, &file), 0);
	first = file.len;
	assert_int_equal(recording_put(&writer, graph, 1000, &file), 0);
	assert_int_equal(recording_load(file.data, file.len, history_log, &fault), -EBADMSG);
	assert_int_equal(fault.offset, first + 21);
	assert_string_equal(fault.expected, "a snapshot later than the one before");
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log), 1);
	snapshot_writer_done(&writer);
	history_log_free(history_log);
	bytes_done(&file);
	graph_unref(graph);
}

/* A frame that is right and holds no graph: the moment before can still be read. */
static void nonsense_in_a_frame(void **state)
{
	static const uint8_t content[] = "\xd0\7\0\0\0\0\0\0\1\0\0\0\0\0\0\0what is this?";
	struct history_log *history_log = history_log_new(0, 0);
	struct history_log_reader reader = {.next = 0};
	struct recording_fault fault;
	struct made made;
	struct bytes file = {0}, frame = {0};
	ZSTD_CCtx *zstd = ZSTD_createCCtx();

	(void)state;
	make(&made);
	bytes_reserve(&frame, 1000);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	frame.len = ZSTD_compress2(zstd, frame.data, frame.capacity, content, sizeof(content) - 1);
	ZSTD_freeCCtx(zstd);
	bytes_put(&file, made.file.data, made.ends[0]);
	bytes_put_number(&file, 'W', 1);
	bytes_put_number(&file, frame.len, 4);
	bytes_put_number(&file, 2000, 8);
	bytes_put_number(&file, 1, 8);
	bytes_put(&file, frame.data, frame.len);
	recording_end(&file);
	assert_int_equal(recording_load(file.data, file.len, history_log, &fault), 0);
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log), 2);
	assert_null(history_log_graph(history_log, &reader, 2));
	assert_int_equal(reader.snapshots.offset, made.ends[0] + 21);
	assert_string_equal(reader.snapshots.expected, "a whole record");
	graph_unref(history_log_graph(history_log, &reader, 1));
	assert_int_equal(reader.next, 2);
	history_log_reader_done(&reader);
	history_log_free(history_log);
	bytes_done(&file);
	bytes_done(&frame);
	drop(&made);
}

/* --- Version 1 ----------------------------------------------------------------------------------- */

/* What nsscope of version 1 was given for tests/unit/recording_1.nsscope, a second from one to the next. */
static const char *const version_1_machines[] = {
    "1 init\n"
    "2 kthreadd kernel parent=0 all=denied\n"
    "40 \"s h\\x1b[31m\\xff\" uid=1000 login=joe uts=210 cmd=\"sh|-c||echo hi\" threads=3\n"
    "41 sleep parent=40 uts=210 pid=300 pids=41,1 start=200 state=Z\n"
    "42 secret all=denied cmd=\"\"\n"
    "43 late exiting pid_for_children=empty mnt=220 net=230 cgroup_path=/a/b\n"
    "thread 40 44 helper uts=211 time=unsupported start=150\n"
    "thread 40 45 other\n"
    "fd 40 3 net 231; socket 43 5 net 232; tun 43 6 net 233; fd 40 8 net 233 45\n"
    "mount uts 212 \"/run/a b\" 220\n"
    "ns uts 210 hostname=\"bl\\nue\" unique=77\n"
    "ns pid 300 parent=initial owner=denied unseen\n"
    "ns user 400 parent=initial owner=initial owner_uid=4294967295\n"
    "ns net 231 name=blue owner=400 netnsid=0; ns net 232 linkname=old\n"
    "ns cgroup 500 initial\n"
    "own 41\n",
    "1 init; 40 sh uid=1000 login=joe uts=210; 44 new uts=213; 50 a; 60 b mnt=221",
    "1 init; 40 sh uid=1000 login=joe uts=210 state=R; 45 newer uts=213; 50 a; 60 b mnt=222",
    "1 init; 50 a cmd=\"a|long|line\"; 60 b mnt=222",
    "1 init; 50 a cmd=\"a|long|line\"; 60 b mnt=222",
    "1 init",
};

static void read_version_1(struct bytes *file)
{
	FILE *stream = fopen("tests/unit/recording_1.nsscope", "re");
	size_t n;

	assert_non_null(stream);
	do {
		bytes_reserve(file, 4096);
		n = fread(file->data + file->len, 1, 4096, stream);
		file->len += n;
	} while (n);
	assert_int_equal(fclose(stream), 0);
}

static void version_1_is_read(void **state)
{
	struct history *history = history_new(4000);
	struct history_log *history_log = history_log_new(0, 0);
	struct history_log_reader reader = {.next = 0};
	struct recording_fault fault;
	struct bytes file = {0};

	(void)state;
	read_version_1(&file);
	assert_int_equal(recording_load(file.data, file.len, history_log, &fault), 0);
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log),
	    array_len(version_1_machines));
	for (size_t i = 0; i < array_len(version_1_machines); i++) {
		uint64_t at_ms = 1000 * (i + 1);
		const struct graph *then = fixture_push(history, at_ms, version_1_machines[i]);
		const struct snapshot *snapshot =
		    history_log_snapshot(history_log, history_log_first(history_log) + i);
		struct graph *graph =
		    history_log_graph(history_log, &reader, history_log_first(history_log) + i);

		assert_non_null(graph);
		assert_twins(then, graph);
		assert_int_equal(snapshot->at_ms, at_ms);
		assert_int_equal(snapshot->whole, i == 0);
		graph_unref(graph);
	}
	history_log_reader_done(&reader);
	history_log_free(history_log);
	bytes_done(&file);
	history_free(history);
}

/* A bit that turned in a file of version 1 is noticed at once, and so is what is missing. */
static void version_1_damaged(void **state)
{
	struct bytes file = {0};

	(void)state;
	read_version_1(&file);
	for (size_t at = 20; at < file.len; at++) {
		struct history_log *history_log = history_log_new(0, 0);
		struct recording_fault fault = {.expected = NULL};
		int r;

		file.data[at] ^= (uint8_t)(1 << at % 8);
		r = recording_load(file.data, file.len, history_log, &fault);
		assert_int_equal(r, -EBADMSG);
		assert_true(fault.expected && fault.offset <= file.len);
		assert_int_equal(readable(history_log),
		    history_log_end(history_log) - history_log_first(history_log));
		file.data[at] ^= (uint8_t)(1 << at % 8);
		history_log_free(history_log);

		history_log = history_log_new(0, 0);
		r = recording_load(file.data, at, history_log, &fault);
		assert_true(r == -EBADMSG || r == -ENODATA);
		assert_int_equal(readable(history_log),
		    history_log_end(history_log) - history_log_first(history_log));
		history_log_free(history_log);
	}
	bytes_done(&file);
}

/* Steps that are no steps of the graph before, with a checksum that is right. */
static void version_1_nonsense(void **state)
{
	/* At 2000 ms: keep 4095 records. */
	static const uint8_t record[] = "D\5\0\0\0CRC1\xd0\x0f\1\xfc\x7f";
	struct history_log *history_log = history_log_new(0, 0);
	struct history_log_reader reader = {.next = 0};
	struct recording_fault fault;
	struct bytes file = {0};
	size_t first;

	(void)state;
	read_version_1(&file);
	first = 20 + 9 + bytes_u32(file.data + 21);
	file.len = first;
	bytes_put(&file, record, sizeof(record) - 1);
	bytes_set_u32(file.data + first + 5, 0x96ab4dc7);
	assert_int_equal(recording_load(file.data, file.len, history_log, &fault), -ENODATA);
	assert_int_equal(history_log_end(history_log) - history_log_first(history_log), 2);
	assert_null(history_log_graph(history_log, &reader, 2));
	assert_int_equal(reader.snapshots.offset, first + 9 + 3);
	assert_string_equal(reader.snapshots.expected, "a step that fits the graph before");
	graph_unref(history_log_graph(history_log, &reader, 1));
	assert_int_equal(reader.next, 2);
	history_log_reader_done(&reader);
	history_log_free(history_log);
	bytes_done(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(turned_anywhere),
	    cmocka_unit_test(what_is_no_recording),
	    cmocka_unit_test(the_beginning_tells),
	    cmocka_unit_test(an_earlier_moment),
	    cmocka_unit_test(nonsense_in_a_frame),
	    cmocka_unit_test(version_1_is_read),
	    cmocka_unit_test(version_1_damaged),
	    cmocka_unit_test(version_1_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
