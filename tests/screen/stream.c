#include "tests/screen/stream.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum piece { PIECE_WHOLE, PIECE_OPEN, PIECE_DROPPED, PIECE_BAD };

/* CSI, parameters, one final byte.  Of those, curses sends to place, erase, insert, delete,
 * repeat, scroll and color; never what asks the terminal to answer or to set its title. */
static enum piece control_sequence(const char *data, size_t len, size_t *ret_len)
{
	size_t at = 2;

	while (at < len && strchr("0123456789;:?>!", data[at]))
		at++;
	if (at == len)
		return len < STREAM_HELD ? PIECE_OPEN : PIECE_BAD;
	*ret_len = at + 1;
	switch (data[at]) {
	case 'c': /* the Linux console's cursor; without ? it asks for the terminal's type */
		return data[2] == '?' ? PIECE_WHOLE : PIECE_BAD;
	case 't': /* xterm's stack of titles; else it asks or moves the window */
		return !strncmp(data, "\033[22;0;0t", 9) || !strncmp(data, "\033[23;0;0t", 9)
		           ? PIECE_WHOLE
		           : PIECE_BAD;
	default:
		return data[at] && strchr("ABCDEFGHIJKLMPSTXZ@abdefghlmr", data[at]) ? PIECE_WHOLE
		                                                                     : PIECE_BAD;
	}
}

/* What curses sends at its end to give back the colors, terminfo's oc.  They are not fed, since libvterm waits for the end of the first. */
static enum piece colors_back(const char *data, size_t len, size_t *ret_len)
{
	static const char *const allowed[] = {"\033]R", "\033]104\a"};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		size_t wanted = strlen(allowed[i]);

		if (!strncmp(data, allowed[i], len < wanted ? len : wanted)) {
			*ret_len = wanted;
			return len < wanted ? PIECE_OPEN : PIECE_DROPPED;
		}
	}
	return PIECE_BAD;
}

/* Text for the clipboard, in base64 and nothing else: OSC 52.  It is not fed either. */
static enum piece clipboard(const char *data, size_t len, size_t *ret_len)
{
	static const char begin[] = "\033]52;c;";
	size_t at = sizeof(begin) - 1;

	if (strncmp(data, begin, len < at ? len : at) != 0)
		return PIECE_BAD;
	while (
	    at < len && data[at] &&
	    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", data[at]))
		at++;
	if (at >= len)
		return len < STREAM_HELD ? PIECE_OPEN : PIECE_BAD;
	*ret_len = at + 1;
	return data[at] == '\a' ? PIECE_DROPPED : PIECE_BAD;
}

static enum piece operating_system_command(const char *data, size_t len, size_t *ret_len)
{
	enum piece piece = colors_back(data, len, ret_len);

	return piece == PIECE_BAD ? clipboard(data, len, ret_len) : piece;
}

static enum piece escape_sequence(const char *data, size_t len, size_t *ret_len)
{
	if (len < 2)
		return PIECE_OPEN;
	*ret_len = 2;
	switch (data[1]) {
	case '[':
		return control_sequence(data, len, ret_len);
	case ']':
		return operating_system_command(data, len, ret_len);
	case '(':
	case ')':
		*ret_len = 3;
		return len < 3 ? PIECE_OPEN : strchr("AB0", data[2]) ? PIECE_WHOLE : PIECE_BAD;
	case '=':
	case '>':
	case '7':
	case '8':
	case 'D':
	case 'E':
	case 'M':
	case 'H':
	case 'g': /* screen's flash */
		return PIECE_WHOLE;
	default:
		return PIECE_BAD; /* DCS, APC, PM among them */
	}
}

static enum piece character(const char *data, size_t len, size_t *ret_len)
{
	unsigned char first = (unsigned char)data[0];
	size_t wanted = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	utf8proc_int32_t point;

	if (first == 0x1b)
		return escape_sequence(data, len, ret_len);
	*ret_len = 1;
	if (first < 0x20)
		return strchr("\a\b\t\n\r\016\017", first) && first ? PIECE_WHOLE : PIECE_BAD;
	if (first == 0x7f || (first >= 0x80 && first < 0xc2) || first > 0xf4)
		return PIECE_BAD;
	for (size_t i = 1; i < wanted && i < len; i++) {
		if (((unsigned char)data[i] & 0xc0) != 0x80)
			return PIECE_BAD;
	}
	if (len < wanted)
		return PIECE_OPEN;
	if (utf8proc_iterate((const utf8proc_uint8_t *)data, (utf8proc_ssize_t)wanted, &point) < 1)
		return PIECE_BAD;
	*ret_len = wanted;
	if ((point >= 0x80 && point < 0xa0) || utf8proc_category(point) == UTF8PROC_CATEGORY_CF)
		return PIECE_BAD;
	return PIECE_WHOLE;
}

const char *stream_take(
    struct stream *stream, const char *data, size_t len, char *ret, size_t *ret_len)
{
	static char problem[200];
	size_t total = stream->held_len + len, at = 0, kept = 0;

	memcpy(ret, stream->held, stream->held_len);
	memcpy(ret + stream->held_len, data, len);
	while (at < total) {
		size_t used = 1;
		enum piece piece = character(ret + at, total - at, &used);

		if (piece == PIECE_OPEN)
			break;
		if (piece == PIECE_BAD) {
			int n = snprintf(problem, sizeof(problem), "the screen was sent:");

			for (size_t i = at; i < total && i < at + 12; i++)
				n += snprintf(problem + n, sizeof(problem) - (size_t)n, " %02x",
				    (unsigned char)ret[i]);
			return problem;
		}
		if (piece == PIECE_WHOLE) {
			memmove(ret + kept, ret + at, used);
			kept += used;
		}
		at += used;
	}
	stream->held_len = total - at;
	memcpy(stream->held, ret + at, stream->held_len);
	*ret_len = kept;
	return NULL;
}
