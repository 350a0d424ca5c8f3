#include "model/base/bytes.h"

#include "model/base/util.h"

#include <endian.h>
#include <string.h>

void bytes_done(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){0};
}

void bytes_reserve(struct bytes *bytes, size_t count)
{
	array_reserve(bytes->data, bytes->capacity, bytes->len + count);
}

void bytes_put(struct bytes *bytes, const void *data, size_t len)
{
	bytes_reserve(bytes, len);
	if (len)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

void bytes_put_text(struct bytes *bytes, const char *data, size_t len)
{
	bytes_put_number(bytes, len, sizeof(uint32_t));
	bytes_put(bytes, data, len);
}

void bytes_set_u32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

uint32_t bytes_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return le32toh(value);
}

void reader_fail(struct byte_reader *reader, const char *expected)
{
	if (!reader->expected)
		reader->expected = expected;
}

/* LEB128, as of DWARF: seven bits a byte, the lowest first, with the high bit set on all but the last one. */
static bool take_short(const struct byte_reader *reader, size_t *at, uint64_t *ret_number)
{
	uint64_t number = 0;

	for (unsigned shift = 0; *at < reader->len && shift < 64; shift += 7) {
		uint8_t byte = reader->data[(*at)++];

		/* The tenth byte has one bit left. */
		if (shift == 63 && byte > 1)
			return false;
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret_number = number;
			return true;
		}
	}
	return false;
}

static bool take_fixed(
    const struct byte_reader *reader, size_t width, size_t *at, uint64_t *ret_number)
{
	size_t left = reader->len - *at;
	uint64_t number = 0;

	if (width > left)
		return false;
	memcpy(&number, reader->data + *at, left < sizeof(number) ? left : sizeof(number));
	number = le64toh(number);
	if (width < sizeof(number))
		number &= (UINT64_C(1) << (8 * width)) - 1;
	*at += width;
	*ret_number = number;
	return true;
}

uint64_t read_number_slowly(
    struct byte_reader *reader, size_t width, uint64_t most, const char *expected)
{
	size_t at = reader->at;
	uint64_t number;

	if (reader->expected)
		return 0;
	if ((reader->short_numbers ? take_short(reader, &at, &number)
	                           : take_fixed(reader, width, &at, &number)) &&
	    number <= most) {
		reader->at = at;
		return number;
	}
	reader->expected = expected;
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
	size_t len = (size_t)read_number(reader, sizeof(uint32_t), most, expected);
	const uint8_t *data = read_bytes(reader, len, expected);

	*ret_len = data ? len : 0;
	return data ? (const char *)data : "";
}
