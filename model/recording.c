#include "model/recording.h"

#include "model/i18n.h"
#include "model/util.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { HEAD_BYTES = 9 }; /* kind, length, checksum */

static const char magic[] = "nsscope recording ";
static const char version[] = "1\n";

enum kind { KIND_WHOLE = 'W', KIND_CHANGES = 'D', KIND_END = 'E' };

void recording_begin(struct bytes *out)
{
	bytes_put(out, magic, strlen(magic));
	bytes_put(out, version, strlen(version));
}

/* @at: of the head, whose payload is the rest of @out. */
static void set_head(struct bytes *out, size_t at, enum kind kind)
{
	uint8_t *head = out->data + at;
	size_t len = out->len - at - HEAD_BYTES;
	uint32_t sum;

	head[0] = (uint8_t)kind;
	bytes_set_u32(head + 1, (uint32_t)len);
	sum = bytes_checksum(0, head, 5);
	bytes_set_u32(head + 5, bytes_checksum(sum, head + HEAD_BYTES, len));
}

static size_t put_head(struct bytes *out)
{
	size_t at = out->len;

	bytes_reserve(out, HEAD_BYTES);
	out->len += HEAD_BYTES;
	return at;
}

int recording_put(
    struct moment_writer *writer, const struct graph *graph, uint64_t at_ms, struct bytes *out)
{
	size_t at = put_head(out);
	struct moment moment;
	int r;

	bytes_put_number(out, at_ms);
	bytes_put_number(out, graph->stats.taken_at_ms);
	r = moment_write(writer, graph, at_ms, out, &moment);
	if (r < 0)
		out->len = at;
	else
		set_head(out, at, moment.whole ? KIND_WHOLE : KIND_CHANGES);
	return r;
}

void recording_end(struct bytes *out)
{
	set_head(out, put_head(out), KIND_END);
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* Returns 0, -EINVAL or -ENOTSUP. */
static int read_first_line(struct byte_reader *in)
{
	const uint8_t *line = read_bytes(in, strlen(magic), N_("\"nsscope recording\""));

	if (!line || memcmp(line, magic, strlen(magic)) != 0) {
		in->at = 0;
		reader_fail(in, N_("\"nsscope recording\""));
		return -EINVAL;
	}
	line = read_bytes(in, strlen(version), N_("version 1"));
	if (!line || memcmp(line, version, strlen(version)) != 0) {
		in->at = strlen(magic);
		reader_fail(in, N_("version 1"));
		return -ENOTSUP;
	}
	return 0;
}

/* What one head announces. */
struct record {
	enum kind kind;
	const uint8_t *data;
	size_t len;
};

static bool is_kind(uint8_t byte)
{
	return byte == KIND_WHOLE || byte == KIND_CHANGES || byte == KIND_END;
}

/* Are the first @len bytes of @data those of @text, as many as there are? */
static bool begins(const uint8_t *data, size_t len, const char *text)
{
	return memcmp(data, text, len < strlen(text) ? len : strlen(text)) == 0;
}

bool recording_may_begin(const uint8_t *data, size_t len)
{
	const size_t version_at = strlen(magic), kind_at = version_at + strlen(version);

	if (len == 0)
		return true;
	if (!begins(data, len, magic))
		return false;
	if (len > version_at && !begins(data + version_at, len - version_at, version))
		return false;
	return len <= kind_at || is_kind(data[kind_at]);
}

static bool read_record(struct byte_reader *in, struct record *ret)
{
	size_t from = in->at;
	const uint8_t *head = read_bytes(in, HEAD_BYTES, N_("the rest of a record"));
	uint32_t sum;

	if (!head)
		return false;
	if (!is_kind(head[0])) {
		in->at = from;
		reader_fail(in, N_("the beginning of a record"));
		return false;
	}
	*ret = (struct record){.kind = (enum kind)head[0], .len = bytes_u32(head + 1)};
	ret->data = read_bytes(in, ret->len, N_("the rest of a record"));
	if (!ret->data)
		return false;
	sum = bytes_checksum(0, head, 5);
	if (bytes_checksum(sum, ret->data, ret->len) == bytes_u32(head + 5))
		return true;
	in->at = from;
	reader_fail(in, N_("a record with the right checksum"));
	return false;
}

/* @in: behind @record, whose bytes are a moment's. */
static void add_moment(struct byte_reader *in, const struct record *record, struct past *past)
{
	struct byte_reader inside = {.data = record->data, .len = record->len};
	struct moment moment = {.whole = record->kind == KIND_WHOLE};
	uint64_t end = past_end(past);
	bool first = end == past_first(past);

	/* Half of what fits, so that nobody who adds to it need look. */
	moment.at_ms = read_number(&inside, INT64_MAX / 2, N_("a time"));
	moment.taken_at_ms = read_number(&inside, INT64_MAX / 2, N_("a time"));
	if (reader_ok(&inside) && !first && moment.at_ms <= past_moment(past, end - 1)->at_ms)
		reader_fail(&inside, N_("a later moment than the one before"));
	if (reader_ok(&inside) && first && !moment.whole)
		reader_fail(&inside, N_("a whole graph"));
	moment.data = inside.data + inside.at;
	moment.len = inside.len - inside.at;
	moment.offset = (size_t)(moment.data - in->data);
	if (reader_ok(&inside)) {
		past_add(past, &moment);
		return;
	}
	in->at = moment.offset;
	reader_fail(in, inside.expected);
}

int recording_load(
    const uint8_t *data, size_t len, struct past *past, struct recording_fault *ret_fault)
{
	struct byte_reader in = {.data = data, .len = len};
	struct record record = {.kind = KIND_WHOLE};
	int r = read_first_line(&in);

	while (r == 0 && in.at < in.len && read_record(&in, &record)) {
		if (record.kind == KIND_END)
			break;
		add_moment(&in, &record, past);
	}
	if (r == 0 && !reader_ok(&in))
		r = -EBADMSG;
	if (r == 0 && record.kind == KIND_END && in.at < in.len) {
		reader_fail(&in, N_("nothing more"));
		r = -EBADMSG;
	}
	if (r == 0 && record.kind != KIND_END) {
		reader_fail(&in, N_("its last record"));
		r = -ENODATA;
	}
	if (r < 0)
		*ret_fault = (struct recording_fault){in.at, in.expected};
	return r;
}
