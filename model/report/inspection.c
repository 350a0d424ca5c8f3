#include "model/report/inspection.h"

#include "model/base/util.h"

#include <errno.h>
#include <string.h>

static const char *const capability_names[] = {"chown", "dac_override", "dac_read_search", "fowner",
    "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service",
    "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio",
    "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource",
    "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon",
    "bpf", "checkpoint_restore"};

const char *capability_name(int number)
{
	return number >= 0 && (size_t)number < array_len(capability_names)
	           ? capability_names[number]
	           : NULL;
}

static void append(char **data, size_t *len, size_t *capacity, const void *from, size_t bytes)
{
	array_reserve(*data, *capacity, *len + bytes + 1);
	if (bytes)
		memcpy(*data + *len, from, bytes);
	*len += bytes;
}

void fact_encode(const struct fact *fact, char **data, size_t *len, size_t *capacity)
{
	struct fact head;

	/* The padding crosses the pipe too. */
	memset(&head, 0, sizeof(head));
	memcpy(&head, fact, sizeof(head));
	for (int i = 0; i < FACT_TEXTS; i++) {
		/* Of the pointer only whether there is one. */
		head.texts[i].data = head.texts[i].data ? "" : NULL;
		if (!head.texts[i].data)
			head.texts[i].len = 0;
		if (head.texts[i].len > FACT_TEXT_BYTES_MAX)
			head.texts[i].len = FACT_TEXT_BYTES_MAX;
	}
	append(data, len, capacity, &head, sizeof(head));
	for (int i = 0; i < FACT_TEXTS; i++)
		append(data, len, capacity, fact->texts[i].data, head.texts[i].len);
}

/* Takes one fact from the @len bytes at @data.  Returns the bytes that it took, or 0. */
static size_t take(char *data, size_t len, struct fact *ret_fact)
{
	struct fact fact;
	size_t used = sizeof(fact);

	if (len < sizeof(fact))
		return 0;
	memcpy(&fact, data, sizeof(fact));
	if ((unsigned)fact.kind >= FACT_KIND_COUNT)
		return 0;
	if ((fact.kind == FACT_FAILED && (unsigned)fact.failed.what >= FACT_KIND_COUNT) ||
	    (fact.kind == FACT_LEFT_OUT && (unsigned)fact.left_out.what >= FACT_KIND_COUNT))
		return 0;
	for (int i = 0; i < FACT_TEXTS; i++) {
		struct fact_text *text = &fact.texts[i];

		if (text->len > FACT_TEXT_BYTES_MAX || text->len > len - used ||
		    (!text->data && text->len))
			return 0;
		if (text->data)
			text->data = data + used;
		used += text->len;
	}
	*ret_fact = fact;
	return used;
}

int inspection_decode(char *data, size_t len, struct inspection **ret_inspection)
{
	struct inspection *inspection = xcalloc(1, sizeof(*inspection));
	size_t capacity = 0;

	inspection->bytes = data;
	inspection->len = len;
	for (size_t at = 0; at < len;) {
		size_t used = 0;

		if (inspection->count < FACTS_MAX) {
			array_reserve(inspection->facts, capacity, inspection->count + 1);
			used = take(data + at, len - at, &inspection->facts[inspection->count]);
		}
		if (!used) {
			inspection_free(inspection);
			return -EBADMSG;
		}
		inspection->count++;
		at += used;
	}
	*ret_inspection = inspection;
	return 0;
}

struct inspection *inspection_failed(int error)
{
	struct inspection *inspection = xcalloc(1, sizeof(*inspection));

	inspection->error = error;
	return inspection;
}

void inspection_free(struct inspection *inspection)
{
	if (!inspection)
		return;
	free(inspection->facts);
	free(inspection->bytes);
	free(inspection);
}

bool inspection_equal(const struct inspection *a, const struct inspection *b)
{
	return ns_id_equal(&a->id, &b->id) && a->error == b->error && a->len == b->len &&
	       (!a->len || memcmp(a->bytes, b->bytes, a->len) == 0);
}

const struct fact *inspection_next(
    const struct inspection *inspection, enum fact_kind kind, const struct fact *after)
{
	size_t at = after ? (size_t)(after - inspection->facts) + 1 : 0;

	while (at < inspection->count && inspection->facts[at].kind != kind)
		at++;
	return at < inspection->count ? &inspection->facts[at] : NULL;
}

const struct fact *inspection_find(const struct inspection *inspection, enum fact_kind kind)
{
	return inspection_next(inspection, kind, NULL);
}

size_t inspection_count(const struct inspection *inspection, enum fact_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < inspection->count; i++)
		count += inspection->facts[i].kind == kind;
	return count;
}
