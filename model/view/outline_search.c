/* Finding text in rows: raw bytes are compared, only the case of ASCII letters is ignored. */
#include "model/view/outline_tree.h"

#include <stdio.h>
#include <string.h>

static unsigned char lower(unsigned char byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

/* Arguments are parted by NUL; who looks for "sleep 10" types a blank. */
static bool byte_matches(char data, char needle)
{
	return lower((unsigned char)(data ? data : ' ')) == lower((unsigned char)needle);
}

static bool bytes_hold(const char *data, size_t len, const char *needle)
{
	size_t needle_len = strlen(needle);

	for (size_t i = 0; i + needle_len <= len; i++) {
		size_t same = 0;
		while (same < needle_len && byte_matches(data[i + same], needle[same]))
			same++;
		if (same == needle_len)
			return true;
	}
	return false;
}

bool string_holds(const char *string, const char *needle)
{
	return string && bytes_hold(string, strlen(string), needle);
}

static bool number_holds(int64_t number, const char *needle)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)number);

	return bytes_hold(digits, (size_t)len, needle);
}

bool process_holds(const struct process *process, const char *needle)
{
	if (string_holds(process->comm, needle) || string_holds(process->user, needle))
		return true;
	if (process->cmdline && bytes_hold(process->cmdline, process->cmdline_len, needle))
		return true;

	/* Only digits can be in a number; spares most searches the formatting. */
	if (needle[strspn(needle, "0123456789")])
		return false;
	if (number_holds(process->id.pid, needle))
		return true;
	for (int i = 0; i < process->pid_levels; i++) {
		if (number_holds(process->pids[i], needle))
			return true;
	}
	return false;
}

bool thread_holds(const struct thread *thread, const char *needle)
{
	return string_holds(thread->comm, needle) || number_holds(thread->tid, needle);
}

bool ns_holds(const struct ns *ns, const char *needle)
{
	char id[64];
	int len = snprintf(
	    id, sizeof(id), "%s:%llu", ns_types[ns->id.type].name, (unsigned long long)ns->id.ino);

	return bytes_hold(id, (size_t)len, needle) || string_holds(ns->name, needle) ||
	       string_holds(ns->hostname, needle);
}

bool row_holds(const struct row *row, const char *needle)
{
	switch (row->key.kind) {
	case ROW_TYPE:
		return string_holds(ns_types[row->key.type].name, needle);
	case ROW_NS:
		return ns_holds(row->ns, needle);
	case ROW_PROCESS:
		return process_holds(row->process, needle);
	case ROW_THREAD:
		return thread_holds(row->thread, needle);
	case ROW_NS_GROUP:
		return ns_group_holds(row->ns_group, needle);
	case ROW_NOTE:
		return string_holds(row->note, needle);
	case ROW_MEMBERS:
	case ROW_UNKNOWN:
		return false;
	}
	return false;
}
