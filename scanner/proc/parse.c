#include "scanner/proc/parse.h"

#include "model/base/util.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* A piece of text that is read from the front. */
struct piece {
	const char *at, *end;
};

static bool take_number(struct piece *piece, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *at = piece->at;

	for (; at < piece->end && *at >= '0' && *at <= '9'; at++) {
		uint64_t digit = (uint64_t)(*at - '0');

		if (number > (max - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (at == piece->at)
		return false;
	piece->at = at;
	*ret_number = number;
	return true;
}

static bool take_text(struct piece *piece, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(piece->end - piece->at) < len || memcmp(piece->at, text, len) != 0)
		return false;
	piece->at += len;
	return true;
}

static void skip_blanks(struct piece *piece)
{
	while (piece->at < piece->end && (*piece->at == ' ' || *piece->at == '\t'))
		piece->at++;
}

int parse_ns_link(const char *text, size_t len, enum nstype type, uint64_t *ret_ino)
{
	struct piece piece = {.at = text, .end = text + len};
	uint64_t ino;

	if (len == 0)
		return -EACCES;
	if (!take_text(&piece, ns_types[type].name) || !take_text(&piece, ":[") ||
	    !take_number(&piece, UINT64_MAX, &ino) || !take_text(&piece, "]") ||
	    piece.at != piece.end)
		return -EBADMSG;
	*ret_ino = ino;
	return 0;
}

int parse_any_ns_link(const char *text, size_t len, enum nstype *ret_type, uint64_t *ret_ino)
{
	int r = -EBADMSG;

	for (int type = 0; type < NS_TYPE_COUNT && r == -EBADMSG; type++) {
		r = parse_ns_link(text, len, type, ret_ino);
		if (r == 0)
			*ret_type = (enum nstype)type;
	}
	return r;
}

int parse_ns_path(const char *text, size_t len, pid_t *ret_pid, enum nstype *ret_type)
{
	struct piece piece = {.at = text, .end = text + len};
	uint64_t pid;

	if (!take_text(&piece, "/proc/") || !take_number(&piece, INT_MAX, &pid) ||
	    !take_text(&piece, "/ns/") || pid == 0)
		return -EBADMSG;
	for (int type = 0; type < NS_TYPE_COUNT; type++) {
		struct piece rest = piece;

		if (take_text(&rest, ns_types[type].name) && rest.at == rest.end) {
			*ret_pid = (pid_t)pid;
			*ret_type = (enum nstype)type;
			return 0;
		}
	}
	return -EBADMSG;
}

static int parse_name(struct piece line, struct proc_status *status)
{
	if (!take_text(&line, "\t"))
		return -EBADMSG;
	while (line.at < line.end && status->name_len < sizeof(status->name)) {
		char byte = *line.at++;

		if (byte == '\\' && line.at < line.end)
			byte = *line.at++ == 'n' ? '\n' : '\\';
		status->name[status->name_len++] = byte;
	}
	return 0;
}

static int parse_uids(struct piece line, struct proc_status *status)
{
	uint64_t real, effective;

	skip_blanks(&line);
	if (!take_number(&line, UINT32_MAX, &real))
		return -EBADMSG;
	skip_blanks(&line);
	if (!take_number(&line, UINT32_MAX, &effective))
		return -EBADMSG;
	status->euid = (uid_t)effective;
	return 0;
}

static int parse_pids(struct piece line, struct proc_status *status)
{
	for (skip_blanks(&line); line.at < line.end; skip_blanks(&line)) {
		uint64_t pid;

		if (status->pid_levels == STATUS_PIDS_MAX || !take_number(&line, INT32_MAX, &pid))
			return -EBADMSG;
		status->pids[status->pid_levels++] = (pid_t)pid;
	}
	return status->pid_levels > 0 ? 0 : -EBADMSG;
}

int parse_status(const char *text, size_t len, struct proc_status *ret_status)
{
	struct proc_status status = {.pid_levels = 0};
	const char *end = text + len;
	bool have_name = false, have_uid = false;

	for (const char *at = text; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct piece line = {.at = at, .end = newline};
		int r = 0;

		if (!newline)
			break; /* what was cut may be less than what was there */

		if (!have_name && take_text(&line, "Name:")) {
			r = parse_name(line, &status);
			have_name = true;
		} else if (take_text(&line, "Uid:")) {
			r = parse_uids(line, &status);
			have_uid = true;
		} else if (take_text(&line, "NSpid:")) {
			r = parse_pids(line, &status);
			at = end; /* nothing of use comes behind it */
		}
		if (r < 0)
			return r;
		if (at < end)
			at = line.end + 1;
	}
	if (!have_name || !have_uid)
		return -EBADMSG;
	*ret_status = status;
	return 0;
}

int parse_stat_head(const char *text, size_t len, struct stat_head *ret_head)
{
	const char *name = memchr(text, '(', len), *name_end = memrchr(text, ')', len);
	struct piece piece = {.at = name_end ? name_end + 1 : text + len, .end = text + len};
	uint64_t numbers[3]; /* ppid, pgrp, session */
	char state;

	if (!name || !name_end || name > name_end || !take_text(&piece, " ") ||
	    piece.at == piece.end)
		return -EBADMSG;
	state = *piece.at++;
	for (size_t i = 0; i < array_len(numbers); i++)
		if (!take_text(&piece, " ") || !take_number(&piece, INT32_MAX, &numbers[i]))
			return -EBADMSG;
	if (!take_text(&piece, " "))
		return -EBADMSG;
	*ret_head = (struct stat_head){.name = name + 1,
	    .name_len = (size_t)(name_end - name - 1),
	    .state = state,
	    .ppid = (pid_t)numbers[0],
	    .session = (pid_t)numbers[2]};
	return 0;
}

int parse_start_ticks(const char *text, size_t len, uint64_t *ret_ticks)
{
	enum { BEHIND_NAME = 3, START = 22 };
	const char *name_end = memrchr(text, ')', len);
	struct piece piece = {.at = name_end ? name_end + 1 : text + len, .end = text + len};
	uint64_t ticks;

	for (int field = BEHIND_NAME; field < START; field++) {
		if (!take_text(&piece, " "))
			return -EBADMSG;
		while (piece.at < piece.end && *piece.at != ' ')
			piece.at++;
	}
	/* A blank behind it, or the number may have been cut. */
	if (!take_text(&piece, " ") || !take_number(&piece, UINT64_MAX, &ticks) ||
	    !take_text(&piece, " "))
		return -EBADMSG;
	*ret_ticks = ticks;
	return 0;
}

int parse_numbers(const char *text, uint32_t *ret_numbers, size_t count)
{
	struct piece piece = {.at = text, .end = text + strlen(text)};

	for (size_t i = 0; i < count; i++) {
		uint64_t number;

		skip_blanks(&piece);
		if (!take_number(&piece, UINT32_MAX, &number))
			return -EBADMSG;
		ret_numbers[i] = (uint32_t)number;
	}
	return 0;
}

size_t parse_cmdline_len(const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == '\0')
		len--;
	return len;
}

/* Takes one word that ends at a blank or at the end; an empty one is none. */
static bool take_word(struct piece *piece, const char **ret_word, size_t *ret_len)
{
	const char *start = piece->at, *blank = memchr(start, ' ', (size_t)(piece->end - start));
	const char *end = blank ? blank : piece->end;

	if (end == start)
		return false;
	piece->at = blank ? blank + 1 : end;
	*ret_word = start;
	*ret_len = (size_t)(end - start);
	return true;
}

int parse_mount_line(const char *line, size_t len, struct mount_line *ret_mount)
{
	struct piece piece = {.at = line, .end = line + len};
	struct mount_line mount;
	uint64_t id, parent_id;
	const char *word;
	size_t word_len;

	if (!take_number(&piece, UINT32_MAX, &id) || !take_text(&piece, " ") ||
	    !take_number(&piece, UINT32_MAX, &parent_id) || !take_text(&piece, " "))
		return -EBADMSG;
	mount.id = (uint32_t)id;
	mount.parent_id = (uint32_t)parent_id;
	if (!take_word(&piece, &word, &word_len) || /* device */
	    !take_word(&piece, &mount.root, &mount.root_len) ||
	    !take_word(&piece, &mount.mount_point, &mount.mount_point_len) ||
	    !take_word(&piece, &mount.options, &mount.options_len))
		return -EBADMSG;
	mount.tags = piece.at;
	do { /* any number of tags, then "-" */
		if (!take_word(&piece, &word, &word_len))
			return -EBADMSG;
	} while (word_len != 1 || word[0] != '-');
	mount.tags_len = (size_t)(word - mount.tags);
	while (mount.tags_len && mount.tags[mount.tags_len - 1] == ' ')
		mount.tags_len--;
	if (!take_word(&piece, &mount.fs_type, &mount.fs_type_len))
		return -EBADMSG;
	/* The source may be empty: the options follow the last blank. */
	mount.super_options = piece.end;
	while (mount.super_options > piece.at && mount.super_options[-1] != ' ')
		mount.super_options--;
	mount.super_options_len = (size_t)(piece.end - mount.super_options);
	mount.source = piece.at;
	mount.source_len = (size_t)(mount.super_options - piece.at);
	if (mount.source_len)
		mount.source_len--; /* the blank */
	*ret_mount = mount;
	return 0;
}

static bool is_octal(char c, char highest)
{
	return c >= '0' && c <= highest;
}

size_t parse_unescape(const char *from, size_t len, char *to)
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (from[i] == '\\' && len - i >= 4 && is_octal(from[i + 1], '3') &&
		    is_octal(from[i + 2], '7') && is_octal(from[i + 3], '7')) {
			to[used++] = (char)((from[i + 1] - '0') << 6 | (from[i + 2] - '0') << 3 |
			                    (from[i + 3] - '0'));
			i += 3;
		} else {
			to[used++] = from[i];
		}
	}
	return used;
}

static struct hidepid parse_hidepid_value(struct piece value, gid_t gid)
{
	struct hidepid hidepid = {.gid = gid};

	hidepid.refuses = take_text(&value, "noaccess") || take_text(&value, "1");
	hidepid.hides = !hidepid.refuses && !take_text(&value, "off") && !take_text(&value, "0");
	hidepid.strict = take_text(&value, "ptraceable") || take_text(&value, "4");
	return hidepid;
}

struct hidepid parse_hidepid(const char *super_options, size_t len)
{
	struct hidepid hidepid = {.hides = false};
	const char *end = super_options + len;

	for (const char *at = super_options; at < end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct piece option = {.at = at, .end = comma ? comma : end};
		uint64_t gid;

		/* Named since 5.8, a number before: 0 off, 1 noaccess, 2 invisible, 4 ptraceable.
		 */
		if (take_text(&option, "hidepid="))
			hidepid = parse_hidepid_value(option, hidepid.gid);
		else if (take_text(&option, "gid=") && take_number(&option, UINT32_MAX, &gid))
			hidepid.gid = (gid_t)gid;
		at = comma ? comma + 1 : end;
	}
	return hidepid;
}
