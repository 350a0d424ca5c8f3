#include "model/record/recording.h"

#include "model/base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum {
	LENGTH_BYTES = 4,
	TIME_BYTES = 8,
	HEAD_1_BYTES = 9, /* kind, length, checksum */
};

static const char magic[] = "nsscope recording ";
static const char version[] = "2\n", version_1[] = "1\n";

enum kind { KIND_WHOLE = 'W', KIND_CHANGES = 'D', KIND_END = 'E' };

void recording_begin(struct bytes *out)
{
	bytes_put(out, magic, strlen(magic));
	bytes_put(out, version, strlen(version));
}

int recording_put(
    struct snapshot_writer *writer, const struct graph *graph, uint64_t at_ms, struct bytes *out)
{
	struct snapshot snapshot;
	int r = snapshot_write(writer, graph, at_ms, &snapshot);

	if (r < 0)
		return r;
	bytes_put_number(out, snapshot.whole ? KIND_WHOLE : KIND_CHANGES, 1);
	bytes_put_number(out, snapshot.len, LENGTH_BYTES);
	bytes_put_number(out, snapshot.at_ms, TIME_BYTES);
	bytes_put_number(out, snapshot.taken_at_ms, TIME_BYTES);
	bytes_put(out, snapshot.data, snapshot.len);
	return 0;
}

void recording_end(struct bytes *out)
{
	bytes_put_number(out, KIND_END, 1);
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* Are the first @len bytes of @data those of @text, as many as there are? */
static bool begins(const uint8_t *data, size_t len, const char *text)
{
	return memcmp(data, text, len < strlen(text) ? len : strlen(text)) == 0;
}

static bool is_kind(uint8_t byte)
{
	return byte == KIND_WHOLE || byte == KIND_CHANGES || byte == KIND_END;
}

bool recording_may_begin(const uint8_t *data, size_t len)
{
	const size_t version_at = strlen(magic), kind_at = version_at + strlen(version);

	if (len == 0)
		return true;
	if (!begins(data, len, magic))
		return false;
	if (len > version_at && !begins(data + version_at, len - version_at, version) &&
	    !begins(data + version_at, len - version_at, version_1))
		return false;
	return len <= kind_at || is_kind(data[kind_at]);
}

/* Returns 0, -EINVAL or -ENOTSUP. */
static int read_first_line(struct byte_reader *in, bool *ret_version_1)
{
	const uint8_t *line = read_bytes(in, strlen(magic), N_("\"nsscope recording\""));

	if (!line || memcmp(line, magic, strlen(magic)) != 0) {
		in->at = 0;
		reader_fail(in, N_("\"nsscope recording\""));
		return -EINVAL;
	}
	line = read_bytes(in, strlen(version), N_("version 1 or 2"));
	*ret_version_1 = line && memcmp(line, version_1, strlen(version_1)) == 0;
	if (!line || (!*ret_version_1 && memcmp(line, version, strlen(version)) != 0)) {
		in->at = strlen(magic);
		reader_fail(in, N_("version 1 or 2"));
		return -ENOTSUP;
	}
	return 0;
}

/* Reads the next record. Returns its kind, with @ret_snapshot filled where it is a snapshot; or 0 with
 * the fault noted in @in. */
static char read_record(struct byte_reader *in, struct snapshot *ret_snapshot)
{
	size_t from = in->at;
	const uint8_t *kind = read_bytes(in, 1, N_("the beginning of a record"));
	size_t len;

	if (kind && !is_kind(*kind)) {
		in->at = from;
		reader_fail(in, N_("the beginning of a record"));
	}
	if (!kind || !reader_ok(in))
		return 0;
	if (*kind == KIND_END)
		return KIND_END;
	*ret_snapshot = (struct snapshot){.whole = *kind == KIND_WHOLE};
	len = (size_t)read_number(in, LENGTH_BYTES, UINT32_MAX, N_("the rest of a record"));
	ret_snapshot->at_ms = read_number(in, TIME_BYTES, UINT64_MAX, N_("the rest of a record"));
	ret_snapshot->taken_at_ms =
	    read_number(in, TIME_BYTES, UINT64_MAX, N_("the rest of a record"));
	ret_snapshot->offset = in->at;
	ret_snapshot->len = len;
	ret_snapshot->data = read_bytes(in, len, N_("the rest of a record"));
	return reader_ok(in) ? (char)*kind : 0;
}

/* --- Version 1 -----------------------------------------------------------------------------------
 *
 *     KIND LENGTH CHECKSUM MOMENT     for each snapshot
 *     "E" 0 CHECKSUM                  written last
 *
 * LENGTH and CHECKSUM take four bytes each, the lowest first; the checksum is the CRC-32 of IEEE 802.3, of kind,
 * length and snapshot.  See snapshot.c for its content. */

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

static char read_record_1(struct byte_reader *in, struct snapshot *ret_snapshot)
{
	struct byte_reader inside = {.short_numbers = true};
	size_t from = in->at;
	const uint8_t *head = read_bytes(in, HEAD_1_BYTES, N_("the rest of a record"));

	if (!head)
		return 0;
	if (!is_kind(head[0])) {
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
	if (head[0] == KIND_END)
		return KIND_END;
	*ret_snapshot = (struct snapshot){.whole = head[0] == KIND_WHOLE, .version_1 = true};
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

/* --- Loading ------------------------------------------------------------------------------------ */

/* Returns the fault of a snapshot behind those of @history_log, or NULL. */
static const char *order_fault(
    const struct snapshot *snapshot, const struct history_log *history_log)
{
	uint64_t end = history_log_end(history_log);
	bool first = end == history_log_first(history_log);

	/* Half of the range, so that additions to it cannot overflow. */
	if (snapshot->at_ms > INT64_MAX / 2 || snapshot->taken_at_ms > INT64_MAX / 2)
		return N_("a time");
	if (!first && snapshot->at_ms <= history_log_snapshot(history_log, end - 1)->at_ms)
		return N_("a snapshot later than the one before");
	return first && !snapshot->whole ? N_("a whole graph") : NULL;
}

/* @in: behind the record of @snapshot. */
static void add_time_of(
    struct byte_reader *in, const struct snapshot *snapshot, struct history_log *history_log)
{
	const char *expected = order_fault(snapshot, history_log);

	if (!expected)
		expected = snapshot_fault(snapshot);
	if (!expected) {
		history_log_add(history_log, snapshot);
		return;
	}
	in->at = snapshot->offset;
	reader_fail(in, expected);
}

int recording_load(const uint8_t *data, size_t len, struct history_log *history_log,
    struct recording_fault *ret_fault)
{
	struct byte_reader in = {.data = data, .len = len};
	bool is_version_1 = false;
	struct snapshot snapshot;
	char kind = KIND_WHOLE;
	int r = read_first_line(&in, &is_version_1);

	while (r == 0 && reader_ok(&in) && kind != KIND_END && in.at < in.len) {
		kind = is_version_1 ? read_record_1(&in, &snapshot) : read_record(&in, &snapshot);
		if (kind && kind != KIND_END)
			add_time_of(&in, &snapshot, history_log);
	}
	if (r == 0 && !reader_ok(&in))
		r = -EBADMSG;
	if (r == 0 && kind == KIND_END && in.at < in.len) {
		reader_fail(&in, N_("nothing more"));
		r = -EBADMSG;
	}
	if (r == 0 && kind != KIND_END) {
		reader_fail(&in, N_("its last record"));
		r = -ENODATA;
	}
	if (r < 0)
		*ret_fault = (struct recording_fault){in.at, in.expected};
	return r;
}
