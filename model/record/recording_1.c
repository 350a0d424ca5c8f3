#include "model/record/recording_1.h"

#include "model/base/i18n.h"
#include "model/record/graph_codec.h"

enum {
	HEAD_BYTES = 9, /* kind, length, checksum */
	LENGTH_BYTES = 4,
	TIMES_BYTES = 2 * sizeof(uint64_t),
	CONTENT_BYTES_MAX = TIMES_BYTES + GRAPH_BYTES_MAX,
};

static uint32_t checksum(uint32_t so_far, const uint8_t *data, size_t len)
{
	uint32_t sum = ~so_far;

	for (size_t i = 0; i < len; i++) {
		sum ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return ~sum;
}

char recording_1_next(struct byte_reader *in, struct snapshot *ret_snapshot)
{
	struct byte_reader inside = {.short_numbers = true};
	size_t from = in->at;
	const uint8_t *head = read_bytes(in, HEAD_BYTES, N_("the rest of a record"));

	if (!head)
		return 0;
	if (head[0] != 'W' && head[0] != 'D' && head[0] != 'E') {
		in->at = from;
		reader_fail(in, N_("the beginning of a record"));
		return 0;
	}
	inside.len = bytes_u32(head + 1);
	inside.data = read_bytes(in, inside.len, N_("the rest of a record"));
	if (!inside.data)
		return 0;
	if (checksum(checksum(0, head, 5), inside.data, inside.len) != bytes_u32(head + 5)) {
		in->at = from;
		reader_fail(in, N_("a record with the right checksum"));
		return 0;
	}
	if (head[0] == 'E')
		return 'E';
	*ret_snapshot = (struct snapshot){.whole = head[0] == 'W', .version_1 = true};
	ret_snapshot->at_ms = read_number(&inside, sizeof(uint64_t), UINT64_MAX, N_("a time"));
	ret_snapshot->taken_at_ms =
	    read_number(&inside, sizeof(uint64_t), UINT64_MAX, N_("a time"));
	ret_snapshot->data = inside.data + inside.at;
	ret_snapshot->len = inside.len - inside.at;
	ret_snapshot->offset = (size_t)(ret_snapshot->data - in->data);
	if (reader_ok(&inside))
		return (char)head[0];
	in->at = ret_snapshot->offset;
	reader_fail(in, inside.expected);
	return 0;
}

/* --- What changed -------------------------------------------------------------------------------- */

/* Each step is a number: what to do in the lowest two bits, how often or how much above. */
enum step { STEP_KEEP, STEP_DROP, STEP_NEW, STEP_PATCH };

struct patcher {
	struct byte_reader *delta;
	const uint8_t *before;
	size_t before_len, before_at;
	struct bytes *after;
};

static bool has_capacity(const struct patcher *patcher, size_t len)
{
	return patcher->after->len <= CONTENT_BYTES_MAX &&
	       len <= CONTENT_BYTES_MAX - patcher->after->len;
}

/* Goes over the next old record, which is @ret_len bytes with its length. */
static bool pass_record(struct patcher *patcher, const uint8_t **ret_record, size_t *ret_len)
{
	size_t left = patcher->before_len - patcher->before_at;

	if (!left)
		return false;
	*ret_record = patcher->before + patcher->before_at;
	*ret_len = LENGTH_BYTES + bytes_u32(*ret_record);
	patcher->before_at += *ret_len;
	return true;
}

static bool keep_or_drop(struct patcher *patcher, uint64_t count, bool keep)
{
	const uint8_t *record;
	size_t len;

	for (; count; count--) {
		if (!pass_record(patcher, &record, &len) || (keep && !has_capacity(patcher, len)))
			return false;
		if (keep)
			bytes_put(patcher->after, record, len);
	}
	return true;
}

static bool add_record(struct patcher *patcher, uint64_t len)
{
	const uint8_t *data = read_bytes(patcher->delta, (size_t)len, N_("a whole record"));

	if (!data || !has_capacity(patcher, LENGTH_BYTES + (size_t)len))
		return false;
	bytes_put_number(patcher->after, len, LENGTH_BYTES);
	bytes_put(patcher->after, data, (size_t)len);
	return true;
}

/* What is the same at the beginning and at the end stays; what is between is replaced. */
static bool patch_record(struct patcher *patcher, uint64_t head)
{
	struct byte_reader *delta = patcher->delta;
	uint64_t tail = read_number(delta, sizeof(uint64_t), SIZE_MAX, N_("a length"));
	size_t middle_len =
	    (size_t)read_number(delta, sizeof(uint64_t), SIZE_MAX, N_("a part of a record"));
	const uint8_t *middle = read_bytes(delta, middle_len, N_("a part of a record"));
	const uint8_t *old;
	size_t old_len, len;

	if (!middle || !pass_record(patcher, &old, &old_len))
		return false;
	if (head > old_len - LENGTH_BYTES || tail > old_len - LENGTH_BYTES - head)
		return false;
	len = (size_t)head + middle_len + (size_t)tail;
	if (!has_capacity(patcher, LENGTH_BYTES + len))
		return false;
	bytes_put_number(patcher->after, len, LENGTH_BYTES);
	bytes_put(patcher->after, old + LENGTH_BYTES, (size_t)head);
	bytes_put(patcher->after, middle, middle_len);
	bytes_put(patcher->after, old + old_len - tail, (size_t)tail);
	return true;
}

static bool take_step(struct patcher *patcher, uint64_t step)
{
	switch ((enum step)(step & 3)) {
	case STEP_KEEP:
	case STEP_DROP:
		return keep_or_drop(patcher, step >> 2, (step & 3) == STEP_KEEP);
	case STEP_NEW:
		return add_record(patcher, step >> 2);
	case STEP_PATCH:
		return patch_record(patcher, step >> 2);
	}
	return false;
}

static void apply(struct patcher *patcher)
{
	struct byte_reader *delta = patcher->delta;

	while (reader_ok(delta) && delta->at < delta->len) {
		size_t from = delta->at;
		uint64_t step =
		    read_number(delta, sizeof(uint64_t), UINT64_MAX, N_("a step of a delta"));

		if (!take_step(patcher, step) && reader_ok(delta)) {
			delta->at = from;
			reader_fail(delta, N_("a step that fits the graph before"));
		}
	}
	if (reader_ok(delta) && patcher->before_at != patcher->before_len)
		reader_fail(delta, N_("a step for what is left of the graph before"));
}

/* A list that can be patched: do the lengths of its records fit? */
static void check_records(struct byte_reader *in)
{
	while (reader_ok(in) && in->at < in->len) {
		const uint8_t *length = read_bytes(in, LENGTH_BYTES, N_("the length of a record"));

		if (length)
			read_bytes(in, bytes_u32(length), N_("a whole record"));
	}
}

const char *recording_1_content(const struct snapshot *snapshot, const struct bytes *before,
    struct bytes *content, size_t *offset)
{
	struct byte_reader in = {
	    .data = snapshot->data, .len = snapshot->len, .short_numbers = true};
	struct patcher patcher = {
	    .delta = &in,
	    .before = before->data,
	    .before_len = before->len,
	    .before_at = TIMES_BYTES,
	    .after = content,
	};

	content->len = 0;
	bytes_put_number(content, snapshot->at_ms, sizeof(uint64_t));
	bytes_put_number(content, snapshot->taken_at_ms, sizeof(uint64_t));
	if (snapshot->whole) {
		check_records(&in);
		bytes_put(content, snapshot->data, snapshot->len);
	} else if (before->len > TIMES_BYTES) {
		apply(&patcher);
	} else {
		reader_fail(&in, N_("a whole graph"));
	}
	*offset = snapshot->offset + in.at;
	return in.expected;
}
