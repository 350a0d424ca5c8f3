#include "model/delta.h"

#include "model/i18n.h"
#include "model/util.h"

#include <string.h>

enum { LENGTH_BYTES = 4 };

/* Each step is a number: what to do in the lowest two bits, how often or how much above. */
enum step { STEP_KEEP, STEP_DROP, STEP_NEW, STEP_PATCH };

/* One record of a list, or none at its end. */
struct record {
	const uint8_t *data; /* with its length */
	size_t len;          /* with that */
};

struct key {
	uint64_t kind, major, minor;
};

/* The record at @at of a well-formed list. */
static struct record record_at(const uint8_t *list, size_t len, size_t at)
{
	struct record record = {.data = list + at};

	if (at < len)
		record.len = LENGTH_BYTES + bytes_u32(list + at);
	return record;
}

static struct key key_of(const struct record *record)
{
	struct byte_reader reader = {
	    .data = record->data + LENGTH_BYTES, .len = record->len - LENGTH_BYTES};
	struct key key = {.kind = read_number(&reader, UINT64_MAX, "")};

	key.major = read_number(&reader, UINT64_MAX, "");
	key.minor = read_number(&reader, UINT64_MAX, "");
	return key;
}

static int order_of(uint64_t left, uint64_t right)
{
	return left < right ? -1 : left > right;
}

/* Where one list is at its end, the other one's record comes first. */
static int order_of_records(const struct record *left, const struct record *right)
{
	struct key a, b;
	int order;

	if (!left->len || !right->len)
		return left->len ? -1 : 1;
	a = key_of(left);
	b = key_of(right);
	order = order_of(a.kind, b.kind);
	if (!order)
		order = order_of(a.major, b.major);
	return order ? order : order_of(a.minor, b.minor);
}

static void put_step(struct bytes *delta, enum step step, uint64_t count)
{
	bytes_put_number(delta, count << 2 | step);
}

/* What is the same at the beginning and at the end stays; what is between is replaced. */
static void put_patch(const struct record *before, const struct record *after, struct bytes *delta)
{
	const uint8_t *old = before->data + LENGTH_BYTES, *new = after->data + LENGTH_BYTES;
	size_t old_len = before->len - LENGTH_BYTES, new_len = after->len - LENGTH_BYTES;
	size_t least = old_len < new_len ? old_len : new_len, head = 0, tail = 0;

	while (head < least && old[head] == new[head])
		head++;
	while (tail < least - head && old[old_len - 1 - tail] == new[new_len - 1 - tail])
		tail++;
	put_step(delta, STEP_PATCH, head);
	bytes_put_number(delta, tail);
	bytes_put_text(delta, (const char *)new + head, new_len - head - tail);
}

void delta_make(const uint8_t *before, size_t before_len, const uint8_t *after, size_t after_len,
    struct bytes *delta)
{
	size_t old_at = 0, new_at = 0;
	uint64_t kept = 0, dropped = 0;

	while (old_at < before_len || new_at < after_len) {
		struct record old = record_at(before, before_len, old_at);
		struct record new = record_at(after, after_len, new_at);
		bool same =
		    old.len && old.len == new.len &&memcmp(old.data, new.data, old.len) == 0;
		int order = same ? 0 : order_of_records(&old, &new);

		if (kept && !same)
			put_step(delta, STEP_KEEP, kept);
		if (dropped && order >= 0)
			put_step(delta, STEP_DROP, dropped);
		kept = same ? kept + 1 : 0;
		dropped = order < 0 ? dropped + 1 : 0;
		if (order > 0) {
			put_step(delta, STEP_NEW, new.len - LENGTH_BYTES);
			bytes_put(delta, new.data + LENGTH_BYTES, new.len - LENGTH_BYTES);
		} else if (order == 0 && !same) {
			put_patch(&old, &new, delta);
		}
		old_at += order <= 0 ? old.len : 0;
		new_at += order >= 0 ? new.len : 0;
	}
	/* What is kept up to the end, or left out there, is said too: nothing goes without saying. */
	if (kept)
		put_step(delta, STEP_KEEP, kept);
	if (dropped)
		put_step(delta, STEP_DROP, dropped);
}

/* --- The way back ----------------------------------------------------------------------------- */

struct patcher {
	const uint8_t *before;
	size_t before_len, before_at;
	struct bytes *after;
	size_t most; /* bytes of @after */
};

/* Makes room for a record of @len bytes and begins it. */
static bool begin_record(struct patcher *patcher, size_t len)
{
	struct bytes *after = patcher->after;

	if (len > UINT32_MAX - LENGTH_BYTES || after->len > patcher->most ||
	    len + LENGTH_BYTES > patcher->most - after->len)
		return false;
	bytes_reserve(after, len + LENGTH_BYTES);
	bytes_set_u32(after->data + after->len, (uint32_t)len);
	after->len += LENGTH_BYTES;
	return true;
}

/* Goes over @count old records.  @ret_bytes: how long they are together. */
static bool pass_records(struct patcher *patcher, uint64_t count, size_t *ret_bytes)
{
	size_t from = patcher->before_at;

	for (; count; count--) {
		struct record record =
		    record_at(patcher->before, patcher->before_len, patcher->before_at);

		if (!record.len)
			return false;
		patcher->before_at += record.len;
	}
	*ret_bytes = patcher->before_at - from;
	return true;
}

static bool keep(struct patcher *patcher, uint64_t count)
{
	const uint8_t *from = patcher->before + patcher->before_at;
	size_t len;

	if (!pass_records(patcher, count, &len) || patcher->after->len > patcher->most ||
	    len > patcher->most - patcher->after->len)
		return false;
	bytes_put(patcher->after, from, len);
	return true;
}

static bool add_new(struct patcher *patcher, struct byte_reader *delta, uint64_t len)
{
	const uint8_t *data = read_bytes(delta, (size_t)len, N_("a whole record"));

	if (!data || !begin_record(patcher, (size_t)len))
		return false;
	bytes_put(patcher->after, data, (size_t)len);
	return true;
}

static bool patch(struct patcher *patcher, struct byte_reader *delta, uint64_t head)
{
	struct record old = record_at(patcher->before, patcher->before_len, patcher->before_at);
	size_t old_len = old.len ? old.len - LENGTH_BYTES : 0, middle_len;
	uint64_t tail = read_number(delta, SIZE_MAX, N_("a length"));
	const char *middle = read_text(delta, SIZE_MAX, &middle_len, N_("a part of a record"));

	if (!old.len || !reader_ok(delta) || head > old_len || tail > old_len - head ||
	    !begin_record(patcher, (size_t)head + middle_len + (size_t)tail))
		return false;
	bytes_put(patcher->after, old.data + LENGTH_BYTES, (size_t)head);
	bytes_put(patcher->after, middle, middle_len);
	bytes_put(patcher->after, old.data + old.len - tail, (size_t)tail);
	patcher->before_at += old.len;
	return true;
}

bool delta_apply(const uint8_t *before, size_t before_len, struct byte_reader *delta, size_t most,
    struct bytes *after)
{
	struct patcher patcher = {
	    .before = before, .before_len = before_len, .after = after, .most = most};
	size_t passed;

	while (reader_ok(delta) && delta->at < delta->len) {
		size_t from = delta->at;
		uint64_t step = read_number(delta, UINT64_MAX, N_("a step of a delta"));
		bool fits = false;

		switch ((enum step)(step & 3)) {
		case STEP_KEEP:
			fits = keep(&patcher, step >> 2);
			break;
		case STEP_DROP:
			fits = pass_records(&patcher, step >> 2, &passed);
			break;
		case STEP_NEW:
			fits = add_new(&patcher, delta, step >> 2);
			break;
		case STEP_PATCH:
			fits = patch(&patcher, delta, step >> 2);
			break;
		}
		if (!fits && reader_ok(delta)) {
			delta->at = from;
			reader_fail(delta, N_("a step that fits the graph before"));
		}
	}
	if (reader_ok(delta) && patcher.before_at != before_len)
		reader_fail(delta, N_("a step for what is left of the graph before"));
	return reader_ok(delta);
}

bool records_check(struct byte_reader *reader)
{
	while (reader_ok(reader) && reader->at < reader->len) {
		const uint8_t *length =
		    read_bytes(reader, LENGTH_BYTES, N_("the length of a record"));
		const uint8_t *data =
		    length ? read_bytes(reader, bytes_u32(length), N_("a whole record")) : NULL;

		if (data && bytes_u32(length) == 0)
			reader_fail(reader, N_("a record that is not empty"));
	}
	return reader_ok(reader);
}
