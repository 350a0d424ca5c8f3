/* A buffer of bytes for records, and a reader that trusts none of the bytes.
 *
 * A number has a fixed width, the lowest byte first; a text is its length, four bytes, and its bytes. */
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
	uint8_t *data;
	size_t len, capacity;
};

void bytes_done(struct bytes *bytes);
/* Reserves memory for @count more. */
void bytes_reserve(struct bytes *bytes, size_t count);
void bytes_put(struct bytes *bytes, const void *data, size_t len);
/* The lowest @width bytes of @number, at most 8. */
static inline void bytes_put_number(struct bytes *bytes, uint64_t number, size_t width)
{
	number = htole64(number);
	if (bytes->capacity - bytes->len < sizeof(number))
		bytes_reserve(bytes, sizeof(number));
	/* All of it: what is too much is written over by what comes next. */
	memcpy(bytes->data + bytes->len, &number, sizeof(number));
	bytes->len += width;
}
void bytes_put_text(struct bytes *bytes, const char *data, size_t len);
/* Fills in at @at, where a number of four bytes was put. */
void bytes_set_u32(uint8_t *at, uint32_t value);
uint32_t bytes_u32(const uint8_t *at);

/* Reading: the first thing that is not as expected is noted, and from then on everything reads as 0
 * and ends at once, so a reader may look at @expected only now and then. */
struct byte_reader {
	const uint8_t *data; /* borrowed */
	size_t len, at;
	const char
	    *expected;      /* what was expected at @at: in English, for N_(); NULL: all is well */
	bool short_numbers; /* each takes only the bytes that it needs, see snapshot.c */
};

static inline bool reader_ok(const struct byte_reader *reader)
{
	return !reader->expected;
}

/* Notes that @expected was expected here, unless something is noted already. */
void reader_fail(struct byte_reader *reader, const char *expected);
/* A number of @width bytes, at most 8, of at most @most. */
uint64_t read_number_slowly(
    struct byte_reader *reader, size_t width, uint64_t most, const char *expected);
static inline uint64_t read_number(
    struct byte_reader *reader, size_t width, uint64_t most, const char *expected)
{
	uint64_t number;

	if (reader->short_numbers || reader->expected || reader->len - reader->at < sizeof(number))
		return read_number_slowly(reader, width, most, expected);
	memcpy(&number, reader->data + reader->at, sizeof(number));
	number = le64toh(number) & UINT64_MAX >> (64 - 8 * width);
	if (number > most)
		return read_number_slowly(reader, width, most, expected);
	reader->at += width;
	return number;
}
/* @len bytes, borrowed; NULL where there are not as many. */
const uint8_t *read_bytes(struct byte_reader *reader, size_t len, const char *expected);
/* A text, borrowed, of at most @most bytes; empty on a mistake. */
const char *read_text(
    struct byte_reader *reader, size_t most, size_t *ret_len, const char *expected);
