/* Bytes that are written one after another, and read back by somebody who trusts none of them.
 *
 * Numbers stand seven bits a byte, the lowest first, with the high bit set on all but the last
 * byte; a text is its length and its bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBER_BYTES_MAX = 10 };

struct bytes {
	uint8_t *data;
	size_t len, room;
};

void bytes_done(struct bytes *bytes);
/* Makes room for @count more. */
void bytes_reserve(struct bytes *bytes, size_t count);
void bytes_put(struct bytes *bytes, const void *data, size_t len);
void bytes_put_number(struct bytes *bytes, uint64_t number);
void bytes_put_text(struct bytes *bytes, const char *data, size_t len);
/* One more than the length and the text; 0 for NULL. */
void bytes_put_optional(struct bytes *bytes, const char *data, size_t len);

/* Fixed width, the lowest byte first, for what is filled in later. */
void bytes_set_u32(uint8_t *at, uint32_t value);
uint32_t bytes_u32(const uint8_t *at);

/* Reading: the first thing that is not as expected is noted, and from then on everything reads as 0
 * and ends at once, so a reader may look at @expected only now and then. */
struct byte_reader {
	const uint8_t *data; /* borrowed */
	size_t len, at;
	const char
	    *expected; /* what should have stood at @at: in English, for N_(); NULL: all is well */
};

static inline bool reader_ok(const struct byte_reader *reader)
{
	return !reader->expected;
}

/* Notes that @expected should have stood here, unless something is noted already. */
void reader_fail(struct byte_reader *reader, const char *expected);
/* A number of at most @most. */
uint64_t read_number(struct byte_reader *reader, uint64_t most, const char *expected);
/* @len bytes, borrowed; NULL where there are not as many. */
const uint8_t *read_bytes(struct byte_reader *reader, size_t len, const char *expected);
/* A text, borrowed, of at most @most bytes; empty on a mistake. */
const char *read_text(
    struct byte_reader *reader, size_t most, size_t *ret_len, const char *expected);
/* As bytes_put_optional wrote it: NULL for none. */
const char *read_optional(
    struct byte_reader *reader, size_t most, size_t *ret_len, const char *expected);

/* Finds damage, as of a disk or a line: the CRC-32 of IEEE 802.3.  @so_far: 0, or what it was for the bytes
 * before. */
uint32_t bytes_checksum(uint32_t so_far, const void *data, size_t len);
