#include "model/bytes.h"

#include "model/util.h"

#include <string.h>

void bytes_done(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

void bytes_reserve(struct bytes *bytes, size_t count)
{
	array_reserve(bytes->data, bytes->room, bytes->len + count);
}

void bytes_put(struct bytes *bytes, const void *data, size_t len)
{
	bytes_reserve(bytes, len);
	if (len)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

void bytes_put_number(struct bytes *bytes, uint64_t number)
{
	uint8_t *at;

	if (bytes->room - bytes->len < NUMBER_BYTES_MAX)
		bytes_reserve(bytes, NUMBER_BYTES_MAX);
	at = bytes->data + bytes->len;
	for (; number >= 0x80; number >>= 7)
		*at++ = (uint8_t)(number | 0x80);
	*at++ = (uint8_t)number;
	bytes->len = (size_t)(at - bytes->data);
}

void bytes_put_text(struct bytes *bytes, const char *data, size_t len)
{
	bytes_put_number(bytes, len);
	bytes_put(bytes, data, len);
}

void bytes_put_optional(struct bytes *bytes, const char *data, size_t len)
{
	bytes_put_number(bytes, data ? len + 1 : 0);
	bytes_put(bytes, data, data ? len : 0);
}

void bytes_set_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

uint32_t bytes_u32(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

void reader_fail(struct byte_reader *reader, const char *expected)
{
	if (!reader->expected)
		reader->expected = expected;
}

uint64_t read_number(struct byte_reader *reader, uint64_t most, const char *expected)
{
	uint64_t number = 0;
	size_t at = reader->at;

	if (reader->expected)
		return 0;
	for (unsigned shift = 0; at < reader->len && shift < 64; shift += 7) {
		uint8_t byte = reader->data[at++];

		/* The tenth byte has room for one bit. */
		if (shift == 63 && byte > 1)
			break;
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (number > most)
			break;
		reader->at = at;
		return number;
	}
	reader_fail(reader, expected);
	return 0;
}

const uint8_t *read_bytes(struct byte_reader *reader, size_t len, const char *expected)
{
	const uint8_t *data = reader->data + reader->at;

	if (reader->expected || len > reader->len - reader->at) {
		reader_fail(reader, expected);
		return NULL;
	}
	reader->at += len;
	return data;
}

const char *read_text(
    struct byte_reader *reader, size_t most, size_t *ret_len, const char *expected)
{
	size_t len = (size_t)read_number(reader, most, expected);
	const uint8_t *data = read_bytes(reader, len, expected);

	*ret_len = data ? len : 0;
	return data ? (const char *)data : "";
}

const char *read_optional(
    struct byte_reader *reader, size_t most, size_t *ret_len, const char *expected)
{
	size_t len = (size_t)read_number(reader, most + 1, expected);
	const uint8_t *data = len ? read_bytes(reader, len - 1, expected) : NULL;

	*ret_len = data ? len - 1 : 0;
	return (const char *)data;
}

uint32_t bytes_checksum(uint32_t so_far, const void *data, size_t len)
{
	/* Four bits a step: a table of sixteen is enough for some megabytes. */
	static const uint32_t steps[16] = {
	    0x00000000,
	    0x1db71064,
	    0x3b6e20c8,
	    0x26d930ac,
	    0x76dc4190,
	    0x6b6b51f4,
	    0x4db26158,
	    0x5005713c,
	    0xedb88320,
	    0xf00f9344,
	    0xd6d6a3e8,
	    0xcb61b38c,
	    0x9b64c2b0,
	    0x86d3d2d4,
	    0xa00ae278,
	    0xbdbdf21c,
	};
	const uint8_t *bytes = data;
	uint32_t sum = ~so_far;

	for (size_t i = 0; i < len; i++) {
		sum ^= bytes[i];
		sum = sum >> 4 ^ steps[sum & 15];
		sum = sum >> 4 ^ steps[sum & 15];
	}
	return ~sum;
}
