/* Files of moments: whole ones, cut ones and damaged ones. */
#include "model/recording.h"
#include "model/util.h"
#include "tests/unit/fixture.h"
#include "tests/unit/twins.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	struct moment_writer writer = {.since_whole = 0};

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
	moment_writer_done(&writer);
	history_free(history);
}

static void drop(struct made *made)
{
	for (unsigned i = 0; i < MOMENTS; i++)
		graph_unref(made->graphs[i]);
	bytes_done(&made->file);
}

/* Those that can be read are those that were written. */
static void assert_moments(const struct past *past, const struct made *made, size_t count)
{
	struct past_reader reader = {.next = 0};

	assert_int_equal(past_end(past) - past_first(past), count);
	for (size_t i = 0; i < count; i++) {
		struct graph *graph = past_graph(past, &reader, past_first(past) + i);

		assert_non_null(graph);
		assert_twins(made->graphs[i], graph);
		assert_int_equal(past_moment(past, past_first(past) + i)->at_ms, 1000 * (i + 1));
		graph_unref(graph);
	}
	past_reader_done(&reader);
}

static void comes_back(void **state)
{
	struct past *past = past_new(0, 0);
	struct recording_fault fault;
	struct made made;

	(void)state;
	make(&made);
	assert_int_equal(recording_load(made.file.data, made.file.len, past, &fault), 0);
	assert_moments(past, &made, MOMENTS);
	past_free(past);
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
		struct past *past = past_new(0, 0);
		struct recording_fault fault = {.expected = NULL};
		size_t count = moments_within(&made, len);
		bool between = len == made.begin || (count && made.ends[count - 1] == len);
		autofree uint8_t *cut = xmalloc(len + !len);
		int r;

		memcpy(cut, made.file.data, len);
		r = recording_load(cut, len, past, &fault);
		if (len < made.begin)
			assert_true(r == -EINVAL || r == -ENOTSUP);
		else
			assert_int_equal(r, between ? -ENODATA : -EBADMSG);
		assert_non_null(fault.expected);
		/* The place is where the record that is not whole begins, or goes on. */
		assert_true(fault.offset <= len);
		if (len >= made.begin && count)
			assert_true(fault.offset >= made.ends[count - 1]);
		assert_moments(past, &made, count);
		past_free(past);
	}
	drop(&made);
}

/* Any bit that turned is noticed, and what comes before it can be read. */
static void turned_anywhere(void **state)
{
	struct made made;

	(void)state;
	make(&made);
	for (size_t at = 0; at < made.file.len; at++) {
		struct past *past = past_new(0, 0);
		struct recording_fault fault;
		int r;

		made.file.data[at] ^= (uint8_t)(1 << at % 8);
		r = recording_load(made.file.data, made.file.len, past, &fault);
		made.file.data[at] ^= (uint8_t)(1 << at % 8);
		assert_true(r < 0 && r != -ENODATA);
		if (at >= made.begin) {
			assert_int_equal(r, -EBADMSG);
			assert_moments(past, &made, moments_within(&made, at));
		}
		past_free(past);
	}
	drop(&made);
}

static void what_is_no_recording(void **state)
{
	static const struct {
		const char *text;
		int error;
		size_t offset;
		const char *expected;
	} files[] = {
	    {"", -EINVAL, 0, "\"nsscope recording\""},
	    {"nsscope", -EINVAL, 0, "\"nsscope recording\""},
	    {"#!/bin/sh\n# something longer\n", -EINVAL, 0, "\"nsscope recording\""},
	    {"nsscope recording 2\n", -ENOTSUP, 18, "version 1"},
	    {"nsscope recording 1\n", -ENODATA, 20, "its last record"},
	    {"nsscope recording 1\nX", -EBADMSG, 20, "the rest of a record"},
	    {"nsscope recording 1\nX........", -EBADMSG, 20, "the beginning of a record"},
	};

	(void)state;
	for (size_t i = 0; i < array_len(files); i++) {
		struct past *past = past_new(0, 0);
		struct recording_fault fault;
		int r = recording_load(
		    (const uint8_t *)files[i].text, strlen(files[i].text), past, &fault);

		assert_int_equal(r, files[i].error);
		assert_int_equal(fault.offset, files[i].offset);
		assert_string_equal(fault.expected, files[i].expected);
		past_free(past);
	}
}

/* A file whose checksums are right and that says nonsense: the moment before can still be read. */
static void nonsense_with_a_checksum(void **state)
{
	struct past *past = past_new(0, 0);
	struct past_reader reader = {.next = 0};
	struct recording_fault fault;
	struct made made;
	struct bytes file = {0};
	uint8_t head[9] = {'D'};
	const uint8_t moment[] = {0xd0, 0x0f, 1, 0xfc, 0x7f}; /* at 2000 ms; keep 4095 records */

	(void)state;
	make(&made);
	bytes_put(&file, made.file.data, made.ends[0]);
	bytes_set_u32(head + 1, sizeof(moment));
	bytes_set_u32(head + 5, bytes_checksum(bytes_checksum(0, head, 5), moment, sizeof(moment)));
	bytes_put(&file, head, sizeof(head));
	bytes_put(&file, moment, sizeof(moment));
	recording_end(&file);
	assert_int_equal(recording_load(file.data, file.len, past, &fault), 0);
	assert_int_equal(past_end(past) - past_first(past), 2);
	assert_null(past_graph(past, &reader, 2));
	assert_int_equal(reader.moments.offset, made.ends[0] + 9 + 3);
	assert_string_equal(reader.moments.expected, "a step that fits the graph before");
	graph_unref(past_graph(past, &reader, 1));
	assert_int_equal(reader.next, 2);
	past_reader_done(&reader);
	past_free(past);
	bytes_done(&file);
	drop(&made);
}

static void checksum_of_the_standard(void **state)
{
	(void)state;
	assert_int_equal(bytes_checksum(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(bytes_checksum(bytes_checksum(0, "1234", 4), "56789", 5), 0xcbf43926);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(turned_anywhere),
	    cmocka_unit_test(what_is_no_recording),
	    cmocka_unit_test(nonsense_with_a_checksum),
	    cmocka_unit_test(checksum_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
